"""Hostile cells in every output of a run: nothing runs or steers, and no log tells of them."""

import csv
import re
import zipfile
from html.parser import HTMLParser

import pytest
from fuzzing.texts import FORMULAS, MARKUP, PLAIN, STEERING, in_every_cell

pytestmark = pytest.mark.thorough

HOSTILE = in_every_cell([text for text in (*FORMULAS, *MARKUP, *STEERING) if "\r" not in text])
# Words that stand in hostile cells only.
PAYLOAD = re.compile(r"pwned|x\.invalid|cmd\|")
# As a spreadsheet looks at a cell: what is invisible does not count.
ARMED = re.compile(r"(?:\t|[\s\u00a0\ufeff\u200e\u200f]*[=+\-@＝＋－＠])")  # noqa: RUF001
AMOUNT = re.compile(r"-|[-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?")
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def runs(forks, tmp_path_factory, small_rules):
    """The command's outcome and folder for a plain portfolio and for a hostile one."""
    found = {}
    for name, data in (("plain", PLAIN.encode()), ("hostile", HOSTILE)):
        folder = tmp_path_factory.mktemp(name)
        (folder / "p.csv").write_bytes(data)
        args = ("classify", "p.csv", "--as-of", "2026-11-25", "--rules", small_rules)
        outcome = forks.run(*args, cwd=folder, seconds=120)
        assert outcome.status in (0, 3), outcome.stderr
        found[name] = (outcome, folder / "out" / "latest")
    return found


def test_no_cell_of_a_csv_file_could_become_a_formula(runs):
    files = sorted(runs["hostile"][1].glob("*.csv"))
    assert len(files) >= 3
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert cells
        assert not [cell for cell in cells if ARMED.match(cell) and not AMOUNT.fullmatch(cell)]


def test_negative_money_reaches_the_reader_as_it_is(forks, tmp_path, small_rules):
    money = ("-£7,169.20", "-$31,387,566", "-3.50E-05", "(1,200)", "-12.5")
    rows = "".join(f'M-{place},m,"{text}"\n' for place, text in enumerate(money))
    (tmp_path / "p.csv").write_text(f"Id,Name,Variance\n{rows}", encoding="utf-8")
    outcome = forks.run("classify", "p.csv", "--rules", small_rules, cwd=tmp_path, seconds=120)
    assert outcome.status == 0, outcome.stderr
    path = tmp_path / "out" / "latest" / "initiatives.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert tuple(row["Variance"] for row in csv.DictReader(file)) == money


def test_no_formula_or_link_of_a_workbook_is_of_the_file(runs):
    with zipfile.ZipFile(runs["hostile"][1] / "report.xlsx") as book:
        for name in book.namelist():
            text = book.read(name).decode("utf-8", "replace")
            formulas = re.findall(r"<f\b[^>]*>([^<]*)</f>", text)
            links = re.findall(r'Target="([^"]*)"', text)
            assert not [each for each in (*formulas, *links) if PAYLOAD.search(each)], name


class Tags(HTMLParser):
    """Kinds of elements, scripts and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.kinds, self.scripts, self.attributes = set(), 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.kinds.add(tag)
        self.scripts += tag == "script"
        self.attributes += [(name, value or "") for name, value in attrs]


def test_no_cell_becomes_an_element_of_a_page(runs):
    pages = sorted(path.name for path in runs["hostile"][1].glob("*.html"))
    assert "report.html" in pages
    for name in pages:
        plain = Tags((runs["plain"][1] / name).read_text(encoding="utf-8"))
        hostile = Tags((runs["hostile"][1] / name).read_text(encoding="utf-8"))
        assert hostile.scripts == plain.scripts
        assert hostile.kinds.isdisjoint({"img", "iframe", "object", "embed"})
        for attribute, value in hostile.attributes:
            assert not attribute.startswith("on")
            assert not re.match(r"\s*javascript:", value, re.IGNORECASE)
            assert attribute not in ("href", "src", "style", "srcdoc") or not PAYLOAD.search(value)


def test_no_cell_becomes_markup_of_a_plain_text_report(runs):
    for path in runs["hostile"][1].glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|svg|a|style)\b", text, re.IGNORECASE)
        assert not re.search(r"(?<!\\)\]\(\s*javascript:", text)
        assert not STEERS.search(text)


def test_nothing_steers_the_terminal_and_the_log_holds_no_cell(runs, forks, tmp_path):
    outcome, run = runs["hostile"]
    (tmp_path / "p.csv").write_bytes(HOSTILE)
    told = forks.run("validate", "p.csv", cwd=tmp_path, seconds=120)
    for text in (outcome.stdout, outcome.stderr, told.stdout, told.stderr):
        assert not STEERS.search(text)
    assert not PAYLOAD.search((run / "run.log").read_text(encoding="utf-8"))
