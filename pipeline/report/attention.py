"""Which initiatives a review meeting should look at first, and why.

The groups, in the order of a meeting's agenda:

1. Opened again: the meeting decided on it before, and its evidence has changed since.
2. Verdict changed, not decided: it is another one than in the last run.
3. Waiting: the meeting deferred it, or agreed that it is undecided, which names no leader.
4. Close call: undecided although evidence speaks for a role; the most evidence first.
5. Differs from today: the verdict is not the role that leads the initiative today.
6. Low confidence: decided, but little would flip it.
7. Advisory: decided, with an advisory that asks for attention.
8. Needs facts: undecided for want of evidence; nothing to decide before more is known.
9. Nothing to look at.
10. Decided: a decision of the meeting is in force.

Within a group the least confident comes first, then the one with the most evidence, then the order
of the input. The first seven groups need a decision of the meeting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.report import words
from pipeline.report.columns import first, texts
from pipeline.report.since import CHANGES, since
from pipeline.report.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from pipeline.report.data import ReportData
    from pipeline.report.standing import Standing

OPENED_AGAIN = "Opened again"
# Not all that flipped: those that the meeting has decided on stand elsewhere.
VERDICT_CHANGED = f"{CHANGES['flipped']}, not decided"
WAITING = "Waiting"
CLOSE_CALL = "Close call"
DIFFERS = "Differs from today"
LOW_CONFIDENCE = "Low confidence"
ADVISORY = "Advisory"
NEEDS_FACTS = "Needs facts"
NOTHING = ""
DECIDED = "Decided"
REASONS: Final = (
    OPENED_AGAIN,
    VERDICT_CHANGED,
    WAITING,
    CLOSE_CALL,
    DIFFERS,
    LOW_CONFIDENCE,
    ADVISORY,
    NEEDS_FACTS,
    NOTHING,
    DECIDED,
)
TO_DECIDE: Final = frozenset(REASONS[:7])


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """``order`` holds positions in ``ReportData.initiatives``, the first to look at first.

    ``reasons`` has the reason of each of them, by position. ``looks`` counts all initiatives of the
    run by reason, also those that are not there because the portfolio was read in parts.
    """

    order: tuple[int, ...]
    reasons: tuple[str, ...]
    looks: Mapping[str, int]

    @property
    def to_decide(self) -> int:
        """How many initiatives need a decision."""
        return sum(count for reason, count in self.looks.items() if reason in TO_DECIDE)

    @property
    def total(self) -> int:
        """How many initiatives the run has."""
        return sum(self.looks.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """Why to look at some initiatives, and what puts them in order: the least ``keys`` come first.

    ``keys`` has a row for each of them: rank of the reason, confidence, and minus the evidence.
    """

    reasons: tuple[str, ...]
    keys: NDArray[np.float64]

    @property
    def order(self) -> NDArray[np.intp]:
        """Positions, the first to look at first; of equals the first in the input."""
        # lexsort is stable, and its last key counts most.
        return np.lexsort(self.keys.T[::-1])


def agenda(data: ReportData) -> Agenda:
    """Put the initiatives of a run in the order of attention."""
    alarms = data.advisories
    noted = set(alarms.loc[alarms["severity"] == "attention", "initiative_id"])
    before = {
        key: VERDICT_CHANGED for key, change in since(data).items() if change.kind == "flipped"
    }
    before |= {key: _before(decision) for key, decision in standing(data).items()}
    found = looks(data.initiatives, noted, before)
    return Agenda(
        order=tuple(found.order.tolist()),
        reasons=found.reasons,
        looks=data.whole.looks if data.whole else Counter(found.reasons),
    )


def looks(
    initiatives: pd.DataFrame, noted: Collection[str], before: Mapping[str, str] | None = None
) -> Looks:
    """Why to look at each of some initiatives.

    Args:
        initiatives: As ``ReportData.initiatives``, all of a run or some of them.
        noted: Ids of those with an advisory that asks for attention.
        before: The reasons that earlier runs and decisions give, by id.
    """
    verdicts = texts(initiatives, "verdict")
    confidences = first(initiatives, "confidence").to_numpy(dtype=float)
    evidence = first(initiatives, "project_score") + first(initiatives, "program_score")
    scores = evidence.to_numpy(dtype=float)
    before = before or {}
    reasons = tuple(
        before.get(key)
        or _reason(verdict, float(confidence), score=float(score), today=today, noted=key in noted)
        for verdict, confidence, score, today, key in zip(
            verdicts,
            confidences,
            scores,
            texts(initiatives, "current_role"),
            texts(initiatives, "initiative_id"),
            strict=True,
        )
    )
    rank = {reason: place for place, reason in enumerate(REASONS)}
    ranks = np.array([rank[reason] for reason in reasons], dtype=float)
    return Looks(reasons=reasons, keys=np.column_stack([ranks, confidences, -scores]))


def _before(decision: Standing) -> str:
    return {"in_force": DECIDED, "waiting": WAITING, "reopened": OPENED_AGAIN}[decision.state]


def _reason(verdict: str, confidence: float, *, score: float, today: str, noted: bool) -> str:
    if verdict == "undecided":
        return CLOSE_CALL if score > 0 else NEEDS_FACTS
    if today and today != verdict:
        return DIFFERS
    if words.confidence(verdict, confidence) == words.LOW:
        return LOW_CONFIDENCE
    return ADVISORY if noted else NOTHING
