"""What came of a workbook, as text for a terminal or for the file beside a refused one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.explain.in_words import harmless
from pipeline.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.review.intake import Intake, Taken

_HEADERS: Final = ("Row", "Initiative", "Verdict", "Decision", "Decided by", "In the place of")
_WIDEST: Final = 40
_MOST: Final = 200  # rows of the table; the store has all


def told(intake: Intake, *, is_trial: bool) -> str:
    """The table of what was taken over and what was left; refusals are told apart from it."""
    return "\n".join(_lines(intake, is_trial=is_trial))


def _lines(intake: Intake, *, is_trial: bool) -> Iterator[str]:
    yield f"{harmless(intake.workbook)}, of run {intake.run_id}"
    if intake.since:
        yield f"Taken over on {intake.since} already; nothing has changed. --again reads it anew."
        return
    yield ""
    would = "would be " if is_trial else ""
    counts = [
        (len(intake.taken), f"{_decisions(len(intake.taken))} {would}taken over"),
        (len(intake.refused), f"{'row' if len(intake.refused) == 1 else 'rows'} refused"),
        (intake.known, f"{_decisions(intake.known)} had been taken over already"),
        (intake.untouched, f"{_decisions(intake.untouched)} in force, left as they were"),
        (len(intake.remarks), "with a comment and no decision, left out"),
    ]
    for place, (count, text) in enumerate(counts):
        if count or place == 0:
            yield f"  {count:>5,}  {text}"
    if intake.remarks:
        yield f"         rows {', '.join(map(str, intake.remarks[:20]))}"
    if intake.taken:
        yield ""
        yield from _table([_HEADERS, *map(_row, intake.taken[:_MOST])])
        if (more := len(intake.taken) - _MOST) > 0:
            yield f"and {more:,} more"
    if is_trial:
        yield ""
        yield "A trial: nothing was written."


def _decisions(count: int) -> str:
    return "decision" if count == 1 else "decisions"


def _row(taken: Taken) -> tuple[str, ...]:
    before = ""
    if taken.before:
        decision, by, day = taken.before
        before = f"{words.DECISION_CODES[decision]}, {by}, {day}"
    return (
        str(taken.line),
        taken.initiative_id,
        words.role(taken.verdict),
        words.DECISION_CODES[taken.decision],
        taken.decided_by,
        before,
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[_fitted(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _fitted(text: str) -> str:
    text = harmless(text)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
