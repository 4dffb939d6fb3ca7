"""What helps to fill in the sheet Review: drop-down, lengths, colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlsxwriter.utility import xl_col_to_name

from pipeline.report import words
from pipeline.report.review_columns import (
    COMMENT,
    COMMENT_LIMIT,
    DECIDED_BY,
    DECISION,
    NAME_LIMIT,
)
from pipeline.report.since import CHANGES
from pipeline.report.workbook.sheet import HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.workbook.sheet import Book

SINCE: Final = "Since last run"
_ALARM, _CAUTION, _CALM = "#FDE2E2", "#FEF3C7", "#DCFCE7"
_MISSING: Final = "#F8B4B4"
_SINCE: Final = {CHANGES["flipped"]: _ALARM, CHANGES["added"]: _CALM, CHANGES["evidence"]: _CAUTION}
_CONFIDENCES: Final = {words.LOW: _ALARM, words.MEDIUM: _CAUTION, words.HIGH: _CALM}


def guide(book: Book, sheet: Worksheet, rows: int, place: Mapping[str, int]) -> None:
    """Let only decisions be chosen, and mark one without a name."""
    _validate(
        sheet,
        rows,
        place[DECISION],
        {
            "validate": "list",
            "source": list(words.DECISIONS),
            "input_title": "Decision",
            "input_message": "Agree with the verdict, name the role that leads, or defer.",
            "error_title": "Not a decision",
            "error_message": "Choose one of: " + ", ".join(words.DECISIONS) + ".",
        },
    )
    for header, most in ((DECIDED_BY, NAME_LIMIT), (COMMENT, COMMENT_LIMIT)):
        _validate(
            sheet,
            rows,
            place[header],
            {
                "validate": "length",
                "criteria": "<=",
                "value": most,
                "error_title": "Too long",
                "error_message": f"At most {most} characters.",
            },
        )
    # A decision without a name is not a decision yet.
    decision, signer = _cell(place[DECISION]), _cell(place[DECIDED_BY])
    criteria = f'=AND({decision}<>"",{signer}="")'
    _when(book, sheet, rows, place[DECIDED_BY], (criteria, _MISSING))


def colour(book: Book, sheet: Worksheet, rows: int, place: Mapping[str, int]) -> None:
    """Tint verdicts and confidence, another role than today's, what changed or is open again."""
    for code, word in words.VERDICTS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        rule["format"] = book.formats.tint(code)
        _format(sheet, rows, place["Verdict"], rule)
    for word, fill in _CONFIDENCES.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        rule["format"] = book.formats.flag(fill)
        _format(sheet, rows, place["Confidence"], rule)
    verdict, today = _cell(place["Verdict"]), _cell(place["Role today"])
    differs = f'=AND({today}<>"",{verdict}<>"Undecided",{today}<>{verdict})'
    _when(book, sheet, rows, place["Role today"], (differs, _ALARM))
    earlier = {"In force": _CALM, "Waiting": _CAUTION, "Opened again": _CAUTION}
    starts = {"Earlier decision": earlier, SINCE: _SINCE}
    for header, fills in starts.items():
        for start, fill in fills.items() if header in place else ():
            begins = f'=LEFT({_cell(place[header])},{len(start)})="{start}"'
            _when(book, sheet, rows, place[header], (begins, fill))


def _validate(sheet: Worksheet, rows: int, column: int, rule: dict[str, Any]) -> None:
    sheet.data_validation(HEADER_ROW + 1, column, HEADER_ROW + rows, column, rule)


def _when(book: Book, sheet: Worksheet, rows: int, column: int, rule: tuple[str, str]) -> None:
    criteria, fill = rule
    format_ = book.formats.flag(fill)
    _format(sheet, rows, column, {"type": "formula", "criteria": criteria, "format": format_})


def _format(sheet: Worksheet, rows: int, column: int, rule: dict[str, Any]) -> None:
    sheet.conditional_format(HEADER_ROW + 1, column, HEADER_ROW + rows, column, rule)


def _cell(column: int) -> str:
    """The cell of that column in the first row, for a formula that moves down the rows."""
    return f"${xl_col_to_name(column)}{HEADER_ROW + 2}"
