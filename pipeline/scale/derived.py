"""Parents without a row of their own, made from their children once all parts are decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.facts import graph
from pipeline.scale import decide, spool
from pipeline.scale.tables import CHILD_ROWS, COUNTS
from schemas.columns import COLUMNS, NAMES

if TYPE_CHECKING:
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.scale.look import Job


def classify(shares: pd.DataFrame, raw: RawPortfolio, job: Job) -> dict[str, Any] | None:
    """Make, classify and write the derived initiatives; ``None`` where there are none.

    Args:
        shares: What the portfolio graph tells of them, by their ids in ``text``.
        raw: The portfolio without its rows.
        job: What the whole portfolio tells.
    """
    children = _as_typed(spool.children(job.staged))
    if children.empty:
        return None
    accepted = children.loc[children["accepted"], list(NAMES)]
    rows = graph.derived_parents(accepted, children[list(NAMES)])
    line_of = pd.Series(rows.index, index=rows["initiative_id"].to_numpy())
    counts = shares.set_index(line_of.reindex(shares["text"]).to_numpy())[[*COUNTS, CHILD_ROWS]]
    nobody = pd.Series([], index=pd.Index([], dtype="int64"), dtype="str")
    surroundings = decide.surroundings_of(rows, nobody, counts, job)
    number = len(job.outline.parts)
    classified = decide.decide(rows, surroundings, job, number)
    child_rows = decide.child_rows_of(counts, classified)
    return {
        "counts": {"derived": len(rows)},
        "troubled": 0,
        "verified": 0,
        **decide.written(raw, classified, child_rows, job, number),
    }


def _as_typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Lists as they were before they were written."""
    lists = [column.name for column in COLUMNS if column.kind == "list" and column.name in rows]
    return rows.assign(
        **{
            name: pd.Series(
                [None if each is None else tuple(each) for each in rows[name]],
                index=rows.index,
                dtype=object,
            )
            for name in lists
        }
    )
