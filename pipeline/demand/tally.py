"""From work to numbers: demand by quarter, business unit and role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pipeline.demand.names import NOT_STATED, OTHERS
from pipeline.demand.work import NO_ROLE
from schemas.demand import NOT_DATED, ByUnit, Totals
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.work import Work

MEASURES: Final = (
    "initiatives",
    "open_dates",
    "undecided",
    "leaning",
    "load_low",
    "load_likely",
    "load_high",
)
_DIGITS: Final = 6  # of a share of a person; what is beyond is noise of the sums


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What some initiatives need together; those of several portions of a portfolio add up.

    ``units`` are keys of business units, ``concerned`` tells which may need anybody. ``numbers``
    has a value by unit, role, ``MEASURES`` and quarter, the last of which is for what is not dated.
    """

    units: tuple[str, ...]
    concerned: NDArray[np.bool_]
    numbers: NDArray[np.float64]


def sums(work: Work) -> Sums:
    """What initiatives need, by unit."""
    units = sorted(set(work.unit))
    places = {unit: place for place, unit in enumerate(units)}
    place = np.array([places[unit] for unit in work.unit], np.intp)
    concerned = np.zeros(len(units), bool)
    concerned[place[work.is_counted | (work.state == "no_dates")]] = True
    return Sums(
        units=tuple(units),
        concerned=concerned,
        numbers=np.stack(
            [_measured(work, role, place, len(units)) for role in range(len(ROLES))], axis=1
        ),
    )


def by_unit(found: Sums, horizon: Horizon, labels: Mapping[str, str]) -> pd.DataFrame:
    """Demand by quarter, business unit and role, as ``schemas.demand.ByUnit``.

    A unit has rows for a role only where something may need that role; then it has one for every
    quarter. ``labels`` are the names of units by key.
    """
    named = [labels[key] for key in found.units]
    last = (OTHERS, NOT_STATED)
    concerned = {name for name, has in zip(named, found.concerned, strict=True) if has}
    units = sorted(concerned, key=lambda unit: (unit in last, unit)) or [""]
    places = {name: place for place, name in enumerate(units)}
    # A unit that is not concerned is in no quarter.
    place = np.array([places.get(name, 0) for name in named], np.intp)
    grouped = np.zeros((len(units), *found.numbers.shape[1:]))
    np.add.at(grouped, place, found.numbers)
    frame = _framed(grouped, horizon)
    frame.insert(1, "business_unit", _texts(np.array(units, object)[frame.pop("group")]))
    is_needed = frame.groupby(["business_unit", "role"])["load_high"].transform("sum") > 0
    return ByUnit.validate(frame[is_needed].reset_index(drop=True))


def totals(found: Sums, horizon: Horizon) -> pd.DataFrame:
    """Demand by quarter and role, as ``schemas.demand.Totals``; every quarter has both roles."""
    together = found.numbers.sum(axis=0, keepdims=True)
    return Totals.validate(_framed(together, horizon).drop(columns="group"))


def people_for(load: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole people who can take a load."""
    return np.ceil(np.round(load, _DIGITS)).astype(np.int64)


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without the noise of sums; never a negative zero."""
    result: NDArray[np.float64] = np.round(values, _DIGITS) + 0.0
    return result


def _framed(numbers: NDArray[np.float64], horizon: Horizon) -> pd.DataFrame:
    """The columns of ``_Load`` by quarter, place of the group, and role, in this order."""
    quarters = [*horizon.labels, NOT_DATED]
    groups = len(numbers)
    frames = []
    for role, name in enumerate(ROLES):
        columns = _columns(dict(zip(MEASURES, numbers[:, role].swapaxes(0, 1), strict=True)))
        frame = pd.DataFrame({key: values.reshape(-1) for key, values in columns.items()})
        frame.insert(0, "quarter", _texts(quarters * groups))
        frame.insert(1, "group", np.repeat(np.arange(groups), len(quarters)))
        frame.insert(2, "role", _texts([name] * len(frame)))
        frames.append(frame)
    together = pd.concat(frames)
    # "not dated" is behind every year by the alphabet, too.
    return together.sort_values(["quarter", "group"], kind="stable", ignore_index=True)


def _columns(measured: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[Any]]:
    counts = {name: measured[name].astype(np.int64) for name in MEASURES[:4]}
    loads = {name: rounded(measured[name]) for name in MEASURES[4:]}
    people = {name.replace("load", "people"): people_for(measured[name]) for name in MEASURES[4:]}
    return {**counts, **loads, **people}


def _measured(work: Work, role: int, group: NDArray[np.intp], groups: int) -> NDArray[np.float64]:
    """What is needed of a role by group, ``MEASURES`` and quarter."""
    sure = np.column_stack([work.sure, np.zeros(len(work.ids))])
    share = work.shares[:, role, None]
    decided, undecided = work.role == role, work.role == NO_ROLE
    leaning = undecided & (work.lean == role)
    is_sure, may_be = sure > 0, work.possible > 0

    def summed(values: NDArray[Any], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        total = np.zeros((groups, values.shape[1]))
        np.add.at(total, group[rows], values[rows])
        return total

    measured = [
        summed(is_sure, decided),
        summed(may_be & ~is_sure, decided),
        summed(may_be, undecided),
        summed(may_be, leaning),
        summed(sure * share, decided),
        summed(work.possible * share, decided | leaning),
        summed(work.possible * share, decided | undecided),
    ]
    return np.stack(measured, axis=1)


def _texts(values: Any) -> Any:  # noqa: ANN401 -- a pandas string array
    return pd.array(list(values), dtype="str")
