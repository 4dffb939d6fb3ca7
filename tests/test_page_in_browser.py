"""The report's page in a real Chromium: found, filtered, opened, printed, and read by machines."""

from __future__ import annotations

import io
import re
import runpy
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.report.attention import agenda
from pipeline.report.page import links, write_page

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed to open the page in"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PDFTOTEXT = shutil.which("pdftotext")
HERE = Path(__file__).resolve().parent
made = runpy.run_path(str(HERE / "unit" / "report_data.py"))
ACCESSIBLE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def data():
    return made["with_demand"](made["with_history"](made["make"](60)))


@pytest.fixture(scope="module")
def file(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    page = io.BytesIO()
    write_page(data, page)
    path.write_bytes(page.getvalue())
    return path


@pytest.fixture
def visit(chromium, file):
    """Opens the page; at the end, nothing may have failed and nothing been asked for but it."""
    contexts, heard, asked = [], [], []

    def open_(fragment="", *, path=file, **how):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url.split("#")[0]))
        page.goto(path.as_uri() + fragment)
        if how.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert heard == []
    assert [url for url in asked if not re.fullmatch(r"file:///.*/report\.html", url)] == []


def listed(page):
    return page.locator("#list .open").evaluate_all("all => all.map((one) => one.dataset.id)")


def opened(page):
    """The details, once they are unpacked."""
    detail = page.locator(".detail")
    detail.locator("h3").first.wait_for()
    return detail


def column(page, key):
    return page.locator(f"#list tbody .c-{key}").all_inner_texts()


def expected(data, test):
    frame = data.initiatives.loc[:, ~data.initiatives.columns.duplicated()]
    rows, order = frame.to_dict("records"), agenda(data)
    found = [place for place in order.order if test(rows[place], order.reasons[place])]
    return [rows[place]["initiative_id"] for place in found]


FILTERS = [
    ("verdict", "program_manager", lambda row, _: row["verdict"] == "program_manager"),
    ("unit", "Roads & bridges", lambda row, _: row["business_unit"] == "Roads & bridges"),
    ("unit", "Not stated", lambda row, _: row["business_unit"] == ""),
    ("confidence", "medium", lambda row, _: 0.4 <= row["confidence"] < 0.7),
    ("look", "low-confidence", lambda _, reason: reason == "Low confidence"),
    ("look", "decide", lambda _, reason: reason not in {"", "Decided", "Needs facts"}),
    ("changed", "flipped", lambda row, _: int(row["initiative_id"][2:]) % 16 == 0),
    ("decision", "in_force", lambda _, reason: reason == "Decided"),
]


def test_the_list_is_in_the_order_to_look_at_fifty_at_a_time(visit, data):
    page = visit()
    keys = expected(data, lambda *_: True)
    assert listed(page) == keys[:50]
    page.click("#next")
    assert listed(page) == keys[50:]
    assert page.inner_text("#page") == "Page 2 of 2"
    assert page.inner_text("#status") == "60 of 60 initiatives"


def test_every_filter_filters_and_its_address_leads_to_the_same_list(visit, data):
    page, other = visit(), visit()
    for control, value, test in FILTERS:
        by = "label" if control == "unit" else "value"
        page.select_option(f"#{control}", **{by: value})
        keys = expected(data, test)
        assert 0 < len(keys) < 50
        assert listed(page) == keys, (control, value)
        assert page.inner_text("#status") == f"{len(keys)} of 60 initiatives"
        other.goto(page.url)
        assert listed(other) == keys, page.url
        page.click("button[type=reset]")


def test_changed_is_any_change_of_what_is_still_there(visit, data):
    page = visit("#?changed=any")
    gone = set(data.changes.frame.query("change == 'gone'")["initiative_id"])
    assert set(listed(page)) == set(data.changes.frame["initiative_id"]) - gone


def test_search_looks_in_names_ids_units_and_rules(visit, data):
    page = visit()
    page.fill("#search", " i-00042 ")
    assert listed(page) == ["I-00042"]
    page.fill("#search", "roads 17")
    assert listed(page) == ["I-00017"]
    page.fill("#search", "stk-001")
    keys = data.evidence.query("rule_id == 'STK-001'")["initiative_id"]
    assert set(listed(page)) == set(keys)
    page.fill("#search", "nothing is called so")
    assert listed(page) == []
    assert page.inner_text("#status").startswith("No initiative matches")
    page.click("button[type=reset]")
    assert page.inner_text("#status") == "60 of 60 initiatives"


def test_the_list_sorts_both_ways_and_says_which(visit):
    page = visit("#?verdict=project_manager")
    head = page.locator("#list thead .c-confidence")
    head.locator("button").click()
    shares = [int(re.search(r"\d+", text)[0]) for text in column(page, "confidence")]
    assert shares == sorted(shares)
    assert len(set(shares)) > 1
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("[aria-sort]").count() == 1
    page.locator("#list thead .c-unit button").click()
    units = [unit for unit in column(page, "unit") if unit]
    assert units == sorted(units, key=str.lower)
    assert column(page, "unit")[-1] == ""


def test_a_click_opens_the_evidence_and_another_closes_it(visit):
    page = visit()
    row = page.locator("#list tbody tr", has=page.locator("[data-id=I-00000]"))
    row.locator(".c-look").click()
    text = opened(page).inner_text()
    for told in (
        "For a project manager: 7 points",
        "For a program manager: 6 points",
        "Stakeholder management",
        "3 + 2 + 2 = 7 points",
        "1 point ahead for a project manager",
        "Decided by V-",
        "What would flip it",
        "Advisories",
        "Since the last run: verdict changed",
        "History",
        "What is known",
        "=HYPERLINK(",
    ):
        assert told in text
    assert page.url.endswith("#I-00000")
    row.first.locator(".open").click()
    assert page.locator(".detail").count() == 0
    assert "#" not in page.url


def test_the_keyboard_opens_and_closes(visit):
    page = visit("#?search=I-00001")
    button = page.locator("[data-id=I-00001]")
    button.focus()
    page.keyboard.press("Enter")
    decision = opened(page).locator(".callout", has_text="Decision of the project office")
    assert "Decision of the project office. In force" in decision.inner_text()
    # The browser adds the quotation marks.
    assert decision.locator("q").inner_text() == "=1+1 as discussed"
    assert not re.search('[“”"]', decision.inner_text())
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator(".detail").count() == 0
    assert page.evaluate("document.activeElement.dataset.id") == "I-00001"
    page.keyboard.press("Space")
    opened(page)


def test_a_link_opens_an_initiative_wherever_it_stands(visit, data):
    last = data.initiatives["initiative_id"].iloc[agenda(data).order[-1]]
    page = visit("#" + last)
    opened(page)
    assert page.inner_text("#page") == "Page 2 of 2"
    assert page.evaluate("document.activeElement.dataset.id") == last
    # Nothing of its row lies under the head of the list, which stays on the screen.
    bottoms = "ths => Math.max(...ths.map(th => th.getBoundingClientRect().bottom))"
    head = page.eval_on_selector_all("#list > thead > tr > th", bottoms)
    row = page.evaluate("document.activeElement.closest('tr').getBoundingClientRect().top")
    assert row >= head


@pytest.mark.thorough
def test_the_back_button_goes_back_through_what_was_shown(visit):
    page = visit()
    page.select_option("#verdict", "undecided")
    undecided = listed(page)
    page.locator("#list .open").first.click()
    opened(page)
    page.go_back()
    assert page.locator(".detail").count() == 0
    assert listed(page) == undecided
    page.go_back()
    assert page.inner_text("#status") == "60 of 60 initiatives"
    page.go_forward()
    assert listed(page) == undecided


def test_figures_and_charts_lead_to_what_they_count(visit):
    page = visit()
    page.click(".figures .undecided a")
    assert page.input_value("#verdict") == "undecided"
    count = page.inner_text(".figures .undecided a")
    assert page.inner_text("#status") == f"{count} of 60 initiatives"
    page.locator("svg a", has_text="Roads & bridges").click()
    assert set(column(page, "unit")) == {"Roads & bridges"}
    page.locator("#first tbody a").first.click()
    opened(page)


def test_hostile_ids_and_cells_stay_text(visit, data, tmp_path):
    evil = ["~summary", "?verdict=undecided", "a/b #c%20&=", '"><img src=x onerror=alert(1)>']
    ids = [*evil, *data.initiatives["initiative_id"].tolist()[len(evil) :]]
    first = data.initiatives["initiative_id"].tolist()[: len(evil)]
    renamed = {"initiative_id": dict(zip(first, evil, strict=True))}
    changed = replace(
        data,
        initiatives=data.initiatives.assign(initiative_id=ids),
        evidence=data.evidence.replace(renamed),
        changes=None,
        decisions=None,
        past=None,
    )
    path = tmp_path / "report.html"
    with path.open("wb") as file:
        write_page(changed, file)
    page = visit()
    for key in evil:
        page.goto(path.as_uri() + links.to_initiative(key))
        page.wait_for_selector("html[data-ready]", state="attached")
        assert page.locator(".open[aria-expanded=true]").get_attribute("data-id") == key
        link = opened(page).locator(".permalink a").get_attribute("href")
        page.goto(path.as_uri() + link)
        assert page.locator(".open[aria-expanded=true]").get_attribute("data-id") == key
    assert page.locator("img, iframe, object, embed").count() == 0


def on_paper(page, folder):
    """Pages and text of what a printer gets; the text where somebody installed pdftotext."""
    path = folder / "report.pdf"
    path.write_bytes(page.pdf(prefer_css_page_size=True))
    count = len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))
    if PDFTOTEXT is None:
        return count, None
    done = subprocess.run([PDFTOTEXT, "-layout", path, "-"], capture_output=True, check=True)
    return count, done.stdout.decode()


def test_the_list_shows_the_first_flip_and_paper_all(visit, data, tmp_path):
    flips = [
        "team_count 2→5: program_manager; end_date unknown→2026-12-31",
        *data.initiatives["flips"][1:],
    ]
    path = tmp_path / "report.html"
    with path.open("wb") as file:
        write_page(replace(data, initiatives=data.initiatives.assign(flips=flips)), file)
    page = visit("#?search=I-00000", path=path)
    cell = page.locator("#list tbody .c-flips").first
    assert cell.inner_text().split("\n") == ["Team count 2 → 5: program_manager", "or 1 other"]
    page.emulate_media(media="print")
    assert cell.inner_text() == ("Team count 2 → 5: program_manager; End date unknown → 2026-12-31")


@pytest.mark.thorough
def test_paper_gets_what_is_opened_and_more_rows_than_the_screen(visit, tmp_path):
    page = visit("#I-00000")
    opened(page)
    count, text = on_paper(page, tmp_path)
    assert 3 < count < 20
    if text is None:
        pytest.skip("no pdftotext is installed to read the printed page with")
    assert "60 of 60 initiatives" in text
    assert text.count("I-00055") >= 1
    assert "3 + 2 + 2 = 7 points" in " ".join(text.split())
    assert "Show all" not in text


def test_history_tells_who_decided_what_and_how_it_stands(visit):
    page = visit("#I-00001")
    history = opened(page).get_by_role("heading", name="History").locator("..").inner_text()
    lines = [line.split("\t") for line in history.splitlines()]
    assert ["2026-01-20", "defer", "Ada <b>Meyer</b>", "Replaced"] in lines
    assert ["2026-02-11", "project manager", "Ada <b>Meyer</b>", "In force"] in lines


@pytest.mark.thorough
def test_paper_is_capped_and_says_so(visit, tmp_path):
    path = tmp_path / "report.html"
    with path.open("wb") as file:
        write_page(made["make"](450, hostile=False), file)
    page = visit()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    count, text = on_paper(page, tmp_path)
    assert count < 40
    if text is None:
        pytest.skip("no pdftotext is installed to read the printed page with")
    told = " ".join(text.split())
    assert "450 of 450 initiatives; here 1 to 200, report.xlsx has all" in told
    assert listed(page) == listed(page)[:50]


@pytest.mark.thorough
def test_it_follows_light_and_dark(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = visit(color_scheme="light").evaluate(ground)
    dark = visit(color_scheme="dark").evaluate(ground)
    assert light == "rgb(255, 255, 255)"
    assert max(map(int, re.findall(r"\d+", dark))) < 60


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(visit, width):
    page = visit("#I-00000")
    opened(page)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.thorough
def test_a_name_has_room_on_a_small_screen(visit):
    page = visit("#I-00000")
    page.set_viewport_size({"width": 1050, "height": 800})
    row = page.locator("#list tbody tr", has=page.locator("[data-id=I-00000]")).first
    assert row.locator("th").bounding_box()["width"] >= 200
    assert row.locator(".c-unit").bounding_box()["width"] >= 90
    assert not row.locator(".c-flips").is_visible()


def test_axe_finds_no_fault(visit, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    # Few rows, of which each is like the others: axe looks at every one.
    path = tmp_path / "report.html"
    with path.open("wb") as file:
        write_page(made["with_demand"](made["with_history"](made["make"](9))), file)
    for scheme, rules in (("light", ACCESSIBLE), ("dark", {"runOnly": ["color-contrast"]})):
        page = visit("#I-00000", path=path, color_scheme=scheme)
        opened(page)
        unfold = "all => all.forEach((one) => { one.open = true; })"
        page.locator("details").evaluate_all(unfold)
        found = Axe().run(page, options=rules).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


def test_without_a_script_the_summary_stands_and_says_where_the_rest_is(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("#first tbody tr").count() == 20
    assert "Without JavaScript this list stays empty" in page.inner_text("main")
    assert page.locator("#filters").is_hidden()


def test_a_browser_that_cannot_unpack_says_so(chromium, file):
    page = chromium.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(file.as_uri())
    page.locator("#old").wait_for()
    assert page.locator("#list").is_hidden()
    page.close()


@pytest.mark.thorough
def test_without_initiatives_the_script_is_silent(visit, tmp_path):
    path = tmp_path / "report.html"
    with path.open("wb") as file:
        write_page(made["make"](0), file)
    page = visit()
    page.goto(path.as_uri())
    assert page.locator("#list").count() == 0
