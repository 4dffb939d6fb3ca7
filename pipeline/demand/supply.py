"""Who is there in which quarter, for how much of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.demand.names import person_key, unit_key
from pipeline.demand.quarters import ALWAYS, day_numbers
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon


@dataclass(frozen=True, kw_only=True, slots=True)
class Supply:
    """The people of a roster, one entry for each person, role and unit, in order of name.

    ``labels`` tell any two entries apart. ``keys`` are the keys of the persons' names, ``unit``
    those of their units, "" for none. ``role`` indexes ``ROLES``. ``shares`` has a column for each
    quarter: the share of a full-time person who is there, 0 to 1. ``spans`` are times of service as
    entry, first and last day; those of one entry neither overlap nor touch.
    """

    labels: NDArray[np.object_]
    keys: NDArray[np.object_]
    unit: NDArray[np.object_]
    role: NDArray[np.intp]
    shares: NDArray[np.float64]
    spans: NDArray[np.int64]

    def is_there(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], entries: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Whether some entries (columns) are there from each start to its end (rows)."""
        there = np.zeros((len(starts), len(entries)), np.bool_)
        for place, entry in enumerate(entries.tolist()):
            for first, last in self._spans_of(entry):
                there[:, place] |= (first <= starts) & (ends <= last)
        return there

    def last_day(self, entry: int) -> int:
        """Last day of an entry; ``ALWAYS`` for no end."""
        return int(self._spans_of(entry)[:, 1].max())

    def _spans_of(self, entry: int) -> NDArray[np.int64]:
        """First and last day of each span of an entry; they stand together, in order of entry."""
        begin, end = np.searchsorted(self.spans[:, 0], [entry, entry + 1])
        return self.spans[begin:end, 1:]


def supply(people: pd.DataFrame, horizon: Horizon, unit_labels: Mapping[str, str]) -> Supply:
    """The entries of a roster.

    Args:
        people: As ``schemas.roster.Roster``.
        horizon: The quarters.
        unit_labels: Names of units by key.
    """
    rows = people.assign(
        key=people["name"].map(person_key).astype("str"),
        unit=people["business_unit"].map(unit_key).astype("str"),
        place=pd.Index(ROLES).get_indexer(pd.Index(people["role"])),
        first=day_numbers(people["available_from"], -ALWAYS),
        last=day_numbers(people["available_to"], ALWAYS),
    ).sort_values(["key", "place", "unit", "first"], kind="stable")
    entries = rows.groupby(["key", "place", "unit"], sort=True).ngroup().to_numpy(np.intp)
    heads = rows[np.r_[True, entries[1:] != entries[:-1]]]
    parts = horizon.parts(rows["first"].to_numpy(), rows["last"].to_numpy())
    shares = np.zeros((len(heads), len(horizon.labels)))
    np.add.at(shares, entries, parts * rows["capacity"].to_numpy()[:, None])
    return Supply(
        labels=_labels(heads, unit_labels),
        keys=heads["key"].to_numpy(object),
        unit=heads["unit"].to_numpy(object),
        role=heads["place"].to_numpy(np.intp),
        shares=shares,
        spans=_joined(np.column_stack([entries, rows["first"], rows["last"]]).astype(np.int64)),
    )


def _joined(spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times of service in order of entry and first day, those that touch made one."""
    joined: list[list[int]] = []
    for entry, first, last in spans.tolist():
        if joined and joined[-1][0] == entry and first <= joined[-1][2] + 1:
            joined[-1][2] = max(joined[-1][2], last)
        else:
            joined.append([entry, first, last])
    return np.array(joined, np.int64)


def _labels(heads: pd.DataFrame, unit_labels: Mapping[str, str]) -> NDArray[np.object_]:
    """Names; with role and unit, where one name stands for several entries."""
    times = Counter(heads["key"])
    labels = [
        name
        if times[key] == 1
        else f"{name} ({ROLES[place].replace('_', ' ')}, {unit_labels[unit]})"
        for name, key, place, unit in zip(
            heads["name"], heads["key"], heads["place"], heads["unit"], strict=True
        )
    ]
    return np.array(labels, object)
