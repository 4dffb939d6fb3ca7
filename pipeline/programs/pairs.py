"""Which parts of a portfolio are tied to each other, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.rulebook.folding import fold
from schemas.ties import (
    BY_KIND,
    LEAST_LETTERS,
    LEAST_SERIES_WORDS,
    LEAST_SORTS,
    LEAST_WEIGHT,
    MOST_SHARING,
    NO_VALUE,
    SERIES_WORDS,
    TIES,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.programs.network import Network
    from schemas.ties import TieKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Tied:
    """What ties parts together.

    ``named`` has one row per part and value that it names: ``kind``, ``key`` (folded), ``part``,
    ``shown`` (as written), ``sharing`` (parts that name it), for values that tie somebody.
    ``pairs`` has one row per two parts that belong together: ``one`` < ``other``, ``weight``.
    """

    named: pd.DataFrame
    pairs: pd.DataFrame


def tied(network: Network) -> Tied:
    """Find what ties the parts of a portfolio."""
    values = pd.concat(
        [_shared(network, tie.kind) for tie in TIES if tie.kind != "dependency"], ignore_index=True
    )
    meeting = pd.concat([_meeting(values), _dependent(network)], ignore_index=True)
    return Tied(named=values, pairs=_belonging(meeting, len(network.rows)))


def rarity(sharing: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much a value says about two who share it: 1 where nobody else does, 1/2 among four."""
    return 1.0 / np.log2(np.maximum(sharing, 2))


def _shared(network: Network, kind: TieKind) -> pd.DataFrame:
    """Values of one kind that at least two parts name, and not too many."""
    # What a derived initiative names was gathered from its children.
    rows = network.rows[~network.is_derived]
    if kind == "series":
        # Within a program, names such as "Operations" are told apart by the program's.
        rows = rows[network.parent[rows.index] < 0]
    tie = BY_KIND[kind]
    named = pd.concat([rows[column].explode().dropna().astype("str") for column in tie.columns])
    shown, places = named.to_numpy(object), named.index.to_numpy(np.intp)
    distinct, inverse = np.unique(shown.astype("str"), return_inverse=True)
    folded = [text.strip() for text in fold(pa.array(distinct, pa.large_string())).to_pylist()]
    if kind == "series":
        folded = [series(text) for text in folded]
    made = pd.DataFrame(
        {
            "kind": kind,
            "key": np.array(folded, object)[inverse] if folded else np.array([], object),
            "part": network.part[places],
            "shown": shown,
        }
    )
    made = made[~made["key"].isin(NO_VALUE)]
    # Of several spellings the first in the alphabet is shown, whatever the order of the rows.
    made = made.sort_values(["key", "part", "shown"]).drop_duplicates(["key", "part"])
    sharing = made.groupby("key")["part"].transform("size").astype("int64")
    made = made.assign(sharing=sharing)
    return made[made["sharing"].between(2, MOST_SHARING)].reset_index(drop=True)


def series(name: str) -> str:
    """A folded name without what tells members of a series apart; "" where too little is left."""
    words = [
        word
        for word in name.split()
        if len(word) > 1 and word not in SERIES_WORDS and not any(map(str.isdigit, word))
    ]
    full = sum(len(word) >= LEAST_LETTERS for word in words)
    return " ".join(words) if full >= LEAST_SERIES_WORDS else ""


def _meeting(values: pd.DataFrame) -> pd.DataFrame:
    """One row per two parts and value that both name."""
    slim = values[["kind", "key", "part", "sharing"]]
    both = slim.merge(slim[["kind", "key", "part"]], on=["kind", "key"], suffixes=("", "_other"))
    both = both[both["part"] < both["part_other"]]
    weights = both["kind"].map({tie.kind: tie.weight for tie in TIES}).to_numpy(float)
    return pd.DataFrame(
        {
            "kind": both["kind"],
            "one": both["part"],
            "other": both["part_other"],
            "weight": weights * rarity(both["sharing"].to_numpy(np.int64)),
        }
    )


def _dependent(network: Network) -> pd.DataFrame:
    """One row per dependency between two parts; what everybody waits for ties nobody."""
    links = network.dependencies
    waiting = links.groupby("target")["source"].transform("size").to_numpy(np.int64)
    source = network.part[links["source"].to_numpy(np.intp)]
    target = network.part[links["target"].to_numpy(np.intp)]
    kept = (source != target) & (waiting < MOST_SHARING)
    made = pd.DataFrame(
        {
            "kind": "dependency",
            "one": np.minimum(source, target),
            "other": np.maximum(source, target),
            "weight": BY_KIND["dependency"].weight * rarity(waiting + 1),
        }
    )
    tying: pd.DataFrame = made.loc[kept]
    return tying


def _belonging(meeting: pd.DataFrame, size: int) -> pd.DataFrame:
    """The pairs whose ties are firm enough together, in order of part."""
    key = meeting["one"].to_numpy(np.int64) * size + meeting["other"].to_numpy(np.int64)
    sorts = sorted({tie.sort for tie in TIES})
    places = {tie.kind: sorts.index(tie.sort) for tie in TIES}
    # Sums of floats hang on their order, so that has to be canonical, too.
    order = np.lexsort((meeting["weight"].to_numpy(), meeting["kind"].to_numpy("U"), key))
    pairs, place = np.unique(key[order], return_inverse=True)
    ordered = meeting.iloc[order]
    weight = np.round(np.bincount(place, ordered["weight"].to_numpy(float), len(pairs)), 9)
    seen = np.zeros((len(sorts), len(pairs)), bool)
    seen[ordered["kind"].map(places).to_numpy(np.intp), place] = True
    telling, suffices = (
        np.bincount(place, ordered["kind"].map(which).to_numpy(float), len(pairs)) > 0
        for which in (
            {tie.kind: tie.telling for tie in TIES},
            {tie.kind: tie.suffices for tie in TIES},
        )
    )
    several = telling & (seen.sum(axis=0) >= LEAST_SORTS)
    kept = suffices | (several & (weight >= LEAST_WEIGHT))
    return pd.DataFrame(
        {"one": pairs[kept] // size, "other": pairs[kept] % size, "weight": weight[kept]}
    )
