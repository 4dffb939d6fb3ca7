"""The web page as it is written; tests/test_page_in_browser.py has what a browser makes of it."""

from __future__ import annotations

import io
import re
import runpy
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.demand import read_roster
from pipeline.report.attention import agenda
from pipeline.report.page import links, rows, write, write_page
from pipeline.report.page.charts import chart
from pipeline.report.page.packed import pack, unpack
from pipeline.report.tally import Bar, Tally

made = runpy.run_path(str(Path(__file__).with_name("report_data.py")))
make, with_history, with_demand = made["make"], made["with_history"], made["with_demand"]
ID, LOOK, CHANGE, DECISION, STATE, RULES, BEFORE = 0, 7, 11, 12, 13, 14, 15


def written(data):
    file = io.BytesIO()
    write_page(data, file)
    return file.getvalue().decode("utf-8")


def listed(page):
    return unpack(re.search(r'id="list-data">(.*?)</script>', page)[1])


def details(page):
    found = re.findall(r'id="details-\d+">(.*?)</script>', page)
    return [told for some in found for told in unpack(some)]


def by_id(page):
    found = zip(listed(page)["rows"], details(page), strict=True)
    return {row[ID]: (row, told) for row, told in found}


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def data():
    return make()


@pytest.fixture(scope="module")
def page(data):
    return written(data)


def test_nothing_runs_or_loads_but_our_own_style_and_script(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    policy = policy.replace("&#39;", "'")
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)[1]
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_the_page_names_nothing_outside_itself(page):
    for tag, attributes in Tags(page).found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert "src" not in attributes
        # The handbook lies beside the page in every run.
        assert attributes.get("href", "#").startswith(("#", "handbook.html")), tag
    scripts = [attributes for tag, attributes in Tags(page).found if tag == "script"]
    assert scripts.count({}) == 1
    # It comes before the details, which the list can do without.
    assert scripts.index({}) == 1
    assert {s["type"] for s in scripts if s} == {"application/octet-stream"}


def test_hostile_text_is_shown_not_run(page):
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<script") == 4
    assert "<img" not in page
    assert "{{ 7 * 7 }}" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\uffff]", page)


def test_packed_data_are_letters_that_end_no_element():
    value = ["</script>", "<!--", "&", "\u2028\u2029", "é", "\ud800"]
    text = pack(value)
    assert re.fullmatch("[A-Za-z0-9+/=]*", text)
    assert unpack(text) == [*value[:-1], "?"]


def test_the_summary_and_what_to_decide_first_need_no_script(page, data):
    still = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert f"{data.counts.read} rows read" in still
    assert still.count("<figure>") == 3
    assert still.count('<th scope="row">') == 20
    assert f"The first 20 of {agenda(data).to_decide} initiatives" in still
    assert "Project manager (3):" in still
    assert "<noscript>" in still


def test_charts_say_their_numbers_to_screen_readers(page, data):
    told = re.search(r'<desc id="chart-0-told">(.*?)</desc>', page)[1]
    assert f"Project manager: {data.counts.project_manager}" in told
    assert page.count('aria-describedby="chart-') == 3
    labels = re.findall(r'aria-label="([^"]*)"', page)
    assert f"Project manager: {data.counts.project_manager}" in labels


def test_about_tells_the_run(page):
    assert "cd" * 32 in page
    assert "Budget (£m)" in page


def test_every_initiative_is_there_in_the_order_to_look_at(page, data):
    ids = data.initiatives["initiative_id"].tolist()
    assert [row[ID] for row in listed(page)["rows"]] == [ids[place] for place in agenda(data).order]


def test_evidence_points_at_its_rule(page, data):
    rules = listed(page)["rules"]
    row, told = by_id(page)["I-00000"]
    expected = data.evidence[data.evidence["initiative_id"] == "I-00000"]["rule_id"].tolist()
    assert [rules[proof[0]][0] for proof in told["evidence"]] == expected
    assert [rules[place][0] for place in row[RULES]] == expected


def test_a_long_rationale_is_told_to_its_end():
    data = make(3)
    long = "It is made of many parts; " * 30 + "here it ends."
    told = replace(data, initiatives=data.initiatives.assign(rationale=long))
    assert {each["rationale"] for each in details(written(told))} == {long}


def test_without_earlier_runs_nothing_is_said_of_them(page):
    assert listed(page)["has"] == {"changes": False, "decisions": False}
    assert "~changes" not in page
    assert not any({"past", "change", "decision"} & told.keys() for told in details(page))


def test_changes_are_told_with_their_cause(data):
    page = written(with_history(data))
    assert '<h2 id="~changes">Changed since 2026-02-01</h2>' in page
    assert "verdict changed 4</a>" in page
    assert "by data" in page
    assert 'now <a href="handbook.html#SCP-001">SCP-001</a>' in page
    assert 'no longer <a href="handbook.html#CHO-001">CHO-001</a>' in page
    assert "points: SCP-002 2→3; STK-002 1→0" in page
    section = page.split('id="~changes"')[1].split("</section>")[0]
    # Other evidence for the same verdict is no turn.
    assert section.count('class="arrow"') == 4
    row, told = by_id(page)["I-00000"]
    assert (row[CHANGE], row[BEFORE]) == ("flipped", "project_manager")
    assert told["change"][:1] == ["flipped"]
    assert [spell[2] for spell in told["past"]] == ["undecided", "project_manager"]


def test_what_is_gone_is_told_but_links_nowhere(data):
    page = written(with_history(data))
    assert "G-I-00008</small>" in page
    assert 'href="#G-I-00008"' not in page


def test_decisions_are_told_and_those_opened_again_come_first(data):
    page = written(with_history(data))
    found = by_id(page)
    row, told = found["I-00001"]
    assert row[DECISION : STATE + 1] == ["project_manager", "in_force"]
    assert told["decision"][0] == "In force: project manager, by Ada <b>Meyer</b> on 2026-02-11."
    assert row[LOOK] == "Decided"
    assert told["taken"] == [
        ["2026-01-20", "defer", "Ada <b>Meyer</b>", "Replaced"],
        ["2026-02-11", "project manager", "Ada <b>Meyer</b>", "In force"],
    ]
    assert [each[-1] for each in found["I-00008"][1]["taken"]] == ["Opened again"]
    assert found["I-00008"][0][STATE] == "reopened"
    looks = [row[LOOK] for row in listed(page)["rows"]]
    assert looks[:8] == ["Opened again"] * 4 + ["Verdict changed, not decided"] * 4
    assert '<a href="#?look=verdict-changed-not-decided">verdict changed, not decided 4</a>' in page
    assert (
        '<option value="verdict-changed-not-decided">Verdict changed, not decided</option>' in page
    )
    assert '<option value="evidence">Evidence changed</option>' in page
    assert "</a> (I-00008). Opened again: agree, by Ada &lt;b&gt;Meyer&lt;/b&gt;" in page


def test_demand_is_told_by_quarter_and_role(data):
    page = written(with_demand(data))
    section = page.split('id="~demand"')[1].split("</section>")[0]
    assert "Project managers needed" in section
    assert section.count('<th scope="row" class="short">') >= 3
    assert re.search(r"2026 Q1: \d+", section)
    assert "There</th>" not in section
    assert "~demand" not in written(data)


def test_a_roster_adds_who_is_there_and_a_suggestion(data, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("Name,Role,Business unit,Capacity\n=Jo(),Technical Project Manager,,1\n")
    staffed = with_demand(data, read_roster(path))
    page = written(staffed)
    section = page.split('id="~demand"')[1].split("</section>")[0]
    assert '<td class="alarm">short</td>' in section
    assert "gaps of business units" in section
    suggested = [told["suggested"] for told in details(page) if "suggested" in told]
    assert any(person == "=Jo()" for person, _ in suggested)
    assert all(reason[0].isupper() and reason.endswith(".") for _, reason in suggested)


def test_a_rule_is_found_where_a_large_run_keeps_its_evidence_apart(data):
    page = written(replace(data, evidence=data.evidence.iloc[:0]))
    rules = listed(page)["rules"]
    row, told = by_id(page)["I-00000"]
    assert len(row[RULES]) == 6
    assert [rules[place][0] for place in told["ids"]] == [rules[place][0] for place in row[RULES]]


def test_quarantined_rows_are_told_with_their_cure(page):
    section = page.split('id="~quarantine"')[1]
    assert "8 rows set aside, with 8 problems: end before start 8." in section
    assert section.count("Correct one of the two dates.") == 8
    assert "~quarantine" not in written(make(3, quarantined=0))


@pytest.mark.parametrize(
    ("key", "fragment"),
    [
        ("INI-0042", "#INI-0042"),
        ("~summary", "#%7Esummary"),
        ("?verdict=x&y", "#%3Fverdict%3Dx%26y"),
        ("a/b #c%20", "#a%2Fb%20%23c%2520"),
        ("\u202eid", "#id"),
        ('"><script>', "#%22%3E%3Cscript%3E"),
    ],
)
def test_an_id_is_an_id_and_nothing_else_in_a_link(key, fragment):
    assert links.to_initiative(key) == fragment


def test_5000_initiatives_fit():
    page = written(make(5_000))
    assert len(listed(page)["rows"]) == 5_000
    assert len(page.encode()) < 15_000_000
    assert "This page has the first" not in page


def test_what_does_not_fit_is_left_out_and_said(monkeypatch, data):
    monkeypatch.setattr(write, "PAGE_BYTES", 6_000)
    monkeypatch.setattr(rows, "_TOGETHER", 10)
    page = written(data)
    shown = len(listed(page)["rows"])
    assert 0 < shown < 60
    assert f"This page has the first {shown} of 60 initiatives" in page


@pytest.mark.parametrize("quarantined", [0, 8])
def test_a_run_without_initiatives_says_so(quarantined):
    page = written(make(0, quarantined=quarantined))
    assert "No initiative was classified." in page
    assert "No initiative needs a decision." in page
    assert "<figure>" not in page


def test_a_manifest_with_next_to_nothing_is_enough(data):
    assert "As of" in written(replace(data, manifest={"run_id": "r", "as_of": "2026-03-01"}))


@pytest.mark.parametrize("count", [7, 61_234, 1_005_400, 123_456_789])
def test_the_number_at_the_longest_bar_is_within_the_chart(count):
    bars = (Bar(label="Undecided", counts=(count,)), Bar(label="None", counts=(0,)))
    drawn = chart(Tally(title="", label="", series=("Initiatives",), bars=bars), key="chart")
    # A bold digit of the page is eight units wide.
    assert drawn.rows[0].total_x + 8 * len(f"{count:,}") <= drawn.width
