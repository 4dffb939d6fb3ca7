"""The quarters that are looked at: calendar quarters from the day of the run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

ALWAYS: Final = 10**9
"""A day, as a number, after every other one; its negative is before every other one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """Consecutive calendar quarters; the first one begins on the day of the run.

    ``first`` and ``last`` are days as numbers from 1970-01-01 on, both inclusive.
    """

    labels: tuple[str, ...]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @property
    def begin(self) -> int:
        """First day of all: that of the run."""
        return int(self.first[0])

    @property
    def end(self) -> int:
        """Last day of all."""
        return int(self.last[-1])

    def parts(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """The part of each quarter, 0 to 1, that lies between a start and an end, both inclusive.

        Returns:
            One row for each start, one column for each quarter.
        """
        latest = np.maximum(starts[:, None], self.first[None, :])
        earliest = np.minimum(ends[:, None], self.last[None, :])
        days = self.last - self.first + 1
        parts: NDArray[np.float64] = np.maximum(earliest - latest + 1, 0) / days
        return parts


def horizon(as_of: date, quarters: int) -> Horizon:
    """The quarter of a day and those after it, ``quarters`` in all, at least one."""
    periods = pd.period_range(pd.Timestamp(as_of).to_period("Q"), periods=quarters, freq="Q")
    first = _numbers(periods.start_time.to_numpy())
    first[0] = _numbers(np.array([as_of], dtype="datetime64[D]"))[0]
    return Horizon(
        labels=tuple(f"{period.year} Q{period.quarter}" for period in periods),
        first=first,
        last=_numbers(periods.end_time.to_numpy()),
    )


def day_numbers(days: pd.Series, missing: int) -> NDArray[np.int64]:
    """Days as numbers; ``missing`` where there is none.

    Args:
        days: Timestamps or dates.
        missing: The number for an unknown day.
    """
    stamps = pd.to_datetime(days)
    return np.where(stamps.isna().to_numpy(), missing, _numbers(stamps.to_numpy()))


def _numbers(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype(np.int64)
