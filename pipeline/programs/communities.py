"""From pairs of parts that belong together to clusters of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx  # type: ignore[import-untyped]

from schemas.ties import MOST_FOR_LOUVAIN, MOST_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

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
    graph = nx.Graph()
    columns = (pairs[name].tolist() for name in ("one", "other", "weight"))
    graph.add_weighted_edges_from(zip(*columns, strict=True))
    found = [
        community
        for component in nx.connected_components(graph)
        for community in _split(graph, sorted(component))
    ]
    return sorted(community for community in found if len(community) > 1)


def _split(graph: nx.Graph, parts: list[int]) -> Iterator[list[int]]:
    """A component, or the communities in it."""
    if len(parts) <= MOST_MEMBERS:
        yield parts
        return
    number = {part: place for place, part in enumerate(parts)}
    alone = nx.Graph()
    alone.add_nodes_from(range(len(parts)))
    alone.add_weighted_edges_from(
        sorted(
            (min(number[one], number[other]), max(number[one], number[other]), weight)
            for one, other, weight in graph.subgraph(parts).edges(data="weight")
        )
    )
    pieces = sorted(sorted(piece) for piece in _communities(alone))
    if len(pieces) == 1:
        yield parts
        return
    for piece in pieces:
        yield from _split(graph, [parts[place] for place in piece])


def _communities(graph: nx.Graph) -> Iterator[set[int]]:
    if len(graph) > MOST_FOR_LOUVAIN:
        # In pieces of their own, since a label may also reach parts that are not connected.
        spread = nx.community.fast_label_propagation_communities(graph, weight="weight", seed=_SEED)
        yield from (
            piece for label in spread for piece in nx.connected_components(graph.subgraph(label))
        )
    else:
        yield from nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
