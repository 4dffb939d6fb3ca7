"""Why this person is suggested, or why nobody is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.demand.leads import NOBODY
from pipeline.demand.quarters import ALWAYS
from schemas.report import ROLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.demand.matching import Matching
    from pipeline.demand.quarters import Horizon
    from pipeline.demand.supply import Supply
    from pipeline.demand.work import Work

_ROOM: Final = 1e-6  # what sums of shares may be off by


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What was suggested for one role, with all that it came from.

    ``rows`` and ``entries`` are the places of initiatives and people in ``work`` and ``people``;
    ``led_by`` is the entry that leads each initiative of ``work`` today; ``chosen`` indexes
    ``entries``.
    """

    work: Work
    people: Supply
    horizon: Horizon
    matching: Matching
    rows: NDArray[np.intp]
    entries: NDArray[np.intp]
    led_by: NDArray[np.intp]
    chosen: NDArray[np.intp]
    used: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        used = np.zeros_like(self.matching.room)
        given = np.flatnonzero(self.chosen != NOBODY)
        np.add.at(used, self.chosen[given], self.matching.loads[given])
        object.__setattr__(self, "used", used)

    def suggested(self, place: int) -> str:
        """Name of the person suggested for an initiative; "" for nobody."""
        person = self.chosen[place]
        return "" if person == NOBODY else str(self.people.labels[self.entries[person]])

    def told(self, place: int) -> tuple[str, str]:
        """The change, one of ``schemas.demand.CHANGES``, and the reason."""
        person, owner = self.chosen[place], self.matching.owner[place]
        if person == NOBODY:
            return "nobody", self._nobody(place)
        if person == owner:
            return "keeps", "leads it today"
        home = self._home(place, int(person))
        if not self.work.owner[self.rows[place]]:
            return "new", home
        return "takes_over", f"{self._not_the_owner(place)}; {home}"

    def _home(self, place: int, person: int) -> str:
        home, unit = self.matching.home[person], self.matching.unit[place]
        if home == "":
            return "works for any unit"
        if home == unit:
            return "same business unit"
        return "another business unit" if unit else "the initiative names no business unit"

    def _not_the_owner(self, place: int) -> str:
        """Why who leads it today is not suggested."""
        row = self.rows[place]
        entry = int(self.led_by[row])
        if entry == NOBODY:
            return "who leads it today is not in the roster"
        role = ROLES[self.people.role[entry]].replace("_", " ")
        owner = int(self.matching.owner[place])
        if owner == NOBODY:
            return f"who leads it today is a {role}"
        if not self.matching.can[place, owner]:
            last = self.people.last_day(entry)
            if last < ALWAYS and last < self.work.last[row]:
                return f"who leads it today leaves on {np.datetime64(last, 'D')}"
            return "who leads it today is not there for all of it"
        during = self.matching.loads[place] > 0
        short = self.matching.supply[owner] < self.matching.loads[place] - _ROOM
        if (during & short).any():
            return "who leads it today has less time than it takes"
        return "who leads it today has no room for it beside the others"

    def _nobody(self, place: int) -> str:
        """Why nobody is suggested; of who leads it today first, for that is what is asked first."""
        nobody = self._nobody_else(place)
        if not self.work.owner[self.rows[place]] or self.matching.can.size == 0:
            return nobody
        return f"{self._not_the_owner(place)}; {nobody}"

    def _nobody_else(self, place: int) -> str:
        role = ROLES[self.work.role[self.rows[place]]].replace("_", " ")
        if len(self.entries) == 0:
            return f"no {role} is in the roster"
        if self.matching.can.size == 0:
            return "too many initiatives and people to look at"
        can = self.matching.can[place]
        load = self.matching.loads[place]
        quarters = np.flatnonzero(load > 0)
        first, last = (self.horizon.labels[quarters[end]] for end in (0, -1))
        if not can.any():
            during = f"in {first}" if first == last else f"from {first} to {last}"
            return f"no {role} is there for all of it, {during}"
        fits = (self.matching.supply[can][:, quarters] >= load[quarters] - _ROOM).all(axis=1)
        if not fits.any():
            return f"it takes more of a person than any {role} who is there can give"
        free = self.matching.room[can] - self.used[can]
        full = (free[:, quarters] < load[quarters] - _ROOM).sum(axis=0)
        fullest = self.horizon.labels[quarters[int(full.argmax())]]
        return f"no {role} who is there for all of it has room, least of all in {fullest}"
