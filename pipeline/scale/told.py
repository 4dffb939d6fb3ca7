"""What a part tells for the report of the whole: counts, and which of its rows to look at first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pipeline.demand.portions import Portion, portion
from pipeline.demand.tally import Sums
from pipeline.report import set_aside, whole
from pipeline.report.attention import looks
from pipeline.report.limits import REVIEW_ROWS
from pipeline.report.set_aside import Reason
from pipeline.report.whole import Whole
from pipeline.rulebook.rules import AdvisoryRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.assemble import Classified
    from pipeline.scale.look import Job

FIRST: Final = REVIEW_ROWS
"""As many initiatives as a workbook shows; those with a decision are shown besides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """The rows of a part that may be shown, in order of the part.

    ``at`` are positions in the part of those that may be among the first of the whole, ``keys``
    theirs, as ``attention.Looks`` has them. ``decided`` are the positions of those with a decision,
    which are shown in any case.
    """

    at: NDArray[np.int64]
    keys: NDArray[np.float64]
    decided: NDArray[np.int64]


def of_initiatives(
    frame: pd.DataFrame, classified: Classified, decided: frozenset[str]
) -> tuple[dict[str, Any], Candidates]:
    """Counts of a part as JSON has them, and its first initiatives in the order of attention.

    Why to look at those that are ``decided`` is not counted: only the whole can tell.
    """
    ids = frame["initiative_id"].to_list()
    noted = {
        key
        for key, found in zip(ids, classified.advisories, strict=True)
        if any(
            isinstance(each.rule, AdvisoryRule) and each.rule.severity == "attention"
            for each in found
        )
    }
    found = looks(frame, noted)
    is_open = ~frame["initiative_id"].isin(decided).to_numpy(bool)
    first = np.sort(found.order[is_open[found.order]][:FIRST])
    counts = {
        "looks": dict(Counter(compress(found.reasons, is_open.tolist()))),
        "units": _listed(whole.units_of(frame)),
        "confidences": _listed(whole.confidences_of(frame)),
    }
    return counts, Candidates(
        at=first.astype(np.int64),
        keys=found.keys[first],
        decided=np.flatnonzero(~is_open).astype(np.int64),
    )


def of_problems(quarantine: pd.DataFrame) -> dict[str, Any]:
    """Why rows of a part are set aside, as JSON has it."""
    return {
        "problems": dict(whole.problems_of(quarantine)),
        "set_aside": [
            [each.code, each.rows, list(each.lines), list(each.keys)]
            for each in set_aside.reasons(quarantine)
        ],
    }


def need(frame: pd.DataFrame, child_rows: NDArray[np.int64], job: Job) -> dict[str, Any]:
    """The demand of a part, as JSON has it.

    Args:
        frame: As ``ReportData.initiatives``.
        child_rows: How many rows of the portfolio have each initiative as their parent.
        job: What the whole portfolio tells.
    """
    below = pd.Series(child_rows, index=frame["initiative_id"].to_numpy(object))
    found = portion(frame, below, as_of=job.as_of, capacity=job.capacity)
    return {
        "units": list(found.sums.units),
        "concerned": found.sums.concerned.tolist(),
        "numbers": found.sums.numbers.ravel().tolist(),
        "shape": list(found.sums.numbers.shape),
        "states": dict(found.states),
        "projects_without_row": found.projects_without_row,
    }


def portion_of(told: Mapping[str, Any]) -> Portion:
    """What ``need`` told."""
    return Portion(
        sums=Sums(
            units=tuple(told["units"]),
            concerned=np.array(told["concerned"], bool),
            numbers=np.array(told["numbers"], np.float64).reshape(told["shape"]),
        ),
        states=told["states"],
        projects_without_row=told["projects_without_row"],
    )


def added(results: Sequence[Mapping[str, Any]], warnings: int) -> Whole:
    """What all parts told, in their order."""
    looks_, problems = Counter[str](), Counter[str]()
    units, confidences = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    reasons: dict[str, Reason] = {}
    for result in results:
        looks_.update(result["looks"])
        problems.update(result.get("problems", {}))
        for counter, name in ((units, "units"), (confidences, "confidences")):
            counter.update({(first, second): count for first, second, count in result[name]})
        for code, rows, lines, keys in result.get("set_aside", ()):
            reason = Reason(code=code, rows=rows, lines=tuple(lines), keys=tuple(keys))
            before = reasons.get(code)
            reasons[code] = set_aside.added(before, reason) if before else reason
    return Whole(
        looks=looks_,
        units=units,
        confidences=confidences,
        problems=problems,
        set_aside=set_aside.in_order(reasons.values()),
        warnings=warnings,
    )


def _listed(counts: Mapping[tuple[str, str], int]) -> list[list[Any]]:
    return [[first, second, count] for (first, second), count in counts.items()]
