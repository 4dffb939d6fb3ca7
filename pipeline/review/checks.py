"""Hold each row that came back against the run it belongs to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from pipeline.errors import Location
from pipeline.report import words
from pipeline.report.review_columns import COMMENT_LIMIT, NAME_LIMIT, prefilled
from pipeline.report.safe_text import displayed
from pipeline.review import faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.review.known import Decided, KnownRun
    from pipeline.review.returned import Returned, Row

_BLANK: Final = prefilled("", "", "")
_CODES: Final = {word: code for code, word in words.DECISION_CODES.items()}
_COPY: Final = "Type the decision into the row of that initiative in the workbook as it was written"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A row that decides anew: ``decision`` is a code, ``about`` what the run says of it."""

    line: int
    decision: str
    decided_by: str
    comment: str
    about: Decided


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of the rows: new decisions, refusals, and how many were left as they were.

    ``remarks`` are the lines of rows with a comment and no decision.
    """

    entries: tuple[Entry, ...]
    refused: tuple[faults.ReviewFault, ...]
    untouched: int
    remarks: tuple[int, ...]


def run_of(rows: Sequence[Row]) -> str:
    """The run that most rows are of; "" where there is no row."""
    counted = Counter(row.run_id for row in rows if row.run_id)
    return max(counted, key=lambda run_id: (counted[run_id], run_id), default="")


def check(returned: Returned, run: KnownRun) -> Outcome:
    """Tell what each row decides, or why it is refused."""
    entries: list[Entry] = []
    refused: list[faults.ReviewFault] = []
    untouched, remarks = 0, []
    for row in returned.rows:
        if prefilled(row.decision, row.decided_by, row.comment) == row.prefilled:
            untouched += bool(row.decision)
        elif not row.decision and row.prefilled in {_BLANK, ""}:
            remarks += [row.line] if row.comment else []
        else:
            try:
                entries.append(_entry(row, run, returned))
            except faults.ReviewFault as fault:
                refused.append(fault)
    alone, several = _apart(entries, returned)
    return Outcome(
        entries=tuple(alone),
        refused=tuple(sorted([*refused, *several], key=line_of)),
        untouched=untouched,
        remarks=tuple(remarks),
    )


def line_of(fault: faults.ReviewFault) -> int:
    """The row of a refusal, 0 if it has none."""
    return (fault.at.line if fault.at else None) or 0


def _at(returned: Returned, line: int) -> Location:
    return Location(path=returned.path, sheet=returned.sheet, line=line)


def _entry(row: Row, run: KnownRun, returned: Returned) -> Entry:
    at = _at(returned, row.line)
    about = _identified(row, run, at)
    if not row.decision:
        raise faults.DecisionCleared(
            "a decision in force was taken out of its cell",
            hint="Choose another decision; defer takes it back",
            at=at,
        )
    decision = _decision(row.decision, at)
    if not row.decided_by:
        raise faults.DecisionUnsigned(
            "the decision has no name beside it", hint="Fill in Decided by", at=at
        )
    for text, most, what in (
        (row.decided_by, NAME_LIMIT, "name"),
        (row.comment, COMMENT_LIMIT, "comment"),
    ):
        if len(text) > most:
            raise faults.TextTooLong(
                f"the {what} has {len(text):,} characters, more than {most}",
                hint="Shorten it",
                at=at,
            )
    return Entry(
        line=row.line,
        decision=decision,
        decided_by=displayed(row.decided_by),
        comment=displayed(row.comment),
        about=about,
    )


def _identified(row: Row, run: KnownRun, at: Location) -> Decided:
    """The initiative of the row, if everything that tells it agrees."""
    if not (row.initiative_id and row.fingerprint and row.run_id):
        raise faults.RowWithoutKey(
            "the hidden cells that tell the initiative are empty", hint=_COPY, at=at
        )
    if row.run_id != run.run_id:
        raise faults.RowOfAnotherRun(
            f"the row is of run {row.run_id[:40]!r}, the workbook of {run.run_id}",
            hint="Hand back each workbook by itself",
            at=at,
        )
    about = run.decided.get(row.initiative_id)
    if about is None:
        raise faults.InitiativeUnknown(
            f"run {run.run_id} has no initiative {row.initiative_id[:80]!r}", hint=_COPY, at=at
        )
    if row.fingerprint != about.fingerprint:
        raise faults.FingerprintForeign(
            f"the hidden fingerprint is not that of {row.initiative_id[:80]!r} in this run",
            hint=_COPY,
            at=at,
        )
    if row.shown_id is not None and _seen(row.shown_id) != _seen(row.initiative_id):
        raise faults.RowTornApart(
            f"the row shows {row.shown_id[:80]!r} and stands for {row.initiative_id[:80]!r}: only "
            "some of its columns were sorted",
            hint="Undo that, and sort the whole table, hidden columns included",
            at=at,
        )
    return about


def _seen(text: str) -> str:
    return " ".join(displayed(text).split())


def _decision(text: str, at: Location) -> str:
    """The code of a decision, however it was typed."""
    said = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
    said = said.removeprefix("technical ").replace("programme", "program")
    if said in _CODES:
        return _CODES[said]
    close = get_close_matches(said, _CODES, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    raise faults.DecisionUnknown(
        f"{text[:80]!r} is no decision",
        hint=f"{hint}Choose one of: {', '.join(_CODES)}",
        at=at,
    )


def _apart(
    entries: Iterable[Entry], returned: Returned
) -> tuple[list[Entry], list[faults.ReviewFault]]:
    """Entries that stand alone, and a refusal for each that does not."""
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_id[entry.about.initiative_id].append(entry)
    alone: list[Entry] = []
    refused: list[faults.ReviewFault] = []
    for key, group in by_id.items():
        said = {(entry.decision, entry.decided_by, entry.comment) for entry in group}
        if len(said) > 1:
            lines = ", ".join(str(entry.line) for entry in group)
            refused += [
                faults.RowsInConflict(
                    f"rows {lines} decide differently about {key[:80]!r}",
                    hint="Keep one of them",
                    at=_at(returned, entry.line),
                )
                for entry in group
            ]
            continue
        alone.append(group[0])
        refused += [
            faults.RowRepeated(
                f"the row says again what row {group[0].line} says",
                hint="Delete it",
                at=_at(returned, entry.line),
            )
            for entry in group[1:]
        ]
    return sorted(alone, key=lambda entry: entry.line), refused
