"""Interval rows: what an initiative was like from one run to another, both included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = ("initiative_id", "first")


def at(connection: Connection, table: Table, number: int, only: str | None = None) -> pd.DataFrame:
    """The rows of a table as of one run, of one initiative or all, without their intervals."""
    kept = [column for column in table.columns if column.name not in ("first", "last", "digest")]
    query = select(*kept).where(table.c.first <= number, table.c.last >= number)
    if only is not None:
        query = query.where(table.c.initiative_id == only)
    found = connection.execute(query).all()
    return pd.DataFrame(found, columns=[column.name for column in kept], dtype=object)


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
    connection.execute(update(table).where(place >= number).values({column: -place - 1}))
    connection.execute(update(table).where(place < 0).values({column: -place}))


def write(connection: Connection, table: Table, number: int, frame: pd.DataFrame) -> None:
    """Make ``frame`` what the table says as of one run; other runs keep what they said.

    Args:
        connection: Of a writer.
        table: One of ``tables.INTERVALS``.
        number: The run.
        frame: Each initiative once: ``initiative_id``, ``digest`` and the payload.
    """
    near = _near(connection, table, number)
    digest = dict(zip(frame["initiative_id"], frame["digest"], strict=True))
    near["same"] = near["initiative_id"].map(digest) == near["digest"]
    covering = near[(near["first"] <= number) & (near["last"] >= number)]
    open_ = frame[~frame["initiative_id"].isin(covering.loc[covering["same"], "initiative_id"])]
    waiting = set(open_["initiative_id"])
    before = near[near["last"] == number - 1]
    extended = before[before["same"] & before["initiative_id"].isin(waiting)]
    after = near[(near["first"] == number + 1) & near["same"]]
    _extend(connection, table, number, before, extended)
    _cut(connection, table, number, covering[~covering["same"]])
    grown = {*extended["initiative_id"]}
    _join(connection, table, number, after[after["initiative_id"].isin(waiting)], grown)
    waiting -= grown | {*after["initiative_id"]}
    new = open_[open_["initiative_id"].isin(waiting)]
    if len(new):
        connection.execute(insert(table), _rows(new.assign(first=number, last=number)))


def _near(connection: Connection, table: Table, number: int) -> pd.DataFrame:
    columns = (table.c.initiative_id, table.c.first, table.c.last, table.c.digest)
    touching = (table.c.first <= number + 1, table.c.last >= number - 1)
    found = connection.execute(select(*columns).where(*touching)).all()
    return pd.DataFrame(found, columns=[column.name for column in columns])


def _extend(
    connection: Connection,
    table: Table,
    number: int,
    before: pd.DataFrame,
    extended: pd.DataFrame,
) -> None:
    """Let the rows of the run before that still hold reach to this one.

    In most nights these are nearly all, so all are moved at once and the others moved back.
    """
    is_most = len(extended) > len(before) // 2
    if is_most:
        connection.execute(update(table).where(table.c.last == number - 1).values(last=number))
    others = before.drop(extended.index) if is_most else extended
    _move(connection, table, "last", others.assign(to=number - 1 if is_most else number))


def _move(connection: Connection, table: Table, column: str, rows: pd.DataFrame) -> None:
    if len(rows):
        query = update(table).where(
            table.c.initiative_id == bindparam("key"), table.c.first == bindparam("begin")
        )
        values = rows.rename(columns={"initiative_id": "key", "first": "begin"})
        connection.execute(
            query.values({column: bindparam("to")}), _rows(values[["key", "begin", "to"]])
        )


def _cut(connection: Connection, table: Table, number: int, rows: pd.DataFrame) -> None:
    """Take one run out of rows that cover it; what is left on both sides stays."""
    for row in _rows(rows):
        here = (table.c.initiative_id == row["initiative_id"], table.c.first == row["first"])
        if row["last"] > number:
            whole = dict(connection.execute(select(table).where(*here)).mappings().one())
            if row["first"] == number:
                connection.execute(delete(table).where(*here))
            connection.execute(insert(table), [{**whole, "first": number + 1}])
        elif row["first"] == number:
            connection.execute(delete(table).where(*here))
        if row["first"] < number:
            connection.execute(update(table).where(*here).values(last=number - 1))


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
    """Forget everything before a run."""
    connection.execute(delete(table).where(table.c.last < oldest))
    connection.execute(update(table).where(table.c.first < oldest).values(first=oldest))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns if name != "same"]
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
