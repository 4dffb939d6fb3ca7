"""Decisions of the project office: recorded once, in force while the evidence stands."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.history.tables import DECISIONS
from schemas.history import Decisions

if TYPE_CHECKING:
    from collections.abc import Mapping

GIVEN: Final = (
    "initiative_id",
    "decision",
    "decided_by",
    "decided_on",
    "comment",
    "fingerprint",
    "verdict",
    "evidence",
)


def record(connection: Connection, run_id: str, rows: pd.DataFrame) -> int:
    """Record decisions; one that is already the latest on its initiative is not recorded twice.

    Args:
        connection: Of a writer.
        run_id: The run in whose workbook they were typed.
        rows: Columns ``GIVEN``, text without null. ``fingerprint``, ``verdict`` and ``evidence``
            (rule ids, joined by ";") are those of that run.

    Returns:
        How many were new.
    """
    latest = {row["initiative_id"]: row for row in _latest(connection)}
    compared = [name for name in GIVEN if name != "initiative_id"]
    new: list[Mapping[str, Any]] = []
    for row in _records(rows[list(GIVEN)]):
        before = latest.get(row["initiative_id"])
        if before is None or any(before[name] != row[name] for name in compared):
            latest[row["initiative_id"]] = row
            new.append(row)
    if new:
        last = connection.execute(select(func.max(DECISIONS.c.number))).scalar() or 0
        numbered = [
            {**row, "run_id": run_id, "number": number} for number, row in enumerate(new, last + 1)
        ]
        connection.execute(insert(DECISIONS), numbered)
    return len(new)


def in_force(connection: Connection, standing: pd.DataFrame) -> pd.DataFrame:
    """The latest decision on each initiative of a run, and whether it still stands.

    Args:
        connection: Of a reader.
        standing: Columns ``initiative_id``, ``fingerprint``, ``verdict`` and ``evidence`` of every
            initiative tonight; a decision on any other is left out.

    Returns:
        A frame of ``schemas.history.Decisions``, in order of ``standing``.
    """
    latest = {row["initiative_id"]: row for row in _latest(connection)}
    decided = standing[standing["initiative_id"].isin(latest)]
    rows = [_standing(latest[now["initiative_id"]], now) for now in _records(decided)]
    columns = list(Decisions.to_schema().columns)
    return Decisions.validate(pd.DataFrame(rows, columns=columns).astype("str"))


def digest(connection: Connection) -> str:
    """A hash over all decisions that count, "" if there are none: others make it other work."""
    latest = sorted(_latest(connection), key=lambda row: str(row["initiative_id"]))
    told = [[row[name] for name in GIVEN] for row in latest]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def given(connection: Connection) -> pd.DataFrame:
    """The latest decision on each initiative and what it was taken on: columns ``GIVEN``, as text.

    In order of initiative, whether the decision still stands or not.
    """
    latest = sorted(_latest(connection), key=lambda row: str(row["initiative_id"]))
    return pd.DataFrame(latest, columns=list(GIVEN), dtype="str")


def _latest(connection: Connection) -> list[dict[str, Any]]:
    last = select(func.max(DECISIONS.c.number)).group_by(DECISIONS.c.initiative_id)
    found = connection.execute(select(DECISIONS).where(DECISIONS.c.number.in_(last)))
    return [dict(row) for row in found.mappings()]


def _standing(decided: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    stands = decided["fingerprint"] == now["fingerprint"]
    kept = ("initiative_id", "decision", "decided_by", "decided_on", "comment", "run_id")
    return {
        **{name: decided[name] for name in kept},
        "state": "in_force" if stands else "reopened",
        "reason": "" if stands else _reason(decided, now),
    }


def _reason(decided: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What has changed since, as far as it is known."""
    before, after = _ids(decided["evidence"]), _ids(now["evidence"])
    said = []
    if decided["verdict"] != now["verdict"]:
        said.append(f"the verdict turned from {_words(decided)} to {_words(now)}")
    if began := sorted(after - before):
        said.append(f"{', '.join(began)} {'match' if len(began) > 1 else 'matches'} now")
    if stopped := sorted(before - after):
        said.append(f"{', '.join(stopped)} no longer {'match' if len(stopped) > 1 else 'matches'}")
    told = "; ".join(said) or "the weights of its evidence have changed"
    return f"Since it was decided, {told}."


def _ids(evidence: str) -> set[str]:
    return {rule for rule in evidence.split(";") if rule}


def _words(standing: Mapping[str, Any]) -> str:
    return str(standing["verdict"]).replace("_", " ")
