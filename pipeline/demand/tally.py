"""From work to numbers: demand by quarter, business unit and role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pipeline.demand.names import NOT_STATED, OTHERS
from pipeline.demand.work import NO_ROLE
from schemas.demand import NOT_DATED, ByUnit, Totals
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.work import Work

_DIGITS: Final = 6  # of a share of a person; what is beyond is noise of the sums


def by_unit(work: Work, horizon: Horizon, labels: Mapping[str, str]) -> pd.DataFrame:
    """Demand by quarter, business unit and role, as ``schemas.demand.ByUnit``.

    A unit has rows for a role only where something may need that role; then it has one for every
    quarter. ``labels`` are the names of units by key.
    """
    named = np.array([labels[key] for key in work.unit], object)
    concerned = work.is_counted | (work.state == "no_dates")
    last = (OTHERS, NOT_STATED)
    units = sorted(set(named[concerned]), key=lambda unit: (unit in last, unit)) or [""]
    frame = _grouped(work, horizon, named, units)
    frame.insert(1, "business_unit", _texts(np.array(units, object)[frame.pop("group")]))
    is_needed = frame.groupby(["business_unit", "role"])["load_high"].transform("sum") > 0
    return ByUnit.validate(frame[is_needed].reset_index(drop=True))


def totals(work: Work, horizon: Horizon) -> pd.DataFrame:
    """Demand by quarter and role, as ``schemas.demand.Totals``; every quarter has both roles."""
    everywhere = np.full(len(work.ids), "", object)
    frame = _grouped(work, horizon, everywhere, [""])
    return Totals.validate(frame.drop(columns="group"))


def people_for(load: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole people who can take a load."""
    return np.ceil(np.round(load, _DIGITS)).astype(np.int64)


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without the noise of sums; never a negative zero."""
    result: NDArray[np.float64] = np.round(values, _DIGITS) + 0.0
    return result


def _grouped(
    work: Work, horizon: Horizon, names: NDArray[np.object_], groups: Sequence[str]
) -> pd.DataFrame:
    """The columns of ``_Load`` by quarter, place of the group, and role, in this order."""
    places = {name: place for place, name in enumerate(groups)}
    # Who is in no group is in no quarter either.
    place = np.array([places.get(name, 0) for name in names], np.intp)
    quarters = [*horizon.labels, NOT_DATED]
    frames = []
    for role, name in enumerate(ROLES):
        numbers = _numbers(work, role, place, len(groups))
        frame = pd.DataFrame({key: values.reshape(-1) for key, values in numbers.items()})
        frame.insert(0, "quarter", _texts(quarters * len(groups)))
        frame.insert(1, "group", np.repeat(np.arange(len(groups)), len(quarters)))
        frame.insert(2, "role", _texts([name] * len(frame)))
        frames.append(frame)
    together = pd.concat(frames)
    # "not dated" is behind every year by the alphabet, too.
    return together.sort_values(["quarter", "group"], kind="stable", ignore_index=True)


def _numbers(
    work: Work, role: int, group: NDArray[np.intp], groups: int
) -> dict[str, NDArray[Any]]:
    """One row for each group, one column for each quarter and for those not dated."""
    sure = np.column_stack([work.sure, np.zeros(len(work.ids))])
    share = work.shares[:, role, None]
    decided, undecided = work.role == role, work.role == NO_ROLE
    leaning = undecided & (work.lean == role)

    def summed(values: NDArray[Any], rows: NDArray[np.bool_]) -> NDArray[Any]:
        total = np.zeros((groups, values.shape[1]), values.dtype)
        np.add.at(total, group[rows], values[rows])
        return total

    def count(active: NDArray[np.bool_], rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        return summed(active.astype(np.int64), rows)

    is_sure, may_be = sure > 0, work.possible > 0
    low = summed(sure * share, decided)
    likely = summed(work.possible * share, decided | leaning)
    high = summed(work.possible * share, decided | undecided)
    return {
        "initiatives": count(is_sure, decided),
        "open_dates": count(may_be & ~is_sure, decided),
        "undecided": count(may_be, undecided),
        "leaning": count(may_be, leaning),
        "load_low": rounded(low),
        "load_likely": rounded(likely),
        "load_high": rounded(high),
        "people_low": people_for(low),
        "people_likely": people_for(likely),
        "people_high": people_for(high),
    }


def _texts(values: Any) -> Any:  # noqa: ANN401 -- a pandas string array
    return pd.array(list(values), dtype="str")
