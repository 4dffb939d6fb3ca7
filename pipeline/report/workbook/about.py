"""The sheet About: which run this is, on what input, with which rules and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.report.facts_of_run import mapping_rows, sections
from pipeline.report.safe_text import cell
from pipeline.report.workbook.sheet import row_height

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book

NAME: Final = "About"
_WIDTHS: Final = (24, 70, 14, 14, 14)
_MAPPING_HEADERS: Final = ("Column", "Read from", "Decided by", "Unit", "Currency")


def add(book: Book, data: ReportData) -> None:
    """Add the sheet."""
    sheet = book.sheet(NAME, title="About this run")
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    row = 2
    for title, entries in sections(data.manifest):
        row = _section(book, sheet, row, title, entries)
    _mapping(book, sheet, row, data.manifest)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _section(
    book: Book, sheet: Worksheet, row: int, title: str, entries: list[tuple[str, str]]
) -> int:
    sheet.write_string(row, 0, title, book.formats["heading"])
    for row_, (label, text) in enumerate(entries, start=row + 1):
        sheet.set_row(row_, row_height([text], _WIDTHS[1:]))
        sheet.write_string(row_, 0, cell(label), book.formats["bold"])
        sheet.write_string(row_, 1, cell(text), book.formats["plain_wrap"])
    return row + len(entries) + 2


def _mapping(book: Book, sheet: Worksheet, row: int, manifest: Any) -> None:  # noqa: ANN401
    sheet.write_string(row, 0, "How the columns were read", book.formats["heading"])
    for place, header in enumerate(_MAPPING_HEADERS):
        sheet.write_string(row + 1, place, header, book.formats["header"])
    for row_, cells in enumerate(mapping_rows(manifest), start=row + 2):
        sheet.set_row(row_, row_height(cells, _WIDTHS))
        for place, text in enumerate(cells):
            sheet.write_string(row_, place, cell(text), book.formats["wrap"])
