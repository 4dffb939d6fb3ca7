"""Supply against demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pipeline.demand.tally import people_for, rounded
from schemas.demand import NOT_DATED, Gaps
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.supply import Supply
    from schemas.settings import Capacity

_KEYS: Final = ["quarter", "business_unit", "role"]
_LOADS: Final = ["load_low", "load_likely", "load_high"]


def gaps(
    demand: pd.DataFrame,
    people: Supply,
    horizon: Horizon,
    capacity: Capacity,
    unit_labels: Mapping[str, str] | None,
) -> pd.DataFrame:
    """Gaps by quarter, business unit and role, as ``schemas.demand.Gaps``.

    People count in their own unit alone; who has none in the roster counts as "Not stated".

    Args:
        demand: By unit, or the totals.
        people: The people.
        horizon: The quarters.
        capacity: The share of time to plan.
        unit_labels: Names of units by key; ``None`` for the totals, as if units shared their
            people.
    """
    unit = np.array([unit_labels[key] if unit_labels else "" for key in people.unit], object)
    if "business_unit" not in demand.columns:
        demand = demand.assign(business_unit=pd.array([""] * len(demand), dtype="str"))
    demand = demand[demand["quarter"] != NOT_DATED]
    return Gaps.validate(_compared(demand, _supplied(people, unit, horizon), capacity))


def _supplied(people: Supply, unit: NDArray[np.object_], horizon: Horizon) -> pd.DataFrame:
    count = len(horizon.labels)
    long = pd.DataFrame(
        {
            "quarter": list(horizon.labels) * len(unit),
            "business_unit": np.repeat(unit, count),
            "role": np.repeat(np.array(ROLES, object)[people.role], count),
            "supply": people.shares.reshape(-1),
            "people": (people.shares > 0).reshape(-1).astype(np.int64),
        }
    )
    summed: pd.DataFrame = long.groupby(_KEYS, sort=False)[["people", "supply"]].sum()
    return summed


def _compared(demand: pd.DataFrame, supplied: pd.DataFrame, capacity: Capacity) -> pd.DataFrame:
    """Every group that has a demand or a supply in any quarter, in every quarter."""
    wanted = demand.set_index(_KEYS)[_LOADS]
    index = wanted.index.union(supplied.index, sort=False)
    both = pd.concat([supplied.reindex(index), wanted.reindex(index)], axis=1).fillna(0.0)
    both = both.reset_index()
    there = rounded(both["supply"].to_numpy())
    low, likely, high = (both[name].to_numpy() for name in _LOADS)
    columns: dict[str, Any] = {
        **{key: pd.array(both[key].to_list(), dtype="str") for key in _KEYS},
        "people": both["people"].to_numpy(np.int64),
        "supply": there,
        "load_low": low,
        "load_likely": likely,
        "load_high": high,
        "gap": rounded(there - likely),
        "utilisation": rounded(likely / np.where(there > 0, there, np.nan)),
        "people_missing": people_for(np.maximum(likely - there, 0.0)),
        "coverage": np.select(
            [
                high <= 0,
                rounded(low - there) > 0,
                rounded(likely - there) > 0,
                rounded(likely - there * capacity.utilisation) > 0,
            ],
            ["idle", "short", "may_be_short", "tight"],
            "covered",
        ),
    }
    frame = pd.DataFrame(columns).astype({"coverage": "str"})
    return frame.sort_values(_KEYS, kind="stable", ignore_index=True)
