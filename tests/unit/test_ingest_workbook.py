"""Workbooks of every make: cells as text, the right sheet, hidden sheets, failed formulas."""

import datetime as dt
import io
import json
import sys
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
import xlwt
from odf import opendocument, table, text
from openpyxl.workbook.defined_name import DefinedName

from pipeline.ingest import child, read
from pipeline.ingest import refusals as no
from pipeline.ingest.child import to_text

ROWS = [["Project ID", "Name", "Status"], ["1", "a", "x"], ["2", "b", "y"]]


@pytest.fixture
def workbook(tmp_path):
    def write(sheets, *, hidden=(), change=None, name="portfolio.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            if title in hidden:
                sheet.sheet_state = hidden[title] if isinstance(hidden, dict) else "hidden"
        if change:
            change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return write


def test_cells_become_text(workbook):
    row = [
        8.0,
        0.1,
        1e-5,
        123456789012,
        True,
        dt.date(2024, 1, 31),
        dt.datetime(2024, 1, 31, 13, 5),  # noqa: DTZ001
        dt.time(3, 4),
        "007",
        " x ",
        None,
        -1200.5,
    ]
    header = ["ID", "Name", *"CDEFGHIJKL"]
    raw = read(workbook({"P": [header, row, ["2", "b"]]}))
    assert list(raw.cells.iloc[0])[:10] == [
        "8",
        "0.1",
        "1e-05",
        "123456789012",
        "true",
        "2024-01-31",
        "2024-01-31 13:05:00",
        "03:04:00",
        "007",
        " x ",
    ]
    assert raw.cells["L"].iloc[0] == "-1200.5"
    assert list(raw.cells.index) == [2, 3]
    assert {str(kind) for kind in raw.cells.dtypes} == {"str"}
    assert (raw.source.format, raw.source.sheet) == ("xlsx", "P")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8.0, "8"),
        (-0.5, "-0.5"),
        (1e300, "1e+300"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
        (False, "false"),
        (7, "7"),
        ("8.0", "8.0"),
    ],
)
def test_a_value_as_text(value, expected):
    assert to_text(value) == expected


def test_the_table_may_stand_anywhere(workbook):
    rows = [[], [], [None, "Portfolio of the PMO"], [None, *ROWS[0]], [], [None, *ROWS[1]]]
    raw = read(workbook({"P": rows}))
    assert raw.source.header_line == 4
    assert list(raw.cells.index) == [6]
    assert list(raw.cells.columns) == ROWS[0]
    assert raw.blank_rows == 1


def test_xls_and_ods_read_the_same(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("P")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.save(str(tmp_path / "a.xls"))
    document = opendocument.OpenDocumentSpreadsheet()
    grid = table.Table(name="P")
    for row in ROWS:
        line = table.TableRow()
        for value in row:
            cell = table.TableCell(valuetype="string")
            cell.addElement(text.P(text=value))
            line.addElement(cell)
        grid.addElement(line)
    document.spreadsheet.addElement(grid)
    document.save(str(tmp_path / "a.ods"))
    for name, kind in (("a.xls", "xls"), ("a.ods", "ods")):
        raw = read(tmp_path / name)
        assert raw.source.format == kind
        assert raw.cells.values.tolist() == ROWS[1:]
        assert not raw.problems


def test_the_sheet_with_the_best_header_is_read(workbook):
    raw = read(workbook({"Read me": [["How to"], ["do it"]], "Risks": [["ID", "Risk"]], "P": ROWS}))
    assert raw.source.sheet == "P"
    assert not raw.problems


def test_of_equal_sheets_the_first_is_read_and_the_others_named(workbook):
    raw = read(workbook({"Q1": ROWS, "Q2": ROWS}))
    assert raw.source.sheet == "Q1"
    (problem,) = raw.problems
    assert (problem.code, problem.severity) == ("sheet-chosen", "notice")
    assert "'Q2'" in problem.cure


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_with_stale_data_is_not_read(workbook, state):
    stale = [[*ROWS[0], "Owner", "Budget"], ["9", "old", "z", "o", "1"]]
    raw = read(workbook({"Old": stale, "P": ROWS}, hidden={"Old": state}))
    assert raw.source.sheet == "P"
    assert [(p.code, p.value) for p in raw.problems] == [("sheet-hidden", "Old")]


def test_a_portfolio_only_on_a_hidden_sheet_is_refused(workbook):
    path = workbook({"Cover": [["Welcome"]], "P": ROWS}, hidden=["P"])
    with pytest.raises(no.SheetsHidden, match="'P'"):
        read(path)
    assert read(path, sheet="P").source.sheet == "P"


def test_a_sheet_is_asked_for_in_any_case(workbook):
    path = workbook({"Q1": ROWS, "Q2": [*ROWS, ["3", "c", "z"]]})
    assert len(read(path, sheet="q2").cells) == 3
    with pytest.raises(no.SheetUnknown) as caught:
        read(path, sheet="Q22")
    assert "Did you mean 'Q2'?" in caught.value.hint
    with pytest.raises(no.SheetUnknown) as caught:
        read(path, sheet="portfolio")
    assert "'Q1', 'Q2'" in caught.value.hint


def test_a_sheet_of_a_text_file_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name,Status\na,b\n")
    with pytest.raises(no.SheetOfText):
        read(path, sheet="P")


def test_failed_formulas_are_told(workbook):
    def fail(book):
        cell = book["P"]["C2"]
        cell.value, cell.data_type = "#DIV/0!", "e"

    raw = read(workbook({"Other": [["x"]], "P": ROWS}, change=fail))
    assert [(p.source_line, p.code, p.column, p.value) for p in raw.problems] == [
        (2, "cell-error", "Status", "#DIV/0!")
    ]
    assert raw.cells["Status"].iloc[0] == ""


def test_the_epoch_of_the_workbook_is_handed_on(workbook):
    def old_mac(book):
        book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001

    assert read(workbook({"P": ROWS}, change=old_mac)).source.epoch_1904
    assert not read(workbook({"P": ROWS}, name="b.xlsx")).source.epoch_1904


def test_merged_headers_on_two_rows(workbook):
    rows = [
        ["Project ID", "Name", "Dates", None, "Budget (£m)"],
        [None, None, "Start", "End", None],
        ["1", "a", "2024-01-01", "2025-01-01", 3],
    ]

    def merge(book):
        sheet = book["P"]
        for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
            sheet.merge_cells(cells)

    raw = read(workbook({"P": rows}, change=merge))
    found = {column.canonical: column.headers for column in raw.mapping}
    assert list(raw.cells.index) == [3]
    assert set(found) == {"initiative_id", "name", "start_date", "end_date", "budget"}
    assert found["start_date"] == ("Start",)


def test_cells_merged_over_rows_give_each_row_their_value_and_no_other_is_filled(workbook):
    rows = [
        ["Project ID", "Name", "Business unit", "Parent", "Status"],
        ["1", "a", "Grid", "P-1", "x"],
        ["2", "b", None, None, None],
        [None, None, None, None, None],
        ["3", "c", None, None, "y"],
        ["4", "d", None, "P-2", "z"],
    ]

    def merge(book):
        # The range over two columns names the unit, not the parent; the last one is empty.
        for cells in ("C2:C5", "D2:D3", "E2:F3", "C6:C7"):
            book["P"].merge_cells(cells)

    raw = read(workbook({"P": rows}, change=merge))
    assert list(raw.cells.index) == [
        2,
        3,
        5,
        6,
    ]  # a row that is blank but for a merged cell is none
    assert list(raw.cells["Business unit"]) == ["Grid", "Grid", "Grid", ""]
    assert list(raw.cells["Parent"]) == ["P-1", "P-1", "", "P-2"]
    assert list(raw.cells["Status"]) == ["x", "x", "y", "z"]
    told = [each for each in raw.problems if each.code == "cells-merged"]
    assert [(each.source_line, each.column, each.value) for each in told] == [
        (0, "Business unit", "3 cells filled"),
        (0, "Parent", "1 cell filled"),
        (0, "Status", "1 cell filled"),
    ]


def test_ranges_that_overlap_or_end_nowhere_fill_each_cell_once(workbook):
    rows = [ROWS[0], ["1", "a", "x"], ["2", "b", None], ["3", "c", "y"], ["4", "d", None]]
    path = workbook({"P": rows})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    ranges = "".join(f'<mergeCell ref="C{top}:C1048576"/>' for top in (2, 2, 3, 4, 900000))
    sheet = "xl/worksheets/sheet1.xml"
    end = b"</sheetData>"
    parts[sheet] = parts[sheet].replace(end, end + f"<mergeCells>{ranges}</mergeCells>".encode())
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    assert list(read(path).cells["Status"]) == ["x", "x", "y", "x"]


def test_defined_names_and_charts_do_no_harm(workbook):
    def more(book):
        book.create_chartsheet("Chart")
        book.defined_names["All"] = DefinedName("All", attr_text="P!$A$1:$C$3")

    assert len(read(workbook({"P": ROWS}, change=more)).cells) == 2


def test_text_of_a_cell_keeps_line_breaks(workbook):
    raw = read(workbook({"P": [ROWS[0], ["1", "two\nlines", "=1+1"]]}))
    assert raw.cells["Name"].iloc[0] == "two\nlines"
    assert raw.cells["Status"].iloc[0] == ""


def test_a_workbook_cut_anywhere_is_refused_or_read(workbook):
    data = workbook({"P": ROWS}).read_bytes()
    path = workbook({"P": ROWS}, name="cut.xlsx")
    for size in range(0, len(data), 977):
        path.write_bytes(data[:size] + b"\0" * (io.DEFAULT_BUFFER_SIZE % 7))
        with pytest.raises(no.InputError):
            read(path)


def served(monkeypatch, capsys, data, wanted=b"", **limits):
    order = {"cells": 10_000, "columns": 100, "longest": 1000, "characters": 10_000}
    order = json.dumps({"bytes": len(data), **order, **limits}).encode() + b"\n"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(order + data + wanted)))
    child._serve()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_child_describes_every_sheet_then_reads_one(workbook, monkeypatch, capsys):
    def more(book):
        book.create_chartsheet("Chart")

    path = workbook({"P": [*ROWS, ["3"]], "Empty": [], "H": ROWS}, hidden=["H"], change=more)
    data = path.read_bytes()
    first, count, *columns = served(monkeypatch, capsys, data, b'"P"\n')
    told = {sheet["name"]: sheet for sheet in first["sheets"]}
    assert told["P"]["head"] == [*ROWS, ["3", "", ""]]
    assert (told["P"]["rows"], told["P"]["columns"]) == (4, 3)
    assert [told[name]["visible"] for name in ("P", "H")] == [True, False]
    assert told["Chart"]["fault"] == "not a worksheet"
    assert told["Empty"]["head"] == []
    assert count == {"columns": 3}
    assert columns == [list(column) for column in zip(*told["P"]["head"], strict=True)]


def test_the_child_skips_what_is_too_large(workbook, monkeypatch, capsys):
    data = workbook({"P": ROWS}).read_bytes()
    (reply,) = served(monkeypatch, capsys, data, cells=5)
    assert reply["sheets"][0]["fault"] == "too large"


def test_the_child_cuts_long_cells_and_ends_before_too_much_text(workbook, monkeypatch, capsys):
    data = workbook({"P": [*ROWS, ["3", "x" * 500]]}).read_bytes()
    *_, names, _ = served(monkeypatch, capsys, data, b'"P"\n', longest=100)
    assert names[-1] == "x" * 100
    (reply,) = served(monkeypatch, capsys, data, b'"P"\n', characters=400)
    assert reply == {"fault": "memory"}


def test_the_child_says_what_is_wrong(monkeypatch, capsys):
    (reply,) = served(monkeypatch, capsys, b"PK\3\4")
    assert reply["fault"] == "damaged"


def test_a_sheet_may_be_named_in_the_mapping_file(workbook, tmp_path):
    file = tmp_path / "mapping.yaml"
    file.write_text("sheet: Q2\n")
    path = workbook({"Q1": ROWS, "Q2": ROWS})
    assert read(path, mapping_file=file).source.sheet == "Q2"
