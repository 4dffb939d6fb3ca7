"""One table on one sheet: header, cells that stay text, sizes that fit, print set-up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import repeat
from math import ceil
from typing import TYPE_CHECKING, Final

from pipeline.report.safe_text import cell, clean_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.workbook.style import Formats

HEADER_ROW: Final = 3
TITLE_HEIGHT: Final = 24  # points, as are the others
_LINE_HEIGHT = 13
ROW_HEIGHT: Final = 16  # points; where the font is missing, the one in its place may be taller
_TALLEST = 20  # lines; the rest of a longer cell is read in the cell itself
_FILL = 1.08  # letters of running text to a unit of width
_SMALLEST = 6
_FILTER_BUTTON = 3  # its width in characters
_A4, _A3 = 9, 8
_NUMBERS: Final = frozenset({"decimal", "line", "number", "percent"})


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn:
    """One column: ``width`` is the most it takes, in characters; ``style`` names a format.

    Cells are text, numbers, or ``None`` for an empty cell.
    """

    header: str
    cells: Sequence[str | int | float | None]
    width: float
    style: str = "text"
    header_style: str = ""
    hidden: bool = False
    whole_width: bool = False

    @property
    def header_format(self) -> str:
        """The format of the header, over numbers to the right as they are."""
        plain = "header_number" if self.style in _NUMBERS else "header"
        return self.header_style or plain

    @property
    def wraps(self) -> bool:
        """Whether long text goes on in a further line of the cell."""
        return self.style in {"wrap", "strong", "input"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """The workbook being written, its formats, and the run it belongs to."""

    workbook: Workbook
    formats: Formats
    run_id: str

    def sheet(
        self, name: str, *, title: str, notes: Sequence[str] = (), wide: bool = False
    ) -> Worksheet:
        """Add a sheet with a title, up to two lines of notes and its print set-up."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_landscape()
        sheet.set_paper(_A3 if wide else _A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        run = self.run_id.replace("&", "&&")
        sheet.set_header(f"&L&9{name}&R&9Run {run}")
        sheet.set_footer(f"&L&9Staffing recommendations, run {run}&R&9Page &P of &N")
        sheet.write_string(0, 0, title, self.formats["title"])
        sheet.set_row(0, TITLE_HEIGHT)
        for row, note in enumerate(filter(None, notes), start=1):
            sheet.write_string(row, 0, cell(note), self.formats["note"])
        return sheet

    def table(self, sheet: Worksheet, columns: Sequence[TableColumn], *, freeze: int = 0) -> None:
        """Write a table below the notes; ``freeze`` columns stay in sight, as does the header.

        Every column has the same number of cells.
        """
        columns = [_cleaned(column) for column in columns]
        last = HEADER_ROW + len(columns[0].cells)
        for place, column in enumerate(columns):
            header = self.formats[column.header_format]
            sheet.write_string(HEADER_ROW, place, column.header, header)
            options = {"hidden": True} if column.hidden else {}
            sheet.set_column(place, place, fitting_width(column), None, options)
            self._cells(sheet, place, column)
        for row, lines in enumerate(line_counts(columns), start=HEADER_ROW + 1):
            if lines > 1:
                sheet.set_row(row, lines * _LINE_HEIGHT + 2)
        sheet.set_row(HEADER_ROW, 30)
        sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, freeze)
        sheet.repeat_rows(HEADER_ROW)

    def _cells(self, sheet: Worksheet, place: int, column: TableColumn) -> None:
        style = self.formats[column.style]
        for row, value in enumerate(column.cells, start=HEADER_ROW + 1):
            if isinstance(value, str) and value:
                sheet.write_string(row, place, value, style)
            elif isinstance(value, int | float):
                sheet.write_number(row, place, value, style)
            else:
                sheet.write_blank(row, place, None, style)


def _cleaned(column: TableColumn) -> TableColumn:
    # What is hidden is for the next run, which must find the very text again.
    made = clean_cell if column.hidden else cell
    cells = [made(text) if isinstance(text, str) else text for text in column.cells]
    return replace(column, header=cell(column.header), cells=cells)


def fitting_width(column: TableColumn) -> float:
    """Room for the longest line and the header with its button, within the column's width."""
    if column.whole_width:
        return column.width
    lines = (max(map(len, str(text).split("\n"))) for text in column.cells if text is not None)
    longest = max(lines, default=0)
    header = max(map(len, column.header.split()), default=0) + _FILTER_BUTTON
    return min(max(longest + 1, header, _SMALLEST), max(column.width, header))


def line_counts(columns: Sequence[TableColumn]) -> list[int]:
    """How many lines the tallest cell of each row needs."""
    counts = [1] * len(columns[0].cells)
    for column in columns:
        if not column.wraps:
            continue
        needed = map(line_count, column.cells, repeat(fitting_width(column)))
        counts = [max(pair) for pair in zip(counts, needed, strict=True)]
    return [min(count, _TALLEST) for count in counts]


def row_height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Points that a row of wrapped cells needs; there may be more widths than cells."""
    lines = max(map(line_count, cells, widths), default=1)
    return max(ROW_HEIGHT, lines * _LINE_HEIGHT + 2)


def line_count(text: object, width: float) -> int:
    """How many lines a text takes in a cell of that width."""
    if not isinstance(text, str) or (len(text) < width and "\n" not in text):
        return 1
    # A width counts digits of the default font; words in ours are narrower, and break early.
    return sum(max(1, ceil(len(part) / (width * _FILL))) for part in text.split("\n"))
