"""Where the printed Summary turns the page: before a table that would be torn apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.report.workbook.sheet import HEADER_ROW, ROW_HEIGHT, TITLE_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

# Per cent, at which tables and charts fit into the width of A3 whatever font is there; fitted to
# the page's width instead, Excel would not heed where the page is to turn.
SCALE: Final = 80
# Points: A3 landscape without margins, and a line less.
_PAGE: Final = (842 - 2 * 0.6 * 72) / (SCALE / 100) - ROW_HEIGHT
_PIXELS: Final = 4 / 3  # a point


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Rows that are taller than others, in points, and the first row of every table."""

    tall: dict[int, float] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)

    def height(self, first: int, end: int) -> float:
        """Points of the rows from ``first`` to before ``end``."""
        return sum(self.tall.get(row, ROW_HEIGHT) for row in range(first, end))


def breaks(layout: Layout, end: int) -> list[int]:
    """The rows that begin a page, but for the first; ``end`` is the row after the last."""
    found: list[int] = []
    page, room = 0, _PAGE
    for start, after in zip(layout.starts, [*layout.starts[1:], end], strict=True):
        if start > page and layout.height(page, after) > room:
            found.append(start)
            # The title is printed again on every page.
            page, room = start, _PAGE - TITLE_HEIGHT
    return found


def edges(layout: Layout, turns: Sequence[int]) -> list[int]:
    """Pixels from the header row down to each row that begins a page."""
    return [round(layout.height(HEADER_ROW, row) * _PIXELS) for row in turns]


def set_up(sheet: Worksheet, turns: Sequence[int]) -> None:
    """Print in one scale, and turn the page there."""
    sheet.set_print_scale(SCALE)
    sheet.set_h_pagebreaks([*turns])
