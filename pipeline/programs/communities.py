"""From pairs of parts that belong together to clusters of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.programs.graphs import components
from schemas.ties import MOST_FOR_LOUVAIN, MOST_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

# Any fixed number will do; results are repeatable, not random.
_SEED = 1


def communities(pairs: pd.DataFrame) -> list[list[int]]:
    """Split the parts into clusters.

    Each component of the graph of pairs is one cluster, and one with too many parts is split where
    its ties are thinnest. It is looked at by itself, its parts numbered from 0, so that what is
    found in it depends on nothing outside.

    Args:
        pairs: Columns ``one``, ``other``, ``weight``, in order, from ``pairs.tied``.

    Returns:
        Sorted parts of each cluster of two or more, in order of their first.
    """
    one, other = (pairs[name].to_numpy(np.intp) for name in ("one", "other"))
    edges = _Edges(one=one, other=other, weight=pairs["weight"].to_numpy(float))
    parts = np.unique(np.concatenate([one, other]))
    one, other = np.searchsorted(parts, one), np.searchsorted(parts, other)
    component = components(one, other, len(parts))[one]
    found = [
        community
        for group in _by(component, edges)
        for community in _split(group, np.unique(np.concatenate([group.one, group.other])))
    ]
    return sorted(community for community in found if len(community) > 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edges:
    """Pairs of parts, by place."""

    one: NDArray[np.intp]
    other: NDArray[np.intp]
    weight: NDArray[np.float64]

    def take(self, places: NDArray[Any]) -> _Edges:
        """Some of the pairs."""
        return _Edges(one=self.one[places], other=self.other[places], weight=self.weight[places])


def _by(component: NDArray[np.intp], edges: _Edges) -> Iterator[_Edges]:
    """The pairs of each component."""
    order = np.argsort(component, kind="stable")
    ends = np.flatnonzero(np.diff(component[order])) + 1
    if len(order):
        yield from (edges.take(places) for places in np.split(order, ends))


def _split(edges: _Edges, parts: NDArray[np.intp]) -> Iterator[list[int]]:
    """A component, or the communities in it.

    Args:
        edges: The pairs in it.
        parts: Its parts, in order.
    """
    if len(parts) <= MOST_MEMBERS:
        yield parts.tolist()
        return
    one, other = np.searchsorted(parts, edges.one), np.searchsorted(parts, edges.other)
    ends = np.minimum(one, other).tolist(), np.maximum(one, other).tolist()
    weighted = sorted(zip(*ends, edges.weight.tolist(), strict=True))
    pieces = sorted(sorted(piece) for piece in _communities(weighted, len(parts)))
    if len(pieces) == 1:
        yield parts.tolist()
        return
    of = np.zeros(len(parts), np.intp)
    for number, piece in enumerate(pieces):
        of[piece] = number
    inside = np.flatnonzero(of[one] == of[other])
    kept, owner = edges.take(inside), of[one[inside]]
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(pieces) + 1))
    for piece, start, end in zip(pieces, bounds[:-1], bounds[1:], strict=True):
        yield from _split(kept.take(order[start:end]), parts[piece])


def _communities(edges: list[tuple[int, int, float]], count: int) -> Iterator[set[int]]:
    # Slow to import, and few portfolios have a component that is too large.
    import networkx as nx  # type: ignore[import-untyped]  # noqa: PLC0415

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(edges)
    if count > MOST_FOR_LOUVAIN:
        # In pieces of their own, since a label may also reach parts that are not connected.
        spread = nx.community.fast_label_propagation_communities(graph, weight="weight", seed=_SEED)
        yield from (
            piece for label in spread for piece in nx.connected_components(graph.subgraph(label))
        )
    else:
        yield from nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
