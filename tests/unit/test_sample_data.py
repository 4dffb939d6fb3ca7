"""The sample portfolios are what they claim to be."""

import csv
import re
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.generate.sample import write_workbook
from pipeline.ingest import read
from pipeline.parse import parse
from pipeline.problems import catalogue
from pipeline.template.headings import heading
from pipeline.validate import validate
from schemas.columns import BY_NAME, COLUMNS, NAMES

SAMPLES = Path(__file__).parents[2] / "sample_data"
AS_OF = date(2026, 11, 24)

# What each initiative of the portfolio is meant to be, by the number of its id.
PROJECTS = (
    *(2, 3, 4, 5, 6, 7, 10, 12, 13, 14, 15, 19, 22, 25, 28, 29, 30, 34, 37, 43, 47, 51),
    *(17, 27),  # hard, large, and still one deliverable each
)
PROGRAMS = (1, 8, 11, 18, 21, 24, 31, 33, 35, 38, 40, 42, 44, 45, 48, 50, 52, 56)
UNDECIDABLE = (9, 16, 23, 32, 36, 41, 46, 53, 54, 57)

# Which row of messy.csv shows which problem, by its name; "" where it has none or is a column's.
SHOWN = {
    "name-missing": "",
    "id-duplicate": "Second row of a repeated ID",
    "id-superseded": "Reported in March",
    "id-made": "No ID",
    "cells-extra": "More cells than the header",
    "cells-missing": "Fewer cells than the header",
    "end-before-start": "End before start",
    "count-negative": "Negative team count",
    "choice-unknown": "Stakeholder level outside the choices",
    "choice-unread": "Current role outside the choices",
    "count-unread": "Team count in vague words",
    "date-unread": "Date that does not exist",
    "date-ambiguous": "Date that may be March or April",
    "money-unread": "Budget in prose",
    "money-unit-doubtful": "",
    "currency-unread": "Currency that is none",
    "currency-conflict": "Currency column and sign disagree",
    "money-negative": "Budget negative in brackets",
    "count-bound": "Team count as a lower bound",
    "fiscal-year-assumed": "",
    "date-far": "Date far in the future",
    "budget-zero": "Budget of zero",
    "depends-on-itself": "Depends on itself",
    "parent-itself": "Is its own parent",
    "quote-open": "Quote that is never closed",
    "encoding-assumed": "",
    "header-alternate": "",
    "header-repeated": "",
    "footnote-skipped": "",
}
# What this file cannot show, and why.
NOT_SHOWN = {
    "money-mark-assumed": "amounts in other rows tell what the decimal mark is",
    "text-damaged": "the encoding of this file has a character for nearly every byte",
    "nul-removed": "other programs would take the file for a binary one",
    "cell-too-long": "such a cell is larger than all other samples together",
    "cell-error": "only workbooks have formulas",
    "format-renamed": "its name says what it is",
    "sheet-chosen": "only workbooks have sheets",
    "sheet-hidden": "only workbooks have sheets",
    "cells-merged": "only workbooks have merged cells",
    "parent-by-second-key": "it has one id column",
}


def initiative(number):
    return f"INI-{number:04d}"


@pytest.fixture(scope="module")
def portfolio():
    with (SAMPLES / "portfolio.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {heading(name): name for name in NAMES}
    return [{names[label]: text for label, text in row.items()} for row in rows]


@pytest.fixture(scope="module")
def by_id(portfolio):
    return {row["initiative_id"]: row for row in portfolio}


def test_the_portfolio_has_sixty_initiatives_and_uses_every_column(portfolio):
    assert [row["initiative_id"] for row in portfolio] == [initiative(n) for n in range(1, 61)]
    used = {name for row in portfolio for name, text in row.items() if text}
    assert used == set(NAMES) - {"parent_name", "reported_on"}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_cells_are_clean(portfolio, column):
    for text in filter(None, (row.get(column.name, "") for row in portfolio)):
        assert text == text.strip()
        match column.kind:
            case "choice":
                assert text in column.choices
            case "count" | "money":
                assert int(text) > 0
            case "date":
                assert date.fromisoformat(text)
            case "currency":
                assert text in {"EUR", "GBP"}


def test_no_row_would_be_quarantined(portfolio):
    assert all(row["name"] for row in portfolio)
    for row in portfolio:
        if row["start_date"] and row["end_date"]:
            assert row["start_date"] < row["end_date"]


def test_parents_and_dependencies_make_sense(portfolio, by_id):
    children = {}
    for row in portfolio:
        if row["parent_id"]:
            children.setdefault(row["parent_id"], []).append(row["initiative_id"])
        for other in filter(None, row["depends_on"].split("; ")):
            assert other in by_id
            assert other != row["initiative_id"]
    assert {parent: len(ids) for parent, ids in children.items()} == {
        "INI-0001": 5,
        "INI-0011": 4,
        "PRG-014": 3,
    }
    assert "PRG-014" not in by_id
    assert by_id["INI-0001"]["project_count"] == "5"
    assert by_id["INI-0011"]["project_count"] == "4"


def test_dependencies_cross_business_units(portfolio, by_id):
    crossing = [
        row["initiative_id"]
        for row in portfolio
        for other in filter(None, row["depends_on"].split("; "))
        if by_id[other]["business_unit"] != row["business_unit"]
    ]
    assert len(crossing) >= 10


def test_clear_projects_and_programs_have_the_fields_that_make_them_clear(by_id):
    assert (len(PROJECTS), len(PROGRAMS), len(UNDECIDABLE)) == (24, 18, 10)
    for row in map(by_id.get, map(initiative, PROJECTS)):
        assert row["project_count"] == "1"
        assert (row["scope_definition"], row["delivery_model"]) == ("fixed", "one_off")
        assert row["end_date"]
    for row in map(by_id.get, map(initiative, PROGRAMS)):
        assert int(row["project_count"]) >= 4
        assert (row["stakeholder_level"], row["decision_level"]) == ("executive", "strategic")
        assert row["delivery_model"] in {"phased", "continuous"}
        assert len(row["business_units"].split("; ")) >= 2


def test_the_undecidable_ones_say_little(by_id):
    for row in map(by_id.get, map(initiative, UNDECIDABLE)):
        assert sum(map(bool, row.values())) <= 8
        assert len(row["description"]) < 100


def test_what_advisories_are_for_is_there(by_id):
    assert by_id["INI-0024"]["current_role"] == "project_manager"
    assert by_id["INI-0043"]["current_role"] == "program_manager"
    assert by_id["INI-0038"]["sponsor"] == ""
    assert by_id["INI-0011"]["owner"] == ""
    assert by_id["INI-0037"]["end_date"] < AS_OF.isoformat()
    assert by_id["INI-0037"]["status"] == "In delivery"
    for number in (17, 27):
        assert int(by_id[initiative(number)]["budget"]) > 100_000_000


def test_roles_are_never_abbreviated(portfolio):
    texts = " ".join(text for row in portfolio for text in row.values())
    assert not re.search(r"\b(?:TPM|TPgM|PM|PgM)\b", texts)


def test_csv_and_workbook_say_the_same(portfolio):
    sheet = load_workbook(SAMPLES / "portfolio.xlsx").active
    title, header, *rows = sheet.iter_rows(values_only=True)
    assert title[0]
    assert not any(title[1:])
    names = {heading(name): name for name in NAMES}
    columns = [names[label] for label in header]
    assert len(rows) == len(portfolio)
    for row, expected in zip(rows, portfolio, strict=True):
        for column, value in zip(columns, row, strict=True):
            assert _text(value, BY_NAME[column].kind) == expected[column]


def _text(value, kind):
    if value is None:
        return ""
    match kind:
        case "date":
            assert isinstance(value, datetime)
            return value.date().isoformat()
        case "count" | "money":
            assert isinstance(value, int | float)
            return str(int(value))
        case _:
            assert isinstance(value, str)
            return value


def test_the_workbook_is_what_the_command_makes_of_the_csv(tmp_path):
    committed = SAMPLES / "portfolio.xlsx"
    title = load_workbook(committed).active["A1"].value
    write_workbook(SAMPLES / "portfolio.csv", tmp_path / "again.xlsx", title=title)
    assert (tmp_path / "again.xlsx").read_bytes() == committed.read_bytes()


def test_the_messy_file_is_an_export_as_they_come():
    content = (SAMPLES / "messy.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    lines = content.decode("cp1252").split("\r\n")
    assert lines[0].startswith("Initiative register ")
    header = next(line for line in lines if line.startswith("Initiative ID;")).split(";")
    assert header.count("Comment") == 2
    assert lines[-3].startswith("Total;")
    assert lines[-2].startswith("Source: ")
    assert "" in lines[:-1]
    for hostile in ('"=HYPERLINK(', "<script>", ";=1+1;", ";@SUM(A1:A9);", ";+cmd;"):
        assert hostile in content.decode("cp1252")


def test_every_problem_is_shown_by_the_messy_file_or_cannot_be():
    assert set(SHOWN) | set(NOT_SHOWN) == set(catalogue())
    assert not set(SHOWN) & set(NOT_SHOWN)


def validated(path):
    return validate(parse(read(path)), as_of=AS_OF)


@pytest.mark.parametrize("name", ["portfolio.csv", "portfolio.xlsx"])
def test_the_portfolio_has_no_problem_at_all(name):
    result = validated(SAMPLES / name)
    assert result.problems == ()
    assert len(result.accepted) == 60
    assert result.quarantined.empty


def test_csv_and_workbook_are_read_alike():
    csv_rows, workbook_rows = (
        validated(SAMPLES / name).accepted.reset_index(drop=True)
        for name in ("portfolio.csv", "portfolio.xlsx")
    )
    pd.testing.assert_frame_equal(csv_rows, workbook_rows)


def test_each_row_of_the_messy_file_shows_the_problem_it_is_named_after():
    raw = read(SAMPLES / "messy.csv")
    result = validate(parse(raw), as_of=AS_OF)
    label = raw.cells.columns[[str(name).casefold() == "name" for name in raw.cells.columns]][0]
    names = raw.cells[label].to_dict()
    shown = {}
    for problem in result.problems:
        # Lines that are no rows, and the file as a whole, have no name.
        shown.setdefault(problem.code, set()).add(names.get(problem.source_line, ""))
    assert shown == {code: {name} for code, name in SHOWN.items()}


def test_lines_of_the_messy_file_that_are_no_rows_are_counted_apart():
    raw = read(SAMPLES / "messy.csv")
    # Counted with the totals: the header once more, and the footnote.
    assert (raw.blank_rows, raw.totals_rows) == (2, 3)
    assert raw.source.delimiter == ";"
    assert raw.source.header_line == 3
