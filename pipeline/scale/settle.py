"""Which texts are ids, and which of several rows of one id is accepted.

As all steps by key: a function gets all rows of some keys and none of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.scale.keys import codes_of, first_of, is_first, marked
from pipeline.scale.tables import ANSWERS, NOT_REPORTED, SETTLED, SHARES, made

if TYPE_CHECKING:
    import pandas as pd


def answer(asks: pd.DataFrame) -> pd.DataFrame:
    """By key: which texts that a part asked for are ids; "" always is, so that no part is lost."""
    codes, known = marked(asks["key"], asks["is_id"].to_numpy())
    asked = ~asks["is_id"].to_numpy() & (known[codes] | (asks["key"] == "").to_numpy())
    told = asks[asked]
    return made(ANSWERS, part=told["part"], key=told["key"])


def settle(nodes: pd.DataFrame) -> pd.DataFrame:
    """By id: which row of several is accepted, as ``pipeline.validate`` has it."""
    nodes = nodes.sort_values("line", ignore_index=True)
    codes = codes_of(nodes["id"])
    size = int(codes.max(initial=-1)) + 1
    line, reported = nodes["line"].to_numpy(), nodes["reported"].to_numpy()
    is_good = ~nodes["is_out"].to_numpy()
    good = np.flatnonzero(is_good)
    # The latest report first, and of equals the first row.
    order = good[np.lexsort((line[good], -reported[good].astype(np.float64), codes[good]))]
    first = first_of(codes[order])
    kept, latest = np.zeros(size, np.int64), np.full(size, NOT_REPORTED)
    kept[codes[order[first]]] = line[order[first]]
    latest[codes[order[first]]] = reported[order[first]]
    accepted = is_good & (kept[codes] == line)
    # An id of bad rows alone is an initiative all the same, which others may name.
    bad = ~is_good & (kept[codes] == 0)
    stands = accepted | (bad & is_first(codes, bad))
    is_surplus = is_good & ~accepted
    parent = nodes["parent"].mask(accepted & (nodes["parent"] == nodes["id"]), "")
    return nodes.assign(
        parent=parent,
        accepted=accepted,
        stands=stands,
        kept=np.where(is_surplus, kept[codes], 0),
        is_older=is_surplus & (reported != NOT_REPORTED) & (reported < latest[codes]),
    )[list(SETTLED)]


def shares_of_ids(settled: pd.DataFrame) -> pd.DataFrame:
    """What a part is told of rows whose id another row holds."""
    rows = settled[settled["kept"] > 0]
    return made(
        SHARES,
        part=rows["part"],
        line=rows["line"],
        kept=rows["kept"],
        is_older=rows["is_older"],
    )


def shares_of_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """What a part is told of the ids that its cells name."""
    return made(SHARES, part=answers["part"], text=answers["key"])
