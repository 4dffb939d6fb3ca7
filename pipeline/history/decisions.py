"""Decisions of the project office: recorded once, in force while the evidence stands."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from pipeline.history import diff, runs
from pipeline.history.tables import DECISIONS
from pipeline.history.words import few
from schemas.history import Decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.history.diff import Tonight

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


def in_force(
    connection: Connection, standing: pd.DataFrame, tonight: Tonight | None = None
) -> pd.DataFrame:
    """The latest decision on each initiative of a run, and whether it still stands.

    Args:
        connection: Of a reader.
        standing: Columns ``initiative_id``, ``fingerprint``, ``verdict`` and ``evidence`` of every
            initiative tonight; a decision on any other is left out.
        tonight: The run that ``standing`` is of, to name the facts and weights that have changed.

    Returns:
        A frame of ``schemas.history.Decisions``, in order of ``standing``.
    """
    latest = {row["initiative_id"]: row for row in _latest(connection)}
    pairs = [
        (latest[now["initiative_id"]], now)
        for now in _records(standing[standing["initiative_id"].isin(latest)])
    ]
    changes = {} if tonight is None else _changes(connection, pairs, tonight)
    rows = [_standing(decided, now, changes.get(now["initiative_id"])) for decided, now in pairs]
    columns = list(Decisions.to_schema().columns)
    return Decisions.validate(pd.DataFrame(rows, columns=columns).astype("str"))


def digest(connection: Connection) -> str:
    """A hash over all decisions, "" if there are none: others make it other work."""
    told = [[row[name] for name in GIVEN] for row in _records(every(connection))]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def given(connection: Connection) -> pd.DataFrame:
    """The latest decision on each initiative and what it was taken on: columns ``GIVEN``, as text.

    In order of initiative, whether the decision still stands or not.
    """
    latest = sorted(_latest(connection), key=lambda row: str(row["initiative_id"]))
    return pd.DataFrame(latest, columns=list(GIVEN), dtype="str")


def every(connection: Connection) -> pd.DataFrame:
    """All decisions ever taken, by initiative, oldest first: columns ``GIVEN``, as text."""
    query = select(DECISIONS).order_by(DECISIONS.c.initiative_id, DECISIONS.c.number)
    found = [dict(row) for row in connection.execute(query).mappings()]
    return pd.DataFrame(found, columns=list(GIVEN), dtype="str")


def _latest(connection: Connection) -> list[dict[str, Any]]:
    last = select(func.max(DECISIONS.c.number)).group_by(DECISIONS.c.initiative_id)
    found = connection.execute(select(DECISIONS).where(DECISIONS.c.number.in_(last)))
    return [dict(row) for row in found.mappings()]


def _changes(
    connection: Connection,
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    tonight: Tonight,
) -> dict[str, Mapping[str, str]]:
    """For each decision that does not stand what differs from its run, if that is remembered."""
    by_run: dict[str, list[str]] = {}
    for decided, now in pairs:
        if decided["fingerprint"] != now["fingerprint"]:
            by_run.setdefault(decided["run_id"], []).append(decided["initiative_id"])
    found: dict[str, Mapping[str, str]] = {}
    for run_id, keys in by_run.items():
        earlier = runs.find(connection, run_id)
        if earlier is not None:
            frame = diff.since(connection, earlier, tonight, only=keys).frame
            found |= {row["initiative_id"]: row for row in _records(frame)}
    return found


def _standing(
    decided: Mapping[str, Any], now: Mapping[str, Any], change: Mapping[str, str] | None
) -> dict[str, str]:
    stands = decided["fingerprint"] == now["fingerprint"]
    kept = ("initiative_id", "decision", "decided_by", "decided_on", "comment", "run_id")
    return {
        **{name: decided[name] for name in kept},
        "state": "in_force" if stands else "reopened",
        "reason": "" if stands else reason(decided, now, change),
    }


def reason(
    decided: Mapping[str, Any], now: Mapping[str, Any], change: Mapping[str, str] | None
) -> str:
    """Why a decision is open again: what has changed since, as far as it is known.

    Args:
        decided: ``verdict`` and ``evidence`` that it was taken on.
        now: Those of a later run.
        change: A row of ``schemas.history.Changes`` from the one to the other, if it can be had.
    """
    before, after = _ids(decided["evidence"]), _ids(now["evidence"])
    said = []
    if change is not None and change["cause"] == "rules" and not change["points"]:
        said.append("the rules changed")
    if decided["verdict"] != now["verdict"]:
        said.append(f"the verdict turned from {_words(decided)} to {_words(now)}")
    if change is not None and change["fields"]:
        said.append(few(change["fields"]))
    if began := sorted(after - before):
        said.append(f"{', '.join(began)} {'match' if len(began) > 1 else 'matches'} now")
    if stopped := sorted(before - after):
        said.append(f"{', '.join(stopped)} no longer {'match' if len(stopped) > 1 else 'matches'}")
    if change is not None and change["points"]:
        said.append(f"rules give other points: {few(change['points'])}")
    if before == after and not (change and change["points"]):
        said.append("the weights of its evidence have changed")
    told = "; ".join(said)
    return f"Since it was decided, {told}."


def _ids(evidence: str) -> set[str]:
    return {rule for rule in evidence.split(";") if rule}


def _words(standing: Mapping[str, Any]) -> str:
    return str(standing["verdict"]).replace("_", " ")
