"""The sheet Review: one row an initiative, and the three columns that the PMO fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.explain.in_words import asked
from pipeline.fingerprint import fingerprint
from pipeline.report import words
from pipeline.report.review_columns import HIDDEN, SHEET, SHOWN_ID, TYPED, prefilled
from pipeline.report.since import SAME, since
from pipeline.report.workbook import review_guides
from pipeline.report.workbook.review_guides import SINCE
from pipeline.report.workbook.sheet import HEADER_ROW, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.data import ReportData
    from pipeline.report.since import Since
    from pipeline.report.standing import Standing
    from pipeline.report.workbook.sheet import Book

NAME: Final = SHEET
_QUESTIONS = 2
_PROTECTION: Final = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_HOW_TO = (
    "The first to look at stands first. Fill in the yellow columns, save, and hand the workbook "
    "back: staffing review reads it. Decisions in force are filled in already. To sort, take off "
    "the protection of the sheet, which has no password, and sort the whole table."
)
_SEPARATOR = "\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the sheet shows: the first of all initiatives, and what was decided on them before.

    ``links`` has the row of the sheet Evidence, from 1, where the evidence of an initiative begins.
    """

    cases: Sequence[Case]
    order: Agenda
    earlier: Mapping[str, Standing]
    links: Mapping[str, int]


def add(book: Book, data: ReportData, shown: Shown) -> None:
    """Add the sheet."""
    notes = (_HOW_TO, _cut_note(len(shown.cases), shown.order.total))
    sheet = book.sheet(NAME, title="Review", notes=notes, wide=True)
    columns = [*_told(data, shown), *_typed(shown), *_hidden(book, shown)]
    place = {column.header: number for number, column in enumerate(columns)}
    book.table(sheet, columns, freeze=2)
    _link(book, sheet, shown, place["Evidence"])
    if shown.cases:
        review_guides.guide(book, sheet, len(shown.cases), place)
        review_guides.colour(book, sheet, len(shown.cases), place)
    sheet.protect("", _PROTECTION)


def rows(cases: Sequence[Case]) -> dict[int, int]:
    """The row of each initiative, from 1, by its position."""
    return {case.position: HEADER_ROW + 2 + row for row, case in enumerate(cases)}


def _cut_note(shown: int, total: int) -> str:
    if shown == total:
        return ""
    return (
        f"Shows the first {shown:,} of {total:,} initiatives; "
        "initiatives.csv and initiatives.parquet have all."
    )


def _told(data: ReportData, shown: Shown) -> list[TableColumn]:
    """What the run found, which nobody can change here."""
    cases, changed = shown.cases, since(data)

    def column(
        header: str, told: Callable[[Case], str], width: float, style: str = "wrap"
    ) -> TableColumn:
        return TableColumn(
            header=header, cells=[told(case) for case in cases], width=width, style=style
        )

    return [
        column("Look at", lambda case: shown.order.reasons[case.position], 15),
        column("Initiative", lambda case: case.name, 28, "strong"),
        column(SHOWN_ID, lambda case: case.initiative_id, 13),
        column("Business unit", lambda case: case.unit, 16),
        column("Verdict", lambda case: words.role(case.verdict), 15, "text"),
        column("Leans to", lambda case: words.role(case.lean), 15, "text"),
        column("Confidence", lambda case: case.confidence_word, 11, "text"),
        *([] if data.changes is None else [column(SINCE, lambda case: _since(changed, case), 17)]),
        column("Why", lambda case: case.why, 46),
        column("What would flip it", lambda case: _SEPARATOR.join(case.turns), 30),
        column("What is missing", lambda case: _missing(data, case), 42),
        column("Role today", lambda case: words.role(case.today), 15, "text"),
        column("Advisories", _advisories, 28),
        column("Evidence", lambda _: "", 9, "link"),
        column("Earlier decision", lambda case: _earlier(shown, case), 34),
    ]


def _since(changed: Mapping[str, Since], case: Case) -> str:
    change = changed.get(case.initiative_id)
    return change.told if change else SAME


def _missing(data: ReportData, case: Case) -> str:
    explained = data.explanations.get(case.position)
    questions = explained.missing if explained else data.missing.get(case.position, ())
    questions = questions[:_QUESTIONS]
    return _SEPARATOR.join(asked(question) for question in questions)


def _advisories(case: Case) -> str:
    return _SEPARATOR.join(text for _, text in case.advisories)


def _earlier(shown: Shown, case: Case) -> str:
    before = shown.earlier.get(case.initiative_id)
    return before.told if before else ""


def _typed(shown: Shown) -> list[TableColumn]:
    """The columns of the PMO, with the decisions that are in force."""
    given = [_given(shown, case) for case in shown.cases]
    return [
        TableColumn(
            header=header,
            cells=[cells[place] or None for cells in given],
            width=width,
            style="input",
            header_style="header_input",
            whole_width=True,  # although it may be empty
        )
        for place, (header, width) in enumerate(zip(TYPED, (17, 18, 30), strict=True))
    ]


def _given(shown: Shown, case: Case) -> tuple[str, str, str]:
    before = shown.earlier.get(case.initiative_id)
    if before is None or not before.is_in_force:
        return "", "", ""
    return words.DECISION_CODES[before.decision], before.decided_by, before.comment


def _hidden(book: Book, shown: Shown) -> list[TableColumn]:
    """What `staffing review` tells a row by, however it was sorted."""
    cases = shown.cases
    cells = (
        [case.initiative_id for case in cases],
        [_fingerprint(case) for case in cases],
        [book.run_id] * len(cases),
        [prefilled(*_given(shown, case)) for case in cases],
    )
    return [
        TableColumn(header=header, cells=texts, width=18, hidden=True)
        for header, texts in zip(HIDDEN, cells, strict=True)
    ]


def _fingerprint(case: Case) -> str:
    return fingerprint(
        initiative_id=case.initiative_id,
        verdict=case.verdict,
        evidence=case.evidence_ids,
        project_score=case.project_score,
        program_score=case.program_score,
    )


def _link(book: Book, sheet: Worksheet, shown: Shown, place: int) -> None:
    # A formula, not a hyperlink record: those are limited in number and slow to write. Only a row
    # number of ours goes into it.
    style = book.formats["link"]
    for row, case in enumerate(shown.cases, start=HEADER_ROW + 1):
        if case.initiative_id in shown.links:
            label = words.counted(len(case.proofs), "rule")
            target = f"#'Evidence'!A{shown.links[case.initiative_id]}"
            sheet.write_formula(row, place, f'=HYPERLINK("{target}","{label}")', style, label)
