"""The web page: what is in it, and what a browser makes of it."""

from __future__ import annotations

import io
import json
import re
import runpy
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.report import page as page_module
from pipeline.report.attention import agenda
from pipeline.report.page import write_page
from pipeline.report.page_data import dump

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed to open the page in"
)


def written(data):
    file = io.BytesIO()
    write_page(data, file)
    return file.getvalue().decode("utf-8")


def blob(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


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


def dom(page, folder, fragment="", extra=()):
    """The page as Chromium has it after its script ran."""
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}",
        "--enable-logging=stderr",
        "--virtual-time-budget=3000",
        *extra,
        "--dump-dom",
        file.as_uri() + fragment,
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    console = [line for line in done.stderr.decode().splitlines() if "CONSOLE" in line]
    assert console == []
    return done.stdout.decode("utf-8")


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
    assert scripts == [{"type": "application/json", "id": "data"}, {}]


def test_hostile_text_is_shown_not_run(page):
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "{{ 7 * 7 }}" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\uffff]", page)


def test_json_in_the_page_cannot_end_its_element():
    text = dump(["</script>", "<!--", "&", "\u2028\u2029", "é"])
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == ["</script>", "<!--", "&", "\u2028\u2029", "é"]


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
    assert page.count('role="img"') == 3


def test_about_tells_the_run(page):
    assert "cd" * 32 in page
    assert "Budget (£m)" in page


def test_every_initiative_is_there_in_the_order_to_look_at(page, data):
    ids = data.initiatives["initiative_id"].tolist()
    assert [row[0] for row in blob(page)["rows"]] == [ids[place] for place in agenda(data).order]


def test_evidence_points_at_its_rule(page, data):
    found = blob(page)
    first = next(row for row in found["rows"] if row[0] == "I-00000")
    rules = [found["rules"][proof[0]][0] for proof in first[16]]
    expected = data.evidence[data.evidence["initiative_id"] == "I-00000"]
    assert rules == expected["rule_id"].tolist()


def test_5000_initiatives_fit():
    page = written(make(5_000))
    assert len(blob(page)["rows"]) == 5_000
    assert len(page.encode()) < 15_000_000
    assert "This page has the first" not in page


def test_what_does_not_fit_is_left_out_and_said(monkeypatch, data):
    monkeypatch.setattr(page_module, "PAGE_BYTES", 20_000)
    page = written(data)
    shown = len(blob(page)["rows"])
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


@browser
def test_the_script_fills_the_list(page, tmp_path):
    made = dom(page, tmp_path)
    assert "60 of 60 initiatives" in made
    assert made.count('class="open"') == 50
    assert "Page 1 of 2" in made
    assert "<option>Roads &amp; bridges</option>" in made


@browser
def test_a_link_can_point_to_one_initiative(page, data, tmp_path):
    last = data.initiatives["initiative_id"].iloc[agenda(data).order[-1]]
    made = dom(page, tmp_path, fragment="#" + last)
    assert "Page 2 of 2" in made
    assert f'data-id="{last}" aria-expanded="true"' in made
    assert "What is known" in made


@browser
def test_the_evidence_of_an_initiative_shows_both_sides(page, tmp_path):
    made = dom(page, tmp_path, fragment="#I-00000")
    assert "For a project manager: 7 points" in made
    assert "For a program manager: 6 points" in made
    assert "<h5>Stakeholder management</h5>" in made
    assert "<h4>Advisories</h4>" in made
    assert "=HYPERLINK(" in made


def driven(page, folder, script):
    """The page after a visitor did what ``script`` says; the policy would not let it run."""
    open_page = re.sub(r"<meta http-equiv[^>]*>", "", page)
    return dom(open_page.replace("</body>", f"<script>{script}</script></body>"), folder)


CHOOSE = """
const choose = (id, value) => {
  const control = document.getElementById(id);
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
};
"""


def listed(made):
    return re.findall(r'data-id="([^"]*)"', made)


@browser
@pytest.mark.parametrize(
    ("control", "value", "place", "wanted"),
    [
        ("verdict", "Program manager", 3, "Program manager"),
        ("unit", "Roads & bridges", 2, "Roads & bridges"),
        ("confidence", "High", 5, "High"),
        ("reason", "Low confidence", 7, "Low confidence"),
        ("reason", "!", 8, 1),
    ],
)
def test_the_list_filters(page, tmp_path, control, value, place, wanted):
    expected = [row[0] for row in blob(page)["rows"] if row[place] == wanted]
    assert 0 < len(expected) < 50
    made = driven(page, tmp_path, f"{CHOOSE} choose({control!r}, {value!r});")
    assert listed(made) == expected
    assert f"{len(expected)} of 60 initiatives" in made


@browser
def test_the_list_searches_in_names_ids_and_units(page, tmp_path):
    assert listed(driven(page, tmp_path, CHOOSE + 'choose("search", " i-00042 ");')) == ["I-00042"]


@browser
def test_the_list_sorts_both_ways_and_says_which(page, tmp_path):
    click = "document.querySelectorAll('#list thead button')[3].click();"
    shares = {row[0]: row[6] for row in blob(page)["rows"]}
    up = driven(page, tmp_path, click)
    assert [shares[key] for key in listed(up)] == sorted(shares.values())[:50]
    assert 'aria-sort="ascending"' in up
    down = driven(page, tmp_path, click + click)
    assert [shares[key] for key in listed(down)] == sorted(shares.values(), reverse=True)[:50]
    assert down.count("aria-sort") == 1 + down.count('"aria-sort"')


@browser
def test_a_link_to_an_initiative_wins_over_a_filter(page, tmp_path):
    script = CHOOSE + 'choose("verdict", "Undecided"); location.hash = "#I-00004";'
    made = driven(page, tmp_path, script)
    assert 'data-id="I-00004" aria-expanded="true"' in made
    assert "60 of 60 initiatives" in made


@browser
def test_print_takes_more_rows_than_a_page_of_the_list(page, tmp_path):
    made = driven(page, tmp_path, 'dispatchEvent(new Event("beforeprint"));')
    assert len(listed(made)) == 60


@browser
def test_without_initiatives_the_script_is_silent(tmp_path):
    assert 'id="list"' not in dom(written(make(0)), tmp_path)
