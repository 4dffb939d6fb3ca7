"""The native charts of the sheet Summary, beside the tables that have their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.report import words
from pipeline.report.workbook.sheet import HEADER_ROW
from pipeline.report.workbook.style import COLOURS, INK, LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.tally import Tally
    from pipeline.report.workbook.sheet import Book

_COLUMN = 5
_WIDTH = 620
# Pixels; with these the usual charts stand on one printed page.
_FRAME, _BAR, _GAP = 92, 22, 14
_CODE: Final = {word: code for code, word in words.VERDICTS.items()}


def draw(
    book: Book, sheet: Worksheet, tables: Iterable[tuple[Tally, int]], edges: Iterable[int]
) -> None:
    """Draw a bar chart of each table, one below the other; a table begins in the row given.

    None lies across one of ``edges``, where the printed page turns, in pixels from the header row.
    """
    offset = 0
    for tally, row in tables:
        if not tally.bars:
            continue
        height = _FRAME + _BAR * len(tally.bars)
        offset = next((edge for edge in edges if offset < edge < offset + height), offset)
        chart = _chart(book, tally, row + 1, sheet.get_name())
        chart.set_size({"width": _WIDTH, "height": height})
        description = f"Bar chart, {tally.title}: the table on this sheet has its numbers"
        place = {"description": description, "y_offset": offset, "object_position": 2}
        sheet.insert_chart(HEADER_ROW, _COLUMN, chart, place)
        offset += height + _GAP


def _chart(book: Book, tally: Tally, row: int, sheet_name: str) -> Any:  # noqa: ANN401 -- a chart
    """A chart of the table whose header is in ``row``."""
    kind = {"type": "bar", "subtype": "stacked"} if len(tally.series) > 1 else {"type": "bar"}
    chart = book.workbook.add_chart(kind)
    last = row + len(tally.bars)
    for place, name in enumerate(tally.series, start=1):
        series: dict[str, Any] = {
            "name": [sheet_name, row, place],
            "categories": [sheet_name, row + 1, 0, last, 0],
            "values": [sheet_name, row + 1, place, last, place],
            "gap": 40,
            # An empty part of a bar gets no "0".
            "data_labels": {"value": True, "num_format": "#,##0;;"},
        }
        if len(tally.series) > 1:
            series["fill"] = {"color": COLOURS[_CODE[name]]}
            series["data_labels"]["font"] = {"color": LABELS[_CODE[name]], "bold": True, "size": 9}
        else:
            series["points"] = [{"fill": {"color": COLOURS[_CODE[b.label]]}} for b in tally.bars]
            series["data_labels"]["num_format"] = "#,##0"
        chart.add_series(series)
    font = {"color": INK, "size": 9}
    chart.set_title({"name": tally.title, "name_font": {**font, "size": 12}, "overlay": False})
    # Every label, in the order of the table; the numbers stand on the bars, so no second axis.
    chart.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True} if len(tally.series) == 1 else {"position": "bottom"})
    return chart
