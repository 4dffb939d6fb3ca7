"""One sheet of the workbook of rules: header, cells that stay text, drop-downs, print set-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, Final, Literal

from pipeline.errors import Location
from pipeline.report.safe_text import CELL_LIMIT, displayed
from pipeline.report.workbook.style import INK
from pipeline.ruletools.exchange.faults import CellOverflow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from pipeline.ruletools.exchange.rows import Cells

_A3: Final = 8
_LINE_HEIGHT = 13.5
_TALLEST = 20  # lines; a longer cell is read in the cell itself
_LAST_ROW = 2_000  # down to which drop-downs reach, for rules yet to be written
_LONGEST_LIST = 255  # characters of a drop-down; workbooks allow no more
_FONT: Final[dict[str, Any]] = {"font_name": "Calibri", "font_size": 10, "font_color": INK}
# As text, so that a cell such as "= fixed" is no formula, even when somebody types it.
_CELL: Final[dict[str, Any]] = {
    **_FONT,
    "valign": "top",
    "text_wrap": True,
    "num_format": "@",
    "bottom": 1,
    "bottom_color": "#D5D9DE",
}
_HEADER: Final[dict[str, Any]] = {
    **_FONT,
    "bold": True,
    "font_color": "#FFFFFF",
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
    "border_color": "#FFFFFF",
}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "cell": _CELL,
    "fact": {**_CELL, "bg_color": "#EEF4FB"},
    "header cell": {**_HEADER, "bg_color": "#334155"},
    "header fact": {**_HEADER, "bg_color": "#2B6CB0"},
    "title": {**_FONT, "font_size": 16, "bold": True},
    "text": {**_FONT, "valign": "top", "text_wrap": True},
    "term": {**_FONT, "valign": "top", "bold": True},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column; ``choices`` become a drop-down."""

    header: str
    width: float
    style: Literal["cell", "fact"] = "cell"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetWriter:
    """The workbook being written; ``path`` is only for messages."""

    workbook: Workbook
    path: Path
    _formats: dict[str, Format] = field(default_factory=dict)

    def format(self, name: str) -> Format:
        """The format of a style, made when first asked for."""
        if name not in self._formats:
            self._formats[name] = self.workbook.add_format(_STYLES[name])
        return self._formats[name]

    def add(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Sequence[Cells],
        *,
        freeze: int = 0,
        hidden: bool = False,
    ) -> None:
        """Add a sheet with a table: its header in the first row, ``freeze`` columns kept in sight.

        Raises:
            CellOverflow: A text is too long for a cell.
        """
        sheet = self.workbook.add_worksheet(name)
        for place, column in enumerate(columns):
            style = self.format(column.style)
            sheet.set_column(place, place, column.width, style)
            sheet.write_string(0, place, column.header, self.format(f"header {column.style}"))
            if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
                check = {"validate": "list", "source": list(column.choices)}
                sheet.data_validation(1, place, _LAST_ROW, place, check)
            for row, cells in enumerate(rows, start=1):
                self._write(sheet, row, place, cells.get(column.header, ""), style)
        for row, cells in enumerate(rows, start=1):
            sheet.set_row(row, _height(cells, columns))
        sheet.set_row(0, 30)
        sheet.freeze_panes(1, freeze)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        set_print(sheet, name)
        if hidden:
            sheet.very_hidden()

    def _write(
        self, sheet: Worksheet, row: int, place: int, value: str | float, style: Format
    ) -> None:
        if not isinstance(value, str):
            sheet.write_number(row, place, value, style)
            return
        text = displayed(value)
        if len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
            raise CellOverflow(
                f"a text of {len(text):,} characters does not fit into a cell: {text[:40]!r}",
                hint="Shorten it in its rule file",
                at=Location(path=self.path, sheet=sheet.get_name()),
            )
        if text:
            sheet.write_string(row, place, text, style)
        else:
            sheet.write_blank(row, place, None, style)


def set_print(sheet: Worksheet, name: str) -> None:
    """Landscape, as wide as the paper, the header on every page."""
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L&9{name.replace('&', '&&')}&R&9Page &P of &N")


def _height(cells: Cells, columns: Sequence[Column]) -> float:
    """Room for the tallest cell; programs that do not measure wrapped rows need to be told."""
    lines = 1
    for column in columns:
        text = str(cells.get(column.header, ""))
        lines = max(lines, sum(ceil(len(part) / column.width) or 1 for part in text.split("\n")))
    return min(lines, _TALLEST) * _LINE_HEIGHT + 2
