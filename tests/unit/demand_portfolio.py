"""Tiny portfolios and rosters for tests of the staffing demand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.demand import estimate, read_roster
from schemas.settings import Capacity

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.demand import Demand, Roster

DAY = dt.date(2026, 10, 1)  # the first day of a quarter, so that its parts are whole
PROJECT, PROGRAM = "project_manager", "program_manager"
_COLUMNS = {
    "name": "",
    "verdict": PROJECT,
    "lean": "",
    "complexity_level": 2,
    "business_unit": "IT",
    "start_date": "2026-01-01",
    "end_date": "2027-12-31",
    "owner": "",
    "status": "",
    "current_role": "",
    "project_count": None,
    "parent_id": None,
}


def initiatives(*rows: dict[str, object]) -> pd.DataFrame:
    """Initiatives A, B, C … as a run decides them; what is not said is usual."""
    told = [
        {"initiative_id": chr(ord("A") + place), **_COLUMNS, **row}
        for place, row in enumerate(rows)
    ]
    frame = pd.DataFrame(told)
    for day in ("start_date", "end_date"):
        frame[day] = pd.to_datetime(frame[day])
    return frame.astype({"complexity_level": "Int64", "project_count": "Int64"})


def roster(folder: Path, text: str, name: str = "roster.csv") -> Roster:
    """Read a roster that holds this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


def demand(frame: pd.DataFrame, people: Roster | None = None, **capacity: object) -> Demand:
    """The demand of two quarters, or as many as asked for."""
    return estimate(
        frame, as_of=DAY, capacity=Capacity(**{"quarters": 2, **capacity}), roster=people
    )


def row(frame: pd.DataFrame, **where: object) -> dict[str, object]:
    """The one row of a frame where columns have these values."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0].to_dict()
