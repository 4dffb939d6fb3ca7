"""The handbook: everything of the rulebook is in it, linked, harmless, and the same every time."""

from __future__ import annotations

import io
import re
import runpy
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import staffing
from pipeline.errors import PipelineError
from pipeline.handbook import markdown, publish_page, write_page
from pipeline.handbook.overview import voices
from pipeline.handbook.wording import ROLES
from pipeline.report.page import write_page as write_report_page
from pipeline.report.workbook import write_workbook
from pipeline.rulebook import loader
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import VOCABULARY

RULES = Path(__file__).resolve().parents[2] / "rules"
HERE = Path(__file__)
small = runpy.run_path(str(HERE.with_name("small_rulebook.py")))["write"]
FILES = runpy.run_path(str(HERE.with_name("small_rulebook.py")))["FILES"]
make = runpy.run_path(str(HERE.with_name("report_data.py")))["make"]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HOSTILE = "<script>alert(1)</script> | [x](javascript:alert(1)) `a` *b* \u202egnp {{ 7 * 7 }}"


class Page(HTMLParser):
    """Tags, ids and links of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.texts = [], [], [], []
        self.feed(text)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []

    def handle_data(self, data):
        self.texts.append(data)


def page_of(ruleset):
    file = io.BytesIO()
    write_page(ruleset, file)
    return file.getvalue().decode("utf-8")


@pytest.fixture(scope="module")
def real():
    return loader.load(RULES)


@pytest.fixture(scope="module")
def text(real):
    return page_of(real)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture
def few(tmp_path):
    return loader.load(small(tmp_path / "rules"))


def test_every_rule_list_fact_and_document_has_its_anchor(page, real):
    expected = {rule.id for rule in real.rules}
    expected |= {f"phrases-{key}" for key in real.phrases}
    expected |= {f"fact-{name}" for name in VOCABULARY}
    expected |= {f"document-{key}" for key in real.documents}
    assert expected <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_link_leads_to_an_anchor_of_the_page(page):
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_markdown_has_the_same_anchors_and_no_dead_link(real):
    told = markdown(real)
    anchors = re.findall(r'<a id="([^"]+)"></a>', told)
    assert len(anchors) == len(set(anchors))
    assert {rule.id for rule in real.rules} <= set(anchors)
    assert set(re.findall(r"\]\(#([^)]+)\)", told)) <= set(anchors)


def test_a_rule_is_told_whole(few):
    """Title, points, condition, reasons, source, gaps, examples, owner, dates, version."""
    told = Page(page_of(few)).text
    start = told.index("SCO-002 Few teams")
    rule = told[start : told.index("SCO-001 Three", start)]
    for part in (
        "2 points for a Technical Project Manager",
        "When all of these hold",
        "team_count is at least 1",
        "team_count is at most 2",
        "scope_definition is fixed",
        "Few teams, and a scope that is fixed.",
        "The two roles compared , Scope of a program: spans several projects",
        "Known gaps Small programs exist.",
        "4 examples",
        "Matches: one: team_count = 1; scope_definition = fixed",
        "Does not match: nothing known: no fact is known",
        "Status stable",
        f"Version 1, its meaning {few.by_id['SCO-002'].sha256[:12]}",
        "Written 2026-01-01",
        "Changed 2026-01-02",
        "Owner The PMO",
    ):
        assert part in rule, part


def test_what_each_version_changed_is_told_newest_first(tmp_path):
    history = (
        "version: 3\nhistory:\n"
        "  - {version: 2, date: 2026-01-10, change: weight 2 → 3}\n"
        "  - {version: 3, date: 2026-01-20, change: <b>two</b> projects are too few}\n"
    )
    rule, phrases = "scope/SCO-001.yaml", "phrases/other_things.yaml"
    folder = small(
        tmp_path / "rules",
        {
            rule: FILES[rule].replace("version: 1\n", history),
            phrases: FILES[phrases].replace("title:", history + "title:"),
        },
    )
    ruleset = loader.load(folder)
    told = Page(page_of(ruleset)).text
    newest = "Version 3: <b>two</b> projects are too few (2026-01-20)"
    older = "Version 2: weight 2 → 3 (2026-01-10)"
    first = "Version 1: written on 2026-01-01"
    assert f"History, 3 versions {newest} {older} {first}" in told
    assert f"History, 2 versions {newest} {older} " in told[told.index("Phrase lists Searched") :]
    assert told.count("History, ") == 2  # those of one version have nothing to tell
    lines = markdown(ruleset).splitlines()
    place = lines.index("- Version 3: \\<b\\>two\\</b\\> projects are too few (2026-01-20)")
    assert lines[place + 1] == f"- {older}"


def test_both_roles_stand_side_by_side_under_an_aspect(few):
    told = Page(page_of(few)).text
    scope = told[
        told.rindex("Scope Technical Project Manager") : told.rindex("Challenges Technical")
    ]
    project = scope.index("SCO-002 Few teams")
    program = scope.index("Technical Program Manager SCO-001")
    assert project < program
    assert "| Technical Project Manager | Technical Program Manager |" in markdown(few)


def test_an_experimental_rule_gives_nothing_and_says_so(few):
    told = Page(page_of(few)).text
    assert "0 points for a Technical Program Manager (weight 1, were it stable)" in told
    assert "experimental" in told


def test_how_a_verdict_is_made_comes_from_the_verdict_rules(few):
    told = Page(page_of(few)).text
    made = told[told.index("How a verdict is made Every") : told.index("Scope Technical")]
    assert "held against 4 rules of evidence, under 2 aspects" in made
    assert "1 of them are experimental" in made
    assert "2 rules of the verdict are asked in the order below" in made
    assert "VER-900, leaves the initiative undecided" in made
    assert "Technical Program Manager, confidence 0.6 to 0.95" in made
    assert "Score for the program manager less the other role's" in made
    assert made.index("VER-010") < made.index("VER-900 Neither")


def test_phrases_name_their_traps_and_the_rules_that_read_them(few):
    told = Page(page_of(few)).text
    start = told.index("many_things Many things")
    phrases = told[start : told.index("other_things", start)]
    assert "A note: with colon." in phrases
    assert "Read by SCO-003" in phrases
    assert "# things|items" in phrases
    assert phrases.index("Traps") < phrases.index("many things to learn")


def test_a_fact_says_unit_origin_and_what_unknown_means(few):
    told = markdown(few)
    (line,) = [one for one in told.splitlines() if 'id="fact-team_count"' in one]
    spec = VOCABULARY["team_count"]
    assert f"a whole number of {spec.unit}" in line
    assert "team\\_count, teams" in line
    assert "never taken for 0" in line
    assert "[SCO-002](#SCO-002)" in line


def test_a_document_lists_the_rules_that_stand_on_each_passage(few):
    told = Page(page_of(few)).text
    assert "Scope of a project: no rule" in told
    assert "Scope of a program: CHA-001 , SCO-001 , SCO-002 , SCO-003" in told


def test_nested_conditions_keep_their_shape(few):
    told = markdown(few)
    start = told.index("### CHA-001")
    lines = told[start:].splitlines()
    shown = lines[lines.index("When all of:") + 2 :][:4]
    assert shown == [
        "- [`team_count`](#fact-team_count) is at least 3",
        "- any of:",
        "  - [`domain_count`](#fact-domain_count) is at least 2",
        "  - [`unit_count`](#fact-unit_count) is at least 2",
    ]


def test_nothing_runs_or_loads_but_our_own_style_and_script(text, page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        content = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)[1]
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    for tag, attributes in page.tags:
        assert "src" not in attributes, tag
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert attributes.get("href", "#").startswith("#")


def test_what_an_owner_writes_does_nothing(tmp_path):
    quoted = HOSTILE.replace("\u202e", "\\u202e").replace('"', '\\"')
    changed = {
        "scope/SCO-001.yaml": FILES["scope/SCO-001.yaml"].replace(
            "title: Three or more projects", f'title: "{quoted}"'
        )
    }
    ruleset = loader.load(small(tmp_path / "rules", changed))
    told = page_of(ruleset)
    assert told.count("<script") == 1
    assert "{{ 7 * 7 }}" in told
    assert "\u202e" not in told
    plain = markdown(ruleset)
    assert "<script" not in plain.replace("\\<script", "")
    assert "](javascript" not in plain.replace("\\](javascript", "")
    assert "\u202e" not in plain


def test_the_same_rules_give_the_same_bytes(real, text):
    assert page_of(real) == text
    assert markdown(real) == markdown(loader.load(RULES))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed to open the page in")
def test_the_page_works_in_a_browser(few, tmp_path):
    file = tmp_path / "handbook.html"
    file.write_text(page_of(few), encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--enable-logging=stderr",
        "--virtual-time-budget=2000",
        "--dump-dom",
        f"{file.as_uri()}#SCO-001",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert [line for line in done.stderr.decode().splitlines() if "CONSOLE" in line] == []
    assert re.search(r'<p class="seek">', done.stdout.decode()), "the search is for scripts only"


def test_docs_writes_both_and_replaces_them(tmp_path):
    rules, folder = small(tmp_path / "rules"), tmp_path / "made/handbook"
    words = ["rules", "docs", "--rules", str(rules), "--output", str(folder)]
    for _ in range(2):
        done = CliRunner().invoke(staffing, words, catch_exceptions=False, standalone_mode=False)
        assert done.output.splitlines() == [
            f"Wrote {folder / 'handbook.html'}",
            f"Wrote {folder / 'handbook.md'}",
        ]
    assert sorted(path.name for path in folder.iterdir()) == ["handbook.html", "handbook.md"]
    assert "SCO-001" in (folder / "handbook.md").read_text(encoding="utf-8")


def test_docs_says_where_it_cannot_write(tmp_path):
    rules = small(tmp_path / "rules")
    (tmp_path / "file").write_text("")
    words = ["rules", "docs", "--rules", str(rules), "--output", str(tmp_path / "file" / "under")]
    done = CliRunner().invoke(staffing, words, standalone_mode=False)
    assert isinstance(done.exception, PipelineError)
    assert done.exception.exit_status == 7


def test_the_report_links_every_evidence_line_to_its_rule():
    file = io.BytesIO()
    data = make()
    write_report_page(data, file)
    told = file.getvalue().decode()
    still = Page(re.sub(r"<script.*?</script>", "", told, flags=re.DOTALL))
    linked = [link for link in still.links if link.startswith("handbook.html#")]
    assert linked
    assert {link.partition("#")[2] for link in linked} <= set(data.rules["rule_id"])
    assert '"handbook.html#" + encodeURIComponent(data.rules[place][0])' in told


def test_the_workbook_links_every_evidence_line_to_its_rule(tmp_path):
    data = make()
    with (tmp_path / "report.xlsx").open("wb") as file:
        write_workbook(data, file)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    evidence, rulebook = book["Evidence"], book["Rulebook"]
    place = [cell.value for cell in evidence[4]].index("Rule") + 1
    rows = range(5, evidence.max_row + 1)
    links = [evidence.cell(row, place).value for row in rows]
    assert links
    for link in links:
        target, label = re.fullmatch(
            r"=HYPERLINK\(\"#'Rulebook'!A(\d+)\",\"(.+)\"\)", link
        ).groups()
        assert rulebook.cell(int(target), 1).value == label


def test_a_run_publishes_the_handbook_of_its_rules(few, tmp_path):
    path = publish_page(few, tmp_path)
    assert path.name == "handbook.html"
    assert path.read_text(encoding="utf-8") == page_of(few)
    with pytest.raises(PipelineError):
        publish_page(few, tmp_path)


def test_every_evidence_rule_says_for_whom(real):
    told = Page(page_of(real)).text
    assert told.count(" for a Technical Pro") >= len(
        [rule for rule in real.rules if isinstance(rule, EvidenceRule)]
    )


def test_evidence_at_a_glance_has_every_rule_once_under_what_it_reads(real):
    rows = voices(real)
    assert [(row.aspect, row.role) for row in rows] == [
        (aspect.title, role) for aspect in real.aspects for role in ROLES.values()
    ]
    shown = [rule for row in rows for ids in row.rules.values() for rule in ids]
    assert sorted(shown) == [rule.id for rule in real.evidence if rule.points]
    for row, kind, rule in (
        ("Scope", "columns", "SCO-003"),
        ("Primary role", "graph", "PRI-002"),
        ("Challenges", "graph", "CHA-002"),  # reads a column, too
        ("Choosing between the roles", "columns", "CHO-003"),  # reads text, too
        ("Organizational impact", "text", "ORG-009"),
    ):
        assert any(rule in each.rules[kind] for each in rows if each.aspect == row)


def test_each_aspect_speaks_for_either_role_from_several_kinds_of_facts_or_says_why_not(real):
    rows = voices(real)
    for first, second in zip(rows[::2], rows[1::2], strict=True):
        for row in (first, second):
            kinds = {kind for kind, ids in row.rules.items() if ids}
            assert kinds >= {"columns", "text"}, (row.aspect, row.role)
            assert sum(map(len, row.rules.values())) >= 3, (row.aspect, row.role)
            assert "graph" in kinds or first.note, (row.aspect, row.role)


def test_evidence_at_a_glance_stands_on_page_and_in_markdown(real, page, text):
    told = markdown(real)
    at = told.index('<a id="evidence"></a>')
    table = told[at : told.index('<a id="aspect-primary_role"></a>')]
    assert "[PRI-002](#PRI-002)" in table
    assert "The graph knows of no technology." in table
    assert "#evidence" in page.links
    section = text[text.index('<h2 id="evidence">') : text.index('id="aspect-primary_role"')]
    assert '<a href="#PRI-002">PRI-002</a>' in section
    assert "The graph knows of no technology." in section
