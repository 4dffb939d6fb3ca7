"""Who leads what today: owners of the portfolio against the people of the roster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pipeline.demand.names import person_key
from pipeline.demand.tally import rounded
from pipeline.demand.work import NO_ROLE
from schemas.demand import People
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.supply import Supply
    from pipeline.demand.work import Work
    from schemas.settings import Capacity

NOBODY: Final = -1


def led_by(work: Work, people: Supply) -> NDArray[np.intp]:
    """The entry of the roster that leads each initiative today, ``NOBODY`` where none does.

    Of several entries of one name, the one of the initiative's role counts (for an undecided one,
    the role that leads it today), then the one of its unit, then the first.
    """
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(people.keys):
        by_key[key].append(place)
    role = np.where(work.role == NO_ROLE, work.today, work.role)
    found = np.full(len(work.ids), NOBODY, np.intp)
    for place, owner in enumerate(work.owner):
        known = by_key.get(person_key(owner)) if owner else None
        if known:
            ranks = [
                (people.role[entry] != role[place], people.unit[entry] != work.unit[place], entry)
                for entry in known
            ]
            found[place] = min(ranks)[-1]
    return found


def loads_of(
    work: Work, people: Supply, led: NDArray[np.intp], rows: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What some of the initiatives take of the people who lead them today, by entry and quarter.

    Each takes what it would take of a lead of that person's role.
    """
    total = np.zeros_like(people.shares)
    places = np.flatnonzero(rows & (led != NOBODY))
    shares = work.shares[places, people.role[led[places]]]
    np.add.at(total, led[places], work.possible[places, :-1] * shares[:, None])
    return total


def people_frame(
    people: Supply,
    horizon: Horizon,
    capacity: Capacity,
    loads: tuple[NDArray[np.float64], NDArray[np.float64]],
    unit_labels: Mapping[str, str],
) -> pd.DataFrame:
    """Load of each person today and by the suggestion, as ``schemas.demand.People``."""
    quarters = len(horizon.labels)
    today, suggested = (rounded(load).reshape(-1) for load in loads)
    supply = rounded(people.shares).reshape(-1)
    texts: dict[str, Iterable[str]] = {
        "person": np.repeat(people.labels, quarters),
        "role": np.repeat(np.array(ROLES, object)[people.role], quarters),
        "business_unit": np.repeat([unit_labels[key] for key in people.unit], quarters),
        "quarter": list(horizon.labels) * len(people.labels),
    }
    state = np.select(
        [
            today <= 0,
            rounded(today - supply) > 0,
            rounded(today - supply * capacity.utilisation) > 0,
        ],
        ["idle", "overloaded", "tight"],
        "fits",
    )
    columns = {name: pd.array(list(text), dtype="str") for name, text in texts.items()}
    frame = pd.DataFrame(
        {**columns, "supply": supply, "load_today": today, "load_suggested": suggested}
    )
    frame["today"] = pd.array(state.tolist(), dtype="str")
    return People.validate(frame)
