"""What hangs together in a graph of numbered places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rustworkx as rx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def components(one: NDArray[np.intp], other: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """The component of each place, by its least member; a place without an edge is its own.

    Args:
        one: Places at one end of each edge.
        other: Places at the other end, in the same order.
        count: How many places there are.
    """
    graph: rx.PyGraph[None, None] = rx.PyGraph()
    graph.add_nodes_from([None] * count)
    graph.add_edges_from_no_data(list(zip(one.tolist(), other.tolist(), strict=True)))
    first = np.arange(count)
    for members in rx.connected_components(graph):
        first[list(members)] = min(members)
    return first


def directed(source: NDArray[np.intp], target: NDArray[np.intp]) -> rx.PyDiGraph[int, None]:
    """Edges from each source to its target; a node bears the number of its place."""
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph()
    graph.add_nodes_from(range(max(source.max(), target.max()) + 1 if len(source) else 0))
    graph.add_edges_from_no_data(list(zip(source.tolist(), target.tolist(), strict=True)))
    return graph


def tangles(graph: rx.PyDiGraph[int, None]) -> list[list[int]]:
    """Places each of which can be reached from the others: two or more each, sorted, in order."""
    found = (sorted(each) for each in rx.strongly_connected_components(graph) if len(each) > 1)
    return sorted(found)


def circles(
    graph: rx.PyDiGraph[int, None], tangle: list[int], starts: int
) -> Iterator[tuple[int, ...]]:
    """A shortest circle through each place of a tangle, beginning with the circle's least place.

    Args:
        graph: What ``tangle`` was found in.
        tangle: Places, sorted.
        starts: Of how many places, since each takes time linear in the tangle.
    """
    alone = graph.subgraph(tangle)
    for start in sorted(alone.node_indices(), key=alone.get_node_data)[:starts]:
        ways = rx.dijkstra_shortest_paths(alone, start, default_weight=1.0)
        # What waits for itself is no circle of several.
        before = [node for node in alone.predecessor_indices(start) if node != start]
        back = ([alone[node] for node in ways[last]] for last in before)
        path = min(back, key=lambda way: (len(way), way))
        least = path.index(min(path))
        yield (*path[least:], *path[:least])
