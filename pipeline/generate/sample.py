"""A portfolio as CSV, again as the workbook that a person would keep: ``… FILE.csv TITLE``."""

from __future__ import annotations

import csv
import sys
from datetime import date
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from pipeline.template.guide import guide
from pipeline.template.headings import heading
from pipeline.template.workbook import CREATED, OPTIONS
from pipeline.whole_file import writing
from schemas.columns import COLUMNS, Kind

_KINDS: dict[str, Kind] = {heading(column.name): column.kind for column in COLUMNS}
_WIDTHS = {entry.heading: entry.width for entry in guide().entries}
_LINE_HEIGHT = 13.5
_FONT = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
_WRAPPED = {"text", "list"}
_A3 = 8
_NUMBER_FORMATS = {"count": "0", "money": "#,##0", "date": "yyyy-mm-dd"}


def write_workbook(source: Path, target: Path, *, title: str) -> None:
    """Write the rows of a CSV file under a title line, dates and numbers as typed cells.

    Args:
        source: CSV in UTF-8 whose header has the headings of the template.
        target: The workbook to write; the same bytes for the same rows and title.
        title: What stands above the header.

    Raises:
        FileNotWrittenError: The workbook cannot be written.
    """
    with source.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as workbook:
        workbook.set_properties({"title": title, "created": CREATED})
        _write_sheet(workbook, title, header, rows)
    with writing(target) as draft:
        draft.write_bytes(buffer.getvalue())


def _write_sheet(
    workbook: Any,  # noqa: ANN401 -- XlsxWriter is untyped
    title: str,
    header: list[str],
    rows: list[list[str]],
) -> None:
    sheet = workbook.add_worksheet("Initiatives")
    sheet.write_string(0, 0, title, workbook.add_format({"bold": True, "font_size": 14}))
    style = _FONT | {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1F3A4D",
        "text_wrap": True,
    }
    head = workbook.add_format(style | {"valign": "vcenter"})
    for place, label in enumerate(header):
        kind = _KINDS[label]
        look: dict[str, Any] = _FONT | {"bottom": 1, "bottom_color": "#D5DBE0"}
        look |= {"text_wrap": kind in _WRAPPED}
        if kind in _NUMBER_FORMATS:
            look |= {"num_format": _NUMBER_FORMATS[kind]}
        if kind == "count":
            look |= {"align": "center"}
        cell = workbook.add_format(look)
        sheet.set_column(place, place, _WIDTHS[label])
        sheet.write_string(1, place, label, head)
        for line, row in enumerate(rows, start=2):
            _write_cell(sheet, (line, place), (row[place], kind), cell)
    for line, row in enumerate(rows, start=2):
        sheet.set_row(line, 4 + _LINE_HEIGHT * max(map(_lines, header, row)))
    sheet.set_row(1, 30)
    sheet.freeze_panes(2, 2)
    sheet.autofilter(1, 0, len(rows) + 1, len(header) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)


def _lines(label: str, text: str) -> int:
    """Lines that a cell needs; viewers that do not measure wrapped rows have to be told."""
    return max(1, ceil(len(text) / _WIDTHS[label])) if _KINDS[label] in _WRAPPED else 1


def _write_cell(sheet: Any, at: tuple[int, int], said: tuple[str, Kind], cell: Any) -> None:  # noqa: ANN401
    text, kind = said
    match kind:
        case _ if not text:
            sheet.write_blank(*at, None, cell)
        case "count" | "money":
            sheet.write_number(*at, float(text), cell)
        case "date":
            sheet.write_datetime(*at, date.fromisoformat(text), cell)
        case _:
            sheet.write_string(*at, text, cell)


if __name__ == "__main__":
    csv_file = Path(sys.argv[1])
    write_workbook(csv_file, csv_file.with_suffix(".xlsx"), title=sys.argv[2])
