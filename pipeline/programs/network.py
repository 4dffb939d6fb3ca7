"""The portfolio as a graph: initiatives by place, the parts they form, dependencies among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.programs.graphs import components
from schemas.ties import MOST_SHARING

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools

    Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """A portfolio in order of id, so that nothing found in it hangs on the order of its rows.

    A *place* is a position in ``rows``. A *part* is a declared program, which is a parent with all
    below it, or an initiative that stands alone; ``part`` has the part of each place. ``parent`` is
    a place or -1. ``dependencies`` has one row each: the places ``source``, which waits, and
    ``target``. ``strays`` has those on ids that are no row: place ``source``, text ``target``.
    """

    rows: pd.DataFrame
    verdicts: NDArray[np.object_]
    part: Places
    parent: Places
    dependencies: pd.DataFrame
    strays: pd.DataFrame

    @property
    def part_sizes(self) -> NDArray[np.intp]:
        """How many initiatives each part has."""
        return np.bincount(self.part)

    @property
    def part_sizes_of(self) -> NDArray[np.intp]:
        """How many initiatives the part of each place has."""
        return self.part_sizes[self.part]

    @property
    def is_derived(self) -> Bools:
        """Which initiatives have no row of their own."""
        return np.asarray(self.rows["line"] < 0)


def network(rows: pd.DataFrame, verdicts: Collection[str]) -> Network:
    """Build the graph.

    Args:
        rows: Initiatives of ``pipeline.facts.Initiatives``: accepted and derived ones.
        verdicts: Verdict of each, in the same order.
    """
    # Equal ids cannot be: validation has settled them.
    order = rows["initiative_id"].argsort(kind="stable").to_numpy()
    ordered = rows.iloc[order]
    ordered = ordered.assign(line=ordered.index).reset_index(drop=True)
    places = pd.Index(ordered["initiative_id"])
    # -1 where it names no parent, or one that was left out.
    parent = places.get_indexer(pd.Index(ordered["parent_id"]))
    links = _links(ordered)
    target = places.get_indexer(pd.Index(links["target"]))
    known = links.assign(target=target)[target >= 0].sort_values(["source", "target"])
    return Network(
        rows=ordered,
        verdicts=np.asarray(list(verdicts), object)[order],
        part=_parts(parent),
        parent=parent,
        dependencies=known.reset_index(drop=True),
        strays=links[target < 0].sort_values(["source", "target"]).reset_index(drop=True),
    )


def _links(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows.loc[rows["depends_on"].notna(), ["depends_on"]].explode("depends_on")
    links = pd.DataFrame(
        {"source": named.index.to_numpy(np.intp), "target": named["depends_on"].astype("str")}
    )
    return links.drop_duplicates(ignore_index=True)


def _parts(parent: Places) -> Places:
    """Number the parts in order of their first member.

    A parent of too many is a portfolio, not a program: its children stand alone.
    """
    children = np.bincount(parent[parent >= 0], minlength=len(parent))
    child = np.flatnonzero((parent >= 0) & (children[parent] <= MOST_SHARING))
    first = components(child, parent[child], len(parent))
    return np.unique(first, return_inverse=True)[1].astype(np.intp)
