"""The two sheets of the template."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.template.validation import FIRST_ROW, ROWS, checks

if TYPE_CHECKING:
    from pipeline.template.guide import Entry, Guide

_COLOURS = {
    "identity": "#1F3A4D",
    "structure": "#2B5F75",
    "size": "#3F7F6B",
    "people": "#6A6FA0",
    "delivery": "#8A5A83",
    "time_and_money": "#9A6B33",
    "today": "#5F6B73",
}
_LINE = "#D5DBE0"
_FONT = {"font_name": "Calibri", "font_size": 10}
_CELL = _FONT | {"valign": "top", "bottom": 1, "bottom_color": _LINE}
_A3 = 8
_LINE_HEIGHT = 13.5

# Text format keeps ids such as 007 and lists such as 1;2 as they were typed.
_NUMBER_FORMATS = {
    "identifier": "@",
    "list": "@",
    "count": "0",
    "money": "#,##0",
    "date": "yyyy-mm-dd",
}

# Heading, width in characters. The first column keeps the headings out of the leftmost one, where
# they could be taken for those of a portfolio that was turned on its side.
_GUIDE_COLUMNS = (
    ("No.", 5),
    ("Column", 19),
    ("Topic", 20),
    ("What it means", 42),
    ("What to type", 26),
    ("Allowed values", 24),
    ("What it does", 32),
    ("For example, a project", 32),
    ("For example, a program", 34),
    ("For example, a part of it", 30),
)


def write_portfolio(workbook: Any, guide: Guide) -> None:  # noqa: ANN401 -- XlsxWriter is untyped
    """The sheet to fill in: one header row, then nothing but checks and formats."""
    sheet = workbook.add_worksheet("Portfolio")
    last = len(guide.entries) - 1
    for place, (entry, check) in enumerate(zip(guide.entries, checks(guide.entries), strict=True)):
        cell = _CELL | {"text_wrap": entry.column.kind in {"text", "list"}}
        if entry.column.kind == "count":
            cell |= {"align": "center"}
        if entry.column.kind in _NUMBER_FORMATS:
            cell |= {"num_format": _NUMBER_FORMATS[entry.column.kind]}
        sheet.set_column(place, place, entry.width, workbook.add_format(cell))
        sheet.write_string(0, place, entry.heading, workbook.add_format(_header(entry.group)))
        sheet.write_comment(0, place, _note(entry), {"x_scale": 2, "font_size": 9})
        sheet.data_validation(FIRST_ROW - 1, place, FIRST_ROW + ROWS - 2, place, check)
    sheet.set_comments_author("staffing template")
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, ROWS, last)
    name = next(i for i, entry in enumerate(guide.entries) if entry.column.name == "name")
    sheet.conditional_format(
        1,
        name,
        ROWS,
        name,
        {
            "type": "formula",
            "criteria": f'=AND(COUNTA($A2:${xl_col_to_name(last)}2)>0,${xl_col_to_name(name)}2="")',
            "format": workbook.add_format({"bg_color": "#F6D5D0"}),
        },
    )
    _set_print(sheet, "Portfolio")


def write_columns(workbook: Any, guide: Guide) -> None:  # noqa: ANN401
    """The guide: one row a column, with its meaning and three filled-in examples."""
    sheet = workbook.add_worksheet("Columns")
    header = workbook.add_format(_header("identity"))
    for place, (title, width) in enumerate(_GUIDE_COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, header)
    sheet.set_row(0, 24)
    plain = workbook.add_format(_CELL | {"text_wrap": True})
    number = workbook.add_format(_CELL | {"align": "center", "font_color": "#6B7780"})
    for row, entry in enumerate(guide.entries, start=1):
        topic = workbook.add_format(
            _CELL | {"text_wrap": True, "bold": True, "font_color": _COLOURS[entry.group]}
        )
        sheet.write_number(row, 0, row, number)
        for place, text in enumerate(_guide_texts(entry, guide), start=1):
            sheet.write_string(row, place, text, topic if place <= 2 else plain)  # noqa: PLR2004
        sheet.set_row(row, _height(_guide_texts(entry, guide)))
    sheet.freeze_panes(1, 2)
    _set_print(sheet, "Columns of the portfolio")


def _guide_texts(entry: Entry, guide: Guide) -> tuple[str, ...]:
    return (
        entry.heading,
        guide.groups[entry.group],
        entry.column.meaning,
        entry.enter,
        ", ".join(entry.column.choices),
        entry.effect,
        *entry.examples,
    )


def _height(texts: tuple[str, ...]) -> float:
    """Room for the longest text; programs that do not measure wrapped rows need to be told."""
    widths = [width for _, width in _GUIDE_COLUMNS[1:]]
    lines = max(ceil(len(text) / width) for text, width in zip(texts, widths, strict=True))
    return _LINE_HEIGHT * max(lines, 1) + 4


def _header(group: str) -> dict[str, Any]:
    return _FONT | {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": _COLOURS[group],
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": "#FFFFFF",
    }


def _note(entry: Entry) -> str:
    allowed = f"\nAllowed: {', '.join(entry.column.choices)}." if entry.column.choices else ""
    return f"{entry.column.meaning}\n{entry.enter}.{allowed}\n{entry.effect}."


def _set_print(sheet: Any, title: str) -> None:  # noqa: ANN401
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{title}&R&P / &N")
