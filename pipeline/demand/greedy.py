"""A suggestion one initiative at a time: quick and never above capacity, but not the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.demand.leads import NOBODY
from pipeline.demand.matching import ABOVE_CEILING, ABOVE_HALF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.demand.matching import Matching


def fill(matching: Matching, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each initiative that has nobody the person against whom least speaks.

    Those whose lead of today can go on come first, then the large ones, then those first by id.

    Args:
        matching: The problem.
        chosen: One person for each initiative, ``NOBODY`` for those to fill.

    Returns:
        The same with what could be filled.
    """
    chosen = chosen.copy()
    used = np.zeros_like(matching.room)
    given = np.flatnonzero(chosen != NOBODY)
    np.add.at(used, chosen[given], matching.loads[given])
    half, full = matching.steps
    open_ = np.flatnonzero((chosen == NOBODY) & matching.can.any(axis=1))
    size = matching.loads[open_].sum(axis=1)
    can_go_on = matching.can[open_, matching.owner[open_]] & (matching.owner[open_] != NOBODY)
    for place in open_[np.lexsort((open_, -size, ~can_go_on))]:
        person = _choose(matching, int(place), used, (half, full))
        if person != NOBODY:
            chosen[place] = person
            used[person] += matching.loads[place]
    return chosen


def _choose(
    matching: Matching,
    place: int,
    used: NDArray[np.float64],
    steps: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> int:
    fitting = np.flatnonzero(matching.fits(place, used))
    if len(fitting) == 0:
        return NOBODY
    load, before = matching.loads[place], used[fitting]
    half, full = (step[fitting] for step in steps)
    cost = matching.costs(place)[fitting]
    cost += ABOVE_HALF * (_over(before + load, half) - _over(before, half))
    cost += (ABOVE_CEILING - ABOVE_HALF) * (_over(before + load, full) - _over(before, full))
    return int(fitting[np.argmin(np.round(cost, 6))])


def _over(used: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    over: NDArray[np.float64] = np.maximum(used - step, 0).sum(axis=1)
    return over
