"""The verdicts that earlier runs gave, as spells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, select

from pipeline.history import intervals
from pipeline.history.tables import EVIDENCE, RUNS, VERDICTS
from schemas.history import Past

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAME = ["initiative_id", "verdict", "confidence"]


def past(connection: Connection, last: int, ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Spells of equal verdict and confidence, up to the run numbered ``last``.

    Args:
        connection: Of a reader.
        last: Number of a run; later ones are as if they had not been.
        ids: Only these initiatives; ``None`` for all.

    Returns:
        A frame of ``schemas.history.Past``, in order of initiative and run.
    """
    table = VERDICTS.c
    columns = (table.initiative_id, table.first, table.last, table.verdict, table.confidence)
    query = select(*columns).where(table.first <= last)
    if ids is not None:
        query = query.where(table.initiative_id.in_(ids))
    found = connection.execute(query.order_by(table.initiative_id, table.first)).all()
    frame = intervals.frame_of(found, [column.name for column in columns])
    runs = connection.execute(select(RUNS.c.number, RUNS.c.run_id, RUNS.c.as_of)).all()
    frame["last"] = frame["last"].clip(upper=last)
    # Of runs that are forgotten by now, nobody can name the first.
    frame["first"] = frame["first"].clip(lower=min((row[0] for row in runs), default=1))
    before = frame.shift(1)
    goes_on = (frame[_SAME] == before[_SAME]).all(axis=1) & (frame["first"] == before["last"] + 1)
    spells = frame.groupby((~goes_on).cumsum(), sort=False).agg(
        {**dict.fromkeys(_SAME, "first"), "first": "first", "last": "last"}
    )
    ids_of, days = ({row[0]: row[place] for row in runs} for place in (1, 2))
    told = pd.DataFrame(
        {
            "initiative_id": spells["initiative_id"].astype("str"),
            "first_run": spells["first"].map(ids_of).astype("str"),
            "first_as_of": spells["first"].map(days).astype("str"),
            "last_run": spells["last"].map(ids_of).astype("str"),
            "last_as_of": spells["last"].map(days).astype("str"),
            "verdict": spells["verdict"].astype("str"),
            "confidence": spells["confidence"].astype("float64"),
        }
    )
    return Past.validate(told.reset_index(drop=True))


def decided(connection: Connection, number: int) -> pd.DataFrame:
    """What a run decided: the rows of the table verdict, each with its ``evidence``, joined by ";".

    Args:
        connection: Of a reader.
        number: Number of the run.
    """
    verdicts, evidence = (intervals.at(connection, table, number) for table in (VERDICTS, EVIDENCE))
    found = evidence.rename(columns={"rules": "evidence"})
    return verdicts.merge(found, on="initiative_id", how="left")
