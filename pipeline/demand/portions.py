"""The staffing demand of a portfolio of which nobody holds all initiatives: portions add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pipeline.demand import quarters, tally
from pipeline.demand import work as initiatives_as_work
from pipeline.demand.estimate import Demand
from pipeline.demand.names import OTHERS, labels_of
from pipeline.demand.tally import Sums
from schemas.demand import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from schemas.settings import Capacity

# Units of a portion by key; those that occur least there are one, as they are in the whole.
MOST_UNITS: Final = 2_000
_REST: Final = "\0"  # no key of a unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """What some initiatives of a portfolio need; ``states`` counts them as ``Demand`` has it."""

    sums: Sums
    states: Mapping[str, int]
    projects_without_row: int


def portion(
    initiatives: pd.DataFrame, rows_below: pd.Series, *, as_of: date, capacity: Capacity
) -> Portion:
    """The demand of a portion.

    Args:
        initiatives: As ``ReportData.initiatives``.
        rows_below: How many rows of the whole portfolio name an initiative as their parent, by id.
        as_of: Day of the run.
        capacity: What one person can lead, and how many quarters to look at.
    """
    horizon = quarters.horizon(as_of, capacity.quarters)
    work = initiatives_as_work.take(initiatives, horizon, capacity)
    states = Counter(work.state.tolist())
    return Portion(
        sums=_fewer(tally.sums(work), Counter(work.unit.tolist())),
        states={state: states[state] for state in STATES},
        projects_without_row=initiatives_as_work.projects_without_row(
            initiatives, work, rows_below
        ),
    )


def together(
    portions: Iterable[Portion],
    spellings: Mapping[str, int],
    *,
    as_of: date,
    capacity: Capacity,
) -> Demand:
    """The demand of all portions, without the work of each initiative.

    Args:
        portions: In the order of the portfolio.
        spellings: How many initiatives have each spelling of a business unit, white space folded.
        as_of: Day of the run.
        capacity: As for each portion.
    """
    horizon = quarters.horizon(as_of, capacity.quarters)
    labels = {**labels_of(spellings), _REST: OTHERS}
    states: Counter[str] = Counter()
    projects = 0
    found: list[Sums] = []
    for each in portions:
        states.update(each.states)
        projects += each.projects_without_row
        found = [_added([*found, each.sums])]
    sums = found[0]
    nobody = pd.DataFrame({"initiative_id": pd.Series([], dtype="str")})
    return Demand(
        quarters=horizon.labels,
        capacity=capacity,
        work=initiatives_as_work.take(nobody, horizon, capacity).frame(),
        states={state: states[state] for state in STATES},
        by_unit=tally.by_unit(sums, horizon, labels),
        totals=tally.totals(sums, horizon),
        projects_without_row=projects,
    )


def _added(found: Sequence[Sums]) -> Sums:
    """Sums of several portions, in their order."""
    units = sorted({unit for each in found for unit in each.units})
    places = {unit: place for place, unit in enumerate(units)}
    concerned = np.zeros(len(units), bool)
    numbers = np.zeros((len(units), *found[0].numbers.shape[1:]))
    for each in found:
        place = np.array([places[unit] for unit in each.units], np.intp)
        concerned[place] |= each.concerned
        numbers[place] += each.numbers
    return Sums(units=tuple(units), concerned=concerned, numbers=numbers)


def _fewer(sums: Sums, sizes: Mapping[str, int]) -> Sums:
    """The same need, by no more than ``MOST_UNITS``."""
    if len(sums.units) <= MOST_UNITS:
        return sums
    ranked = sorted(sums.units, key=lambda unit: (-sizes[unit], unit))
    kept = {"", *ranked[: MOST_UNITS - 2]}
    named = [unit if unit in kept else _REST for unit in sums.units]
    return _added(
        [
            Sums(
                units=(unit,),
                concerned=sums.concerned[[place]],
                numbers=sums.numbers[[place]],
            )
            for place, unit in enumerate(named)
        ]
    )
