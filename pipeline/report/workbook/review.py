"""The sheet Review: one row an initiative, and the three columns that the PMO fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.fingerprint import fingerprint
from pipeline.report.workbook.sheet import HEADER_ROW, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Review"
DECISION, DECIDED_BY, COMMENT = "Decision", "Decided by", "Comment"
_COMMENT_LIMIT = 500
_PROTECTION: Final = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_HOW_TO = (
    "In the order to look at: close calls, other role than today, low confidence, advisories, "
    "facts missing. Fill in the yellow columns and hand the workbook back."
)
_SEPARATOR = "\n"


def add(book: Book, shown: Sequence[Case], order: Agenda, links: Mapping[str, int]) -> None:
    """Add the sheet.

    Args:
        book: The workbook.
        shown: The initiatives to show, the first to look at first.
        order: The order and reasons of all initiatives.
        links: Row of the sheet Evidence, from 1, where the evidence of an initiative begins.
    """
    notes = (_HOW_TO, _cut_note(len(shown), len(order.order)))
    sheet = book.sheet(NAME, title="Review", notes=notes, wide=True)
    columns = _columns(shown, order)
    place = {column.header: number for number, column in enumerate(columns)}
    book.table(sheet, columns, freeze=2)
    _link(book, sheet, shown, links, place["Evidence"])
    _guide_decisions(book, sheet, len(shown), place)
    _colour(book, sheet, len(shown), place)
    sheet.protect("", _PROTECTION)


def _cut_note(shown: int, total: int) -> str:
    if shown == total:
        return ""
    return (
        f"Shows the first {shown:,} of {total:,} initiatives; "
        "initiatives.csv and initiatives.parquet have all."
    )


def _columns(shown: Sequence[Case], order: Agenda) -> list[TableColumn]:
    advisories = [_SEPARATOR.join(text for _, text in case.advisories) for case in shown]
    empty = [None] * len(shown)
    return [
        TableColumn(header="Look at", cells=[order.reasons[c.position] for c in shown], width=17),
        TableColumn(header="Initiative", cells=[c.name for c in shown], width=34, style="strong"),
        TableColumn(header="Id", cells=[c.initiative_id for c in shown], width=16, style="wrap"),
        TableColumn(header="Business unit", cells=[c.unit for c in shown], width=22, style="wrap"),
        TableColumn(header="Verdict", cells=[words.role(c.verdict) for c in shown], width=17),
        TableColumn(header="Leans to", cells=[words.role(c.lean) for c in shown], width=17),
        TableColumn(header="Confidence", cells=[c.confidence_word for c in shown], width=14),
        TableColumn(header="Why", cells=[c.why for c in shown], width=60, style="wrap"),
        TableColumn(
            header="What would flip it", cells=[c.flips for c in shown], width=26, style="wrap"
        ),
        TableColumn(header="Role today", cells=[words.role(c.today) for c in shown], width=17),
        TableColumn(header="Advisories", cells=advisories, width=32, style="wrap"),
        TableColumn(header="Evidence", cells=empty, width=14, style="link"),
        _input(DECISION, empty, 19),
        _input(DECIDED_BY, empty, 20),
        _input(COMMENT, empty, 36),
        TableColumn(
            header="initiative_id", cells=[c.initiative_id for c in shown], width=16, hidden=True
        ),
        TableColumn(
            header="fingerprint", cells=[_fingerprint(c) for c in shown], width=18, hidden=True
        ),
    ]


def _input(header: str, empty: Sequence[None], width: float) -> TableColumn:
    """A column for the PMO; it takes its whole width although it is empty."""
    return TableColumn(
        header=header,
        cells=empty,
        width=width,
        style="input",
        header_style="header_input",
        whole_width=True,
    )


def _fingerprint(case: Case) -> str:
    return fingerprint(
        initiative_id=case.initiative_id,
        verdict=case.verdict,
        evidence=case.evidence_ids,
        project_score=case.project_score,
        program_score=case.program_score,
    )


def _link(
    book: Book, sheet: Worksheet, shown: Sequence[Case], links: Mapping[str, int], place: int
) -> None:
    # A formula, not a hyperlink record: those are limited in number and slow to write. Only a row
    # number of ours goes into it.
    style = book.formats["link"]
    for row, case in enumerate(shown, start=HEADER_ROW + 1):
        if case.initiative_id in links:
            label = words.counted(len(case.proofs), "rule")
            target = f"#'Evidence'!A{links[case.initiative_id]}"
            sheet.write_formula(row, place, f'=HYPERLINK("{target}","{label}")', style, label)


def _guide_decisions(book: Book, sheet: Worksheet, rows: int, place: Mapping[str, int]) -> None:
    if not rows:
        return
    first, last = HEADER_ROW + 1, HEADER_ROW + rows
    sheet.data_validation(
        first,
        place[DECISION],
        last,
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
    sheet.data_validation(
        first,
        place[COMMENT],
        last,
        place[COMMENT],
        {
            "validate": "length",
            "criteria": "<=",
            "value": _COMMENT_LIMIT,
            "error_title": "Too long",
            "error_message": f"At most {_COMMENT_LIMIT} characters.",
        },
    )
    # A decision without a name is not a decision yet.
    decision, signer = (_letter(place[name]) for name in (DECISION, DECIDED_BY))
    sheet.conditional_format(
        first,
        place[DECIDED_BY],
        last,
        place[DECIDED_BY],
        {
            "type": "formula",
            "criteria": f'=AND(${decision}{first + 1}<>"",${signer}{first + 1}="")',
            "format": book.formats.flag("#F8B4B4"),
        },
    )


def _colour(book: Book, sheet: Worksheet, rows: int, place: Mapping[str, int]) -> None:
    if not rows:
        return
    first, last = HEADER_ROW + 1, HEADER_ROW + rows
    for header, codes in (("Verdict", words.VERDICTS), ("Role today", words.ROLES)):
        column = place[header]
        for code, word in codes.items():
            if header == "Verdict":
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
                rule["format"] = book.formats.tint(code)
                sheet.conditional_format(first, column, last, column, rule)
    verdict, today = _letter(place["Verdict"]), _letter(place["Role today"])
    sheet.conditional_format(
        first,
        place["Role today"],
        last,
        place["Role today"],
        {
            "type": "formula",
            "criteria": (
                f'=AND(${today}{first + 1}<>"",${verdict}{first + 1}<>"Undecided",'
                f"${today}{first + 1}<>${verdict}{first + 1})"
            ),
            "format": book.formats.flag("#FDE2E2"),
        },
    )
    for word, colour in (
        (words.LOW, "#FDE2E2"),
        (words.MEDIUM, "#FEF3C7"),
        (words.HIGH, "#DCFCE7"),
    ):
        column = place["Confidence"]
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        rule["format"] = book.formats.flag(colour)
        sheet.conditional_format(first, column, last, column, rule)


def _letter(place: int) -> str:
    """The letter of a column; Review has fewer than 27."""
    return chr(ord("A") + place)
