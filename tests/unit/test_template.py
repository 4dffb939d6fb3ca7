"""The template: every column explained, wrong cells refused by the spreadsheet itself."""

from datetime import date
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipeline.errors import InputError, OutputError
from pipeline.ingest import read
from pipeline.parse import parse
from pipeline.template import write_template
from pipeline.template.guide import guide
from pipeline.template.headings import heading
from pipeline.template.validation import checks
from pipeline.validate import validate
from pipeline.whole_file import FileNotWrittenError
from schemas.columns import BY_NAME, COLUMNS, NAMES


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    target = tmp_path_factory.mktemp("template") / "portfolio.xlsx"
    write_template(target)
    return target


@pytest.fixture(scope="module")
def workbook(path):
    return load_workbook(path)


@pytest.fixture(scope="module")
def places(workbook):
    headings = {heading(name): name for name in NAMES}
    return {headings[cell.value]: cell.column for cell in workbook["Portfolio"][1]}


def validation_of(workbook, places, name):
    cells = f"{get_column_letter(places[name])}2:{get_column_letter(places[name])}2001"
    found = [
        rule
        for rule in workbook["Portfolio"].data_validations.dataValidation
        if cells in str(rule.sqref).split()
    ]
    assert len(found) == 1
    return found[0]


def test_every_canonical_column_has_a_header(places):
    assert set(places) == set(NAMES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("initiative_id", "Initiative ID"),
        ("parent_id", "Parent ID"),
        ("depends_on", "Depends on"),
        ("name", "Name"),
    ],
)
def test_headings_are_written_as_people_write_them(name, text):
    assert heading(name) == text


def test_the_portfolio_sheet_comes_first_and_is_empty(workbook):
    assert workbook.sheetnames == ["Portfolio", "Columns"]
    rows = workbook["Portfolio"].iter_rows(min_row=2, values_only=True)
    assert all(value is None for row in rows for value in row)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_header_tells_what_its_column_means(workbook, places, column):
    note = workbook["Portfolio"].cell(1, places[column.name]).comment.text
    assert column.meaning in note
    for choice in column.choices:
        assert choice in note


@pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column.choices], ids=lambda column: column.name
)
def test_a_closed_set_is_a_drop_down_on_two_thousand_rows(workbook, places, column):
    rule = validation_of(workbook, places, column.name)
    assert rule.type == "list"
    assert rule.formula1 == f'"{",".join(column.choices)}"'
    assert rule.errorStyle in {None, "stop"}
    assert all(choice in rule.error for choice in column.choices)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("project_count", "whole"),
        ("budget", "decimal"),
        ("start_date", "date"),
        ("reported_on", "date"),
        ("end_date", "custom"),
        ("initiative_id", "custom"),
    ],
)
def test_a_wrong_cell_is_refused_with_the_cure(workbook, places, name, kind):
    rule = validation_of(workbook, places, name)
    assert rule.type == kind
    assert rule.errorStyle in {None, "stop"}
    assert rule.error.endswith(".")
    assert rule.errorTitle


def test_a_negative_count_or_amount_is_refused(workbook, places):
    for name in ("team_count", "budget"):
        rule = validation_of(workbook, places, name)
        assert (rule.operator, rule.formula1) == ("greaterThanOrEqual", "0")


def test_an_end_before_its_start_is_refused(workbook, places):
    start, end = (get_column_letter(places[name]) for name in ("start_date", "end_date"))
    formula = validation_of(workbook, places, "end_date").formula1
    assert formula == f'AND(ISNUMBER({end}2),OR({start}2="",{end}2>={start}2))'


def test_an_id_used_twice_is_refused(workbook, places):
    letter = get_column_letter(places["initiative_id"])
    formula = validation_of(workbook, places, "initiative_id").formula1
    assert formula == f"COUNTIF(${letter}$2:${letter}$2001,{letter}2)=1"


def test_a_currency_that_is_not_listed_may_be_kept(workbook, places):
    rule = validation_of(workbook, places, "currency")
    assert rule.type == "list"
    assert rule.errorStyle == "warning"


def test_every_cell_says_what_it_is_for_once_selected(workbook, places):
    for name in NAMES:
        rule = validation_of(workbook, places, name)
        assert rule.promptTitle == heading(name)
        assert rule.prompt.startswith(BY_NAME[name].meaning)


def test_no_message_is_longer_than_excel_allows():
    for check in checks(guide().entries):
        for title in ("input_title", "error_title"):
            assert len(check.get(title, "")) <= 32
        for message in ("input_message", "error_message"):
            assert len(check.get(message, "")) <= 255


def test_ids_and_lists_are_text_and_dates_are_dates(workbook, places):
    sheet = workbook["Portfolio"]
    letters = {name: get_column_letter(place) for name, place in places.items()}
    for name in ("initiative_id", "parent_id", "depends_on", "teams"):
        assert sheet.column_dimensions[letters[name]].number_format == "@"
    for name in ("start_date", "end_date", "reported_on"):
        assert sheet.column_dimensions[letters[name]].number_format == "yyyy-mm-dd"


def test_the_header_stays_in_sight(workbook):
    assert workbook["Portfolio"].freeze_panes == "C2"
    assert workbook["Columns"].freeze_panes == "C2"


def test_a_row_without_a_name_is_marked(workbook, places):
    (area,) = workbook["Portfolio"].conditional_formatting
    letter = get_column_letter(places["name"])
    assert str(area.sqref) == f"{letter}2:{letter}2001"
    last = get_column_letter(len(NAMES))
    assert area.rules[0].formula == [f'AND(COUNTA($A2:${last}2)>0,${letter}2="")']


def test_the_guide_explains_every_column_once(workbook):
    rows = list(workbook["Columns"].iter_rows(min_row=2, values_only=True))
    assert sorted(row[1] for row in rows) == sorted(heading(name) for name in NAMES)
    meanings = {row[1]: row[3] for row in rows}
    assert all(meanings[heading(column.name)] == column.meaning for column in COLUMNS)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("name", "Required: a row without it is not classified"),
        ("project_count", "Can be evidence for a role"),
        (
            "decision_level",
            "Can be evidence for a role; another value than these keeps the row out",
        ),
        ("sponsor", "Used in notes beside the verdict"),
        ("priority", "Shown in the report"),
    ],
)
def test_the_guide_says_what_a_column_does(workbook, name, effect):
    rows = workbook["Columns"].iter_rows(min_row=2, values_only=True)
    assert {row[1]: row[6] for row in rows}[heading(name)] == effect


@pytest.mark.parametrize("entry", guide().entries, ids=lambda entry: entry.column.name)
def test_examples_are_what_the_column_takes(entry):
    assert len(entry.examples) == 3
    for example in filter(None, entry.examples):
        match entry.column.kind:
            case "choice":
                assert example in entry.column.choices
            case "count" | "money":
                assert int(example) > 0
            case "date":
                assert date.fromisoformat(example)
            case "currency":
                assert len(example) == 3


def test_nothing_in_the_workbook_is_a_formula(workbook):
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_the_same_template_is_the_same_bytes(path, tmp_path):
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    with ZipFile(path) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}


def test_another_suffix_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(OutputError, match=r"\[G002\].*'\.csv'.*Name the file \.xlsx"):
        write_template(tmp_path / "template.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotWrittenError, match="No such file or directory"):
        write_template(tmp_path / "missing" / "template.xlsx")


@pytest.fixture(scope="module")
def filled(path, places, tmp_path_factory):
    """The template with the three examples of its guide typed in."""
    workbook = load_workbook(path)
    sheet = workbook["Portfolio"]
    for entry in guide().entries:
        for row, example in enumerate(entry.examples, start=2):
            cell = sheet.cell(row, places[entry.column.name])
            match entry.column.kind:
                case "count" | "money":
                    cell.value = int(example) if example else None
                case "date":
                    cell.value = date.fromisoformat(example) if example else None
                case _:
                    cell.value = example or None
    target = tmp_path_factory.mktemp("filled") / "filled.xlsx"
    workbook.save(target)
    return target


def test_a_filled_template_is_read_in_full_without_a_problem(filled):
    raw = read(filled)
    assert raw.source.sheet == "Portfolio"
    assert raw.unmapped == ()
    result = validate(parse(raw), as_of=date(2026, 11, 24))
    assert result.problems == ()
    accepted = result.accepted.to_dict("list")
    for entry in guide().entries:
        values = accepted[entry.column.name]
        assert [bool(example) for example in entry.examples] == [
            isinstance(value, tuple) or (value is not None and value == value)  # noqa: PLR0124
            for value in values
        ]
    assert accepted["initiative_id"] == ["INI-0101", "INI-0102", "INI-0103"]
    assert accepted["depends_on"][1] == ("INI-0101", "INI-0098")


def test_an_empty_template_is_refused_for_its_own_sheet_not_read_from_the_guide(path):
    with pytest.raises(InputError, match=r"\[Portfolio\]"):
        read(path)
