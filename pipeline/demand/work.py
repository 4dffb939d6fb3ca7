"""Which initiatives need a lead in which quarters, and how much of one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pipeline.demand.names import unit_key
from pipeline.demand.quarters import ALWAYS, day_numbers
from pipeline.parse.spellings import fold_choice
from schemas.demand import Work as WorkModel
from schemas.demand_words import demand_words
from schemas.report import ROLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.demand.quarters import Horizon
    from schemas.settings import Capacity

NO_ROLE: Final = -1
# What an initiative of unknown complexity counts as: the level whose factor is 1 by default.
_USUAL_LEVEL: Final = 2
_DATES: Final = np.array(["none", "start", "end", "both"], object)
# No status word is longer; a longer text is prose.
_STATUS_LIMIT: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The initiatives of a portfolio as work for a lead, in order of id.

    ``role`` and ``lean`` index ``ROLES``, ``NO_ROLE`` for an undecided one and for no lean.
    ``today`` is the role that leads it now, likewise. ``unit`` is the key of its business unit, ""
    for none. ``state`` is one of ``schemas.demand.STATES``, ``dates`` tells which dates are known.
    ``first`` and ``last`` are the days on which it may be active within the horizon. ``sure`` and
    ``possible`` have a row for each initiative and a column for each quarter: the part of it in
    which it is active by what is known, and by what is not ruled out. ``possible`` has one column
    more, 1 for those of which no date is known. ``shares`` has a column for each role: the share of
    a person that it would take.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    unit: NDArray[np.object_]
    unit_names: NDArray[np.object_]
    owner: NDArray[np.object_]
    role: NDArray[np.intp]
    lean: NDArray[np.intp]
    today: NDArray[np.intp]
    state: NDArray[np.object_]
    dates: NDArray[np.object_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    sure: NDArray[np.float64]
    possible: NDArray[np.float64]
    shares: NDArray[np.float64]

    @property
    def is_counted(self) -> NDArray[np.bool_]:
        """Whether each one may be active within the horizon."""
        return np.asarray(self.state == "counted", dtype=np.bool_)

    def loads(self, role: int) -> NDArray[np.float64]:
        """People's time that each one would likely take of a role, one column for each quarter."""
        loads: NDArray[np.float64] = self.possible[:, :-1] * self.shares[:, role, None]
        return loads

    def frame(self) -> pd.DataFrame:
        """As ``schemas.demand.Work``."""
        roles = np.array([*ROLES, "undecided"], object)
        leans = np.array([*ROLES, ""], object)
        texts = {
            "initiative_id": self.ids,
            "name": self.names,
            "business_unit": self.unit_names,
            "verdict": roles[self.role],
            "lean": leans[self.lean],
            "state": self.state,
            "dates": self.dates,
        }
        columns = {name: pd.array(column.tolist(), dtype="str") for name, column in texts.items()}
        frame = pd.DataFrame(
            {**columns, "project_share": self.shares[:, 0], "program_share": self.shares[:, 1]}
        )
        frame["owner"] = pd.array(self.owner.tolist(), dtype="str")
        return WorkModel.validate(frame)


def take(initiatives: pd.DataFrame, horizon: Horizon, capacity: Capacity) -> Work:
    """Look at the initiatives of a run.

    A date that is not known is not guessed. An initiative is surely active between two known
    dates, and, begun without a known end, in the quarter of the run; it may be active wherever
    its known date does not rule it out. Without dates, ended, not yet begun by the end of the
    horizon or closed by its status, it counts in no quarter, and ``state`` says so.
    """
    frame = initiatives.loc[:, ~initiatives.columns.duplicated()]
    frame = frame.sort_values("initiative_id", kind="stable")
    starts = day_numbers(_column(frame, "start_date"), -ALWAYS)
    ends = day_numbers(_column(frame, "end_date"), ALWAYS)
    dates = _DATES[(starts > -ALWAYS) + 2 * (ends < ALWAYS).astype(int)]
    state = np.select(
        [_closed(frame), dates == "none", ends < horizon.begin, starts > horizon.end],
        ["closed", "no_dates", "ended", "beyond_horizon"],
        "counted",
    ).astype(object)
    parts = horizon.parts(starts, ends) * (state == "counted")[:, None]
    sure = np.where((dates == "both")[:, None], parts, 0)
    running = (dates == "start") & (starts <= horizon.begin) & (state == "counted")
    sure[running, 0] = 1
    units = _texts(frame, "business_unit")
    return Work(
        ids=_texts(frame, "initiative_id"),
        names=_texts(frame, "name"),
        unit=np.array([unit_key(unit) for unit in units], object),
        unit_names=units,
        owner=_texts(frame, "owner"),
        role=_roles(frame, "verdict"),
        lean=_roles(frame, "lean"),
        today=_roles(frame, "current_role"),
        state=state,
        dates=dates,
        first=np.maximum(starts, horizon.begin),
        last=np.minimum(ends, horizon.end),
        sure=sure,
        possible=np.column_stack([parts, state == "no_dates"]),
        shares=_shares(frame, capacity),
    )


def projects_without_row(
    initiatives: pd.DataFrame, work: Work, rows_below: pd.Series | None = None
) -> int:
    """How many projects the counted programs are said to have besides their rows.

    Each needs a project manager, too, and is in no number of the demand. ``rows_below`` has how
    many rows name an initiative as their parent, by its id, where others than ``initiatives`` may.
    """
    frame = initiatives.loc[:, ~initiatives.columns.duplicated()]
    frame = frame.sort_values("initiative_id", kind="stable")
    said = pd.to_numeric(_column(frame, "project_count")).fillna(0).to_numpy(np.int64)
    if rows_below is None:
        rows_below = _column(frame, "parent_id").value_counts()
    children = frame["initiative_id"].map(rows_below)
    missing = np.maximum(said - children.fillna(0).to_numpy(np.int64), 0)
    programs = work.is_counted & (work.role == ROLES.index("program_manager"))
    return int(missing[programs].sum())


def _shares(frame: pd.DataFrame, capacity: Capacity) -> NDArray[np.float64]:
    levels = pd.to_numeric(_column(frame, "complexity_level")).fillna(_USUAL_LEVEL)
    factors = np.array(capacity.complexity)[levels.to_numpy(np.int64) - 1]
    whole = np.array([1 / getattr(capacity, role) for role in ROLES])
    shares: NDArray[np.float64] = factors[:, None] * whole[None, :]
    return shares


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame.columns:
        return frame[name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)


def _texts(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """The cells as text, "" where missing, without white space around them."""
    cells = _column(frame, name).astype(object)
    return cells.where(cells.notna(), "").astype("str").str.strip().to_numpy(object)


def _roles(frame: pd.DataFrame, name: str) -> NDArray[np.intp]:
    return pd.Index(ROLES).get_indexer(pd.Index(_texts(frame, name)))


def _closed(frame: pd.DataFrame) -> NDArray[np.bool_]:
    texts = pd.Series(_texts(frame, "status"))
    known = {
        text: len(text) <= _STATUS_LIMIT and fold_choice(text) in _closed_words()
        for text in texts.unique()
    }
    return texts.map(known).to_numpy(np.bool_)


@cache
def _closed_words() -> frozenset[str]:
    return frozenset(map(fold_choice, demand_words().closed))
