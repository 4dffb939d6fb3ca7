"""What every engine has to hand over, in one form, so that it can be compared row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.bench.workload import MARGIN
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.rulebook.rules import EvidenceRule


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Decided initiatives, by position.

    ``fired`` has, rule by rule, where it matches. ``verdict`` is 0 for a project manager, 1 for a
    program manager, 2 for undecided.
    """

    fired: Sequence[NDArray[np.bool_]]
    project: NDArray[Any]
    program: NDArray[Any]
    verdict: NDArray[Any]


class EnginesDiffer(Exception):  # noqa: N818 -- named for what happened
    """Two engines gave other answers to the same rules and rows: nothing is measured by that."""


def scored(fired: Sequence[NDArray[np.bool_]], rules: Sequence[EvidenceRule]) -> Outcome:
    """Sum columns of matches into scores and verdicts: what a hand would write in numpy."""
    size = len(fired[0])
    scores = {role: np.zeros(size, np.int16) for role in ROLES}
    for rule, hits in zip(rules, fired, strict=True):
        scores[rule.evidence_for] += hits.view(np.int8) * np.int16(rule.points)
    project, program = (scores[role] for role in ROLES)
    lead = project - program
    verdict = np.where(lead >= MARGIN, 0, np.where(lead <= -MARGIN, 1, 2)).astype(np.int8)
    return Outcome(fired=fired, project=project, program=program, verdict=verdict)


def of_rows(matches: Iterable[Iterable[int]], size: int, rules: Sequence[EvidenceRule]) -> Outcome:
    """Gather what an engine says row by row: the numbers of the rules that match.

    The sums are made on columns, which is quicker than any of these engines would be.
    """
    grid = np.zeros((len(rules), size), bool)
    for position, numbers in enumerate(matches):
        for number in numbers:
            grid[number, position] = True
    return scored(list(grid), rules)


def assert_equal(one: Outcome, other: Outcome, name: str) -> None:
    """Compare every rule, both scores and the verdict of every row.

    Raises:
        EnginesDiffer: Anything differs; names the first rule and row.
    """
    for number, (hits, wanted) in enumerate(zip(other.fired, one.fired, strict=True)):
        if not np.array_equal(hits, wanted):
            row = int(np.flatnonzero(hits != wanted)[0])
            raise EnginesDiffer(f"{name}: rule {number} of row {row} is {bool(hits[row])}")
    for part in ("project", "program", "verdict"):
        if not np.array_equal(getattr(one, part), getattr(other, part)):
            raise EnginesDiffer(f"{name}: other values of {part}")
