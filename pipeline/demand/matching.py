"""Who could lead what, and what speaks against it: the problem that a suggestion solves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.demand.leads import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What is wished, in the order of its weight: nobody's initiative is left alone where they could go
# on; everybody gets a lead, the large ones first; who leads it today goes on; nobody is planned
# above the ceiling; people stay in their unit; load is spread. Only their proportions matter.
ABANDONED: Final = 10_000.0
UNASSIGNED: Final = 1_000.0
LARGE: Final = 20.0  # more for leaving out an initiative that takes a whole person
CHANGE: Final = 100.0  # of the person who leads it today, where the roster has them
ABOVE_CEILING: Final = 20.0  # for a whole person in one quarter
ABOVE_HALF: Final = 2.0  # likewise, above half the ceiling
OTHER_UNIT: Final = 3.0
ANY_UNIT: Final = 1.0
_TIE: Final = 1e-3
_ROOM: Final = 1e-6  # what sums of shares may be off by


@dataclass(frozen=True, kw_only=True, slots=True)
class Matching:
    """Initiatives (rows) and people (columns) of one role.

    ``loads`` is people's time by initiative and quarter, ``room`` by person and quarter: what is
    left beside the undecided initiatives that the person leads. ``supply`` is the same before that
    was taken off. ``can`` tells who is there all the time. ``owner`` is the person who leads each
    initiative today, ``NOBODY`` if none of these people. ``unit`` and ``home`` are keys of business
    units, "" for none. ``ceiling`` is the share of ``supply`` that may be planned.
    """

    loads: NDArray[np.float64]
    room: NDArray[np.float64]
    supply: NDArray[np.float64]
    can: NDArray[np.bool_]
    owner: NDArray[np.intp]
    unit: NDArray[np.object_]
    home: NDArray[np.object_]
    ceiling: float

    @property
    def pairs(self) -> int:
        """Initiatives times people."""
        return len(self.loads) * len(self.room)

    @property
    def steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Room of each person and quarter up to half the ceiling, and up to the ceiling."""
        taken = self.supply - self.room
        half = np.clip(self.supply * self.ceiling / 2 - taken, 0, self.room)
        full = np.clip(self.supply * self.ceiling - taken, 0, self.room)
        return half, full

    @property
    def left_out(self) -> NDArray[np.float64]:
        """What speaks against leaving each initiative with nobody."""
        places = np.flatnonzero(self.owner != NOBODY)
        weights: NDArray[np.float64] = UNASSIGNED + LARGE * self.loads.max(axis=1, initial=0)
        weights[places[self.can[places, self.owner[places]]]] += ABANDONED
        return weights

    def costs(self, initiative: int) -> NDArray[np.float64]:
        """What speaks against each person for one initiative, apart from their load."""
        unit, owner = self.unit[initiative], self.owner[initiative]
        apart = np.where(self.home == "", ANY_UNIT, OTHER_UNIT)
        cost: NDArray[np.float64] = np.where((self.home == unit) | (unit == ""), 0.0, apart)
        if owner != NOBODY:
            cost += CHANGE
            cost[owner] -= CHANGE
        # Without this, one of several equally good answers would be up to the solver.
        order = np.arange(1, len(cost) + 1) / len(cost)
        return cost + _TIE * (initiative + 1) / len(self.loads) * order

    def fits(self, initiative: int, used: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Who is there for an initiative and has room beside what they have ``used``."""
        load = self.loads[initiative]
        quarters = load > 0
        free = self.room[:, quarters] - used[:, quarters] - load[quarters]
        fitting: NDArray[np.bool_] = self.can[initiative] & (free >= -_ROOM).all(axis=1)
        return fitting
