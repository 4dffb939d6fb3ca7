"""The best suggestion: a mixed-integer program, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack

from pipeline.demand.leads import NOBODY
from pipeline.demand.matching import ABOVE_CEILING, ABOVE_HALF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.demand.matching import Matching

MOST_PAIRS: Final = 2_500
# Counted, not timed, so that equal work gives equal answers; the time is a fuse that, once blown,
# gives no answer at all.
_NODES: Final = 5
_GAP: Final = 1e-4
_SECONDS: Final = 600.0
_WHOLE: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """``chosen`` is one person for each initiative, ``NOBODY`` for none.

    ``status`` is ``optimal`` where the answer is proved to be the best, ``stopped`` where the
    search ended before that; ``gap`` is how far off the best it may be, as a share.
    """

    chosen: NDArray[np.intp]
    status: Literal["optimal", "stopped"]
    gap: float


def solve(matching: Matching) -> Solution | None:
    """Find the best suggestion; ``None`` where the solver found none within its time.

    For each pair there is a choice, for each initiative the choice of nobody, and for each person
    and quarter the load above half the ceiling and above the ceiling.
    """
    initiative, person = np.nonzero(matching.can)
    size, count = matching.loads.shape[0], matching.room.size
    # In the order of the pairs: by initiative, then by person.
    pair_costs = np.concatenate(
        [matching.costs(place)[matching.can[place]] for place in range(size)]
    )
    half, full = matching.steps
    steps = [np.full(count, ABOVE_HALF), np.full(count, ABOVE_CEILING)]
    above = [(full - half).ravel(), (matching.room - full).ravel()]
    whole = np.r_[np.ones(len(pair_costs)), np.zeros(size + 2 * count)]
    answer = milp(
        np.r_[pair_costs, matching.left_out, *steps],
        integrality=whole,
        bounds=Bounds(0, np.r_[np.ones(len(pair_costs) + size), *above]),
        constraints=[
            LinearConstraint(_somebody(initiative, size, 2 * count), 1, 1),
            LinearConstraint(_load(matching, initiative, person), -np.inf, half.ravel()),
        ],
        options={"node_limit": _NODES, "mip_rel_gap": _GAP, "time_limit": _SECONDS},
    )
    nodes = answer.mip_node_count or 0
    if answer.x is None or (answer.status != 0 and nodes < _NODES):
        return None
    chosen = np.full(size, NOBODY, np.intp)
    taken = answer.x[: len(pair_costs)] > _WHOLE
    chosen[initiative[taken]] = person[taken]
    return Solution(
        chosen=chosen,
        status="optimal" if answer.status == 0 else "stopped",
        gap=float(answer.mip_gap or 0.0),
    )


def _somebody(initiative: NDArray[np.intp], size: int, rest: int) -> csr_array:
    """Each initiative has one person or nobody."""
    pairs = len(initiative)
    rows = np.r_[initiative, np.arange(size)]
    shape = (size, pairs + size + rest)
    return csr_array(coo_array((np.ones(pairs + size), (rows, np.arange(pairs + size))), shape))


def _load(matching: Matching, initiative: NDArray[np.intp], person: NDArray[np.intp]) -> csr_array:
    """The load of a person in a quarter, less what is above the steps, is within the first step."""
    quarters = matching.room.shape[1]
    pair, quarter = np.nonzero(matching.loads[initiative] > 0)
    shape = (matching.room.size, len(initiative) + len(matching.loads))
    taken = coo_array(
        (
            matching.loads[initiative[pair], quarter],
            (person[pair] * quarters + quarter, pair),
        ),
        shape,
    )
    count = matching.room.size
    above = coo_array((-np.ones(count), (np.arange(count), np.arange(count))), (count, count))
    return csr_array(hstack([taken, above, above]))
