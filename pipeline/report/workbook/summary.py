"""The sheet Summary: what came out, in numbers and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.report import words
from pipeline.report.safe_text import cell
from pipeline.report.tally import tallies
from pipeline.report.workbook.sheet import HEADER_ROW
from pipeline.report.workbook.style import COLOURS, INK, LABELS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.attention import Agenda
    from pipeline.report.data import Counts, ReportData
    from pipeline.report.tally import Tally
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Summary"
_CHART_COLUMN = 5
_CHART_WIDTH = 620
_ROW_HEIGHT = 20  # pixels of a row, as spreadsheets draw it
_CODE: Final = {word: code for code, word in words.VERDICTS.items()}


def add(book: Book, data: ReportData, order: Agenda) -> None:
    """Add the sheet."""
    note = f"{data.manifest.get('input', {}).get('name', '')}, as of {data.manifest['as_of']}"
    sheet = book.sheet(NAME, title="Staffing recommendations", notes=[note])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 18)
    row = _counts(book, sheet, data.counts, order)
    chart_row = 3
    for tally in tallies(data):
        chart_row = _chart(book, sheet, tally, row, chart_row)
        row = _table(book, sheet, tally, row)
    sheet.repeat_rows(0)


def count_rows(counts: Counts) -> list[tuple[str, int]]:
    """The outcome of every row that was read, in words; the first is the sum of those after it."""
    return [
        ("Rows read", counts.read),
        ("Project manager", counts.project_manager),
        ("Program manager", counts.program_manager),
        ("Undecided", counts.undecided),
        ("Quarantined", counts.quarantined),
    ]


def _counts(book: Book, sheet: Worksheet, counts: Counts, order: Agenda) -> int:
    row = HEADER_ROW
    sheet.write_string(row, 0, "Rows of the portfolio", book.formats["header"])
    sheet.write_string(row, 1, "Count", book.formats["header_number"])
    (label, total), *outcomes = count_rows(counts)
    for name, count in outcomes:
        row += 1
        sheet.write_string(row, 0, name, book.formats["text"])
        sheet.write_number(row, 1, count, book.formats["number"])
    row += 1
    sheet.write_string(row, 0, f"{label}, the sum", book.formats["total_label"])
    sheet.write_number(row, 1, total, book.formats["total"])
    beside = [
        ("Need a decision", order.to_decide),
        ("Made from parents without a row", counts.derived),
        ("Warnings", counts.warnings),
        ("Blank rows left out", counts.blank_rows),
        ("Totals rows left out", counts.totals_rows),
    ]
    row += 1
    for name, count in beside:
        row += 1
        sheet.write_string(row, 0, name, book.formats["text"])
        sheet.write_number(row, 1, count, book.formats["number"])
    return row + 3


def _table(book: Book, sheet: Worksheet, tally: Tally, row: int) -> int:
    """Write the counts of a chart, for reading and for the chart; return the next free row."""
    sheet.write_string(row - 1, 0, tally.title, book.formats["heading"])
    sheet.write_string(row, 0, tally.label, book.formats["header"])
    for place, name in enumerate(tally.series, start=1):
        sheet.write_string(row, place, name, book.formats["header_number"])
    for bar in tally.bars:
        row += 1
        sheet.write_string(row, 0, cell(bar.label), book.formats["text"])
        for place, count in enumerate(bar.counts, start=1):
            sheet.write_number(row, place, count, book.formats["number"])
    return row + 4


def _chart(book: Book, sheet: Worksheet, tally: Tally, row: int, chart_row: int) -> int:
    """Draw the table that begins in ``row``; return the row below the chart."""
    if not tally.bars:
        return chart_row
    kind = {"type": "bar", "subtype": "stacked"} if len(tally.series) > 1 else {"type": "bar"}
    chart = book.workbook.add_chart(kind)
    last = row + len(tally.bars)
    for place, name in enumerate(tally.series, start=1):
        series: dict[str, Any] = {
            "name": [NAME, row, place],
            "categories": [NAME, row + 1, 0, last, 0],
            "values": [NAME, row + 1, place, last, place],
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
    height = 110 + 30 * len(tally.bars)
    chart.set_size({"width": _CHART_WIDTH, "height": height})
    description = f"Bar chart, {tally.title}: the table on this sheet has its numbers"
    sheet.insert_chart(chart_row, _CHART_COLUMN, chart, {"description": description})
    return chart_row + height // _ROW_HEIGHT + 2
