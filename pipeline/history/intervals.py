"""Interval rows: what an initiative was like from one run to another, both included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

if TYPE_CHECKING:
    from collections.abc import Sequence

# The last run of a row that still holds: a night in which nothing changes writes nothing.
OPEN: Final = 2**31 - 1


def at(
    connection: Connection, table: Table, number: int, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """The rows of a table as of one run, of some initiatives or all, without their intervals."""
    kept = [column for column in table.columns if column.name not in ("first", "last", "digest")]
    names = [column.name for column in kept]
    if only is not None:
        found = some_at(connection, table, number, only)
        return pd.DataFrame([*found.values()], columns=names, dtype=object)
    query = select(*kept).where(table.c.first <= number, table.c.last >= number)
    return frame_of(connection.execute(query).all(), names).astype(object)


def frame_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pd.DataFrame:
    """Rows of a result as a frame; pandas itself asks each of them questions that cost much."""
    columns = [[*column] for column in zip(*rows, strict=True)] or [[] for _ in names]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), columns=[*names])


def some_at(
    connection: Connection, table: Table, number: int, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The rows of some initiatives as of one run, by initiative."""
    query = select(table).where(
        table.c.first <= number,
        table.c.last >= number,
        table.c.initiative_id == bindparam("key"),
    )
    if len(ids) > _MANY:
        everyone = select(table).where(table.c.first <= number, table.c.last >= number)
        wanted = set(ids)
        rows = connection.execute(everyone).mappings()
        return {row["initiative_id"]: dict(row) for row in rows if row["initiative_id"] in wanted}
    found = {}
    for key in ids:
        row = connection.execute(query, {"key": key}).mappings().first()
        if row is not None:
            found[key] = dict(row)
    return found


# From here on one pass over all is quicker than one question each.
_MANY = 2_000


def make_room(connection: Connection, tables: Sequence[Table], number: int) -> None:
    """Number everything from a run on one higher; rows that span it now cover the new run, too."""
    for table in tables:
        _shift(connection, table, "last", number)
        _shift(connection, table, "first", number)


def _shift(connection: Connection, table: Table, column: str, number: int) -> None:
    place = table.c[column]
    # By way of negative numbers: a key must not meet its neighbor on the way.
    moved = update(table).where(place >= number, place < OPEN)
    connection.execute(moved.values({column: -place - 1}))
    connection.execute(update(table).where(place < 0).values({column: -place}))


def write(
    connection: Connection, table: Table, number: int, frame: pd.DataFrame, *, is_newest: bool
) -> None:
    """Make ``frame`` what the table says as of one run; other runs keep what they said.

    Args:
        connection: Of a writer.
        table: One of ``tables.INTERVALS``.
        number: The run.
        frame: Each initiative once: ``initiative_id``, ``digest`` and the payload.
        is_newest: Whether there is no later run. Then rows of the run before already reach here,
            and only what differs is written.
    """
    end = OPEN if is_newest else number
    keys = frame["initiative_id"].tolist()
    digests = dict(zip(keys, frame["digest"].tolist(), strict=True))
    settled, near = _near(connection, table, number, digests)
    open_ = frame[np.array([key not in settled for key in keys], bool)]
    waiting = set(keys) - settled
    is_here = (near["first"] <= number) & (near["last"] >= number)
    adjacent = near[near["same"] & near["initiative_id"].isin(waiting)]
    before = adjacent[adjacent["last"] == number - 1]
    after = adjacent[adjacent["first"] == number + 1]
    _cut(connection, table, number, near[is_here], is_newest=is_newest)
    _set_last(connection, table, before, end)
    grown = {*before["initiative_id"]}
    _join(connection, table, number, after, grown)
    waiting -= grown | {*after["initiative_id"]}
    new = open_[open_["initiative_id"].isin(waiting)]
    if len(new):
        connection.execute(insert(table), _rows(new.assign(first=number, last=end)))


def _near(
    connection: Connection, table: Table, number: int, digests: dict[str, str]
) -> tuple[set[str], pd.DataFrame]:
    """Initiatives whose row holds for a run already, and all other rows that touch it.

    ``same`` says of each row whether it says what the run says.
    """
    columns = (table.c.initiative_id, table.c.first, table.c.last, table.c.digest)
    touching = (table.c.first <= number + 1, table.c.last >= number - 1)
    settled: set[str] = set()
    others = []
    for key, first, last, digest in connection.execute(select(*columns).where(*touching)):
        is_same = digests.get(key) == digest
        if is_same and first <= number <= last:
            settled.add(key)
        else:
            others.append((key, first, last, is_same))
    kinds = {"initiative_id": "object", "first": "int64", "last": "int64", "same": "bool"}
    return settled, pd.DataFrame(others, columns=[*kinds]).astype(kinds)


def _set_last(connection: Connection, table: Table, rows: pd.DataFrame, last: int) -> None:
    if len(rows):
        query = update(table).where(
            table.c.initiative_id == bindparam("key"), table.c.first == bindparam("begin")
        )
        keys = rows[["initiative_id", "first"]].set_axis(["key", "begin"], axis=1)
        connection.execute(query.values(last=last), _rows(keys))


def _cut(
    connection: Connection, table: Table, number: int, rows: pd.DataFrame, *, is_newest: bool
) -> None:
    """Take one run out of rows that cover it; what is left on both sides stays."""
    ends_here = rows["last"] == (OPEN if is_newest else number)
    begun = rows[ends_here & (rows["first"] < number)]
    for row in _rows(rows.drop(begun.index)):
        here = (table.c.initiative_id == row["initiative_id"], table.c.first == row["first"])
        whole = dict(connection.execute(select(table).where(*here)).mappings().one())
        if row["first"] == number:
            connection.execute(delete(table).where(*here))
        else:
            connection.execute(update(table).where(*here).values(last=number - 1))
        if not (is_newest or row["last"] == number):
            connection.execute(insert(table), [{**whole, "first": number + 1}])
    _set_last(connection, table, begun, number - 1)


def _join(
    connection: Connection, table: Table, number: int, after: pd.DataFrame, grown: set[str]
) -> None:
    """Let the rows of the run after begin here; where the one before got here, both are one."""
    for row in _rows(after):
        key = table.c.initiative_id == row["initiative_id"]
        if row["initiative_id"] in grown:
            connection.execute(delete(table).where(key, table.c.first == row["first"]))
            connection.execute(
                update(table).where(key, table.c.last == number).values(last=row["last"])
            )
        else:
            connection.execute(
                update(table).where(key, table.c.first == row["first"]).values(first=number)
            )


def forget(connection: Connection, table: Table, oldest: int) -> None:
    """Forget what ended before a run; what still held then keeps its beginning."""
    connection.execute(delete(table).where(table.c.last < oldest))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns if name != "same"]
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
