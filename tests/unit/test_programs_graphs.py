"""What hangs together, against another library's answer."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.programs.graphs import circles, components, directed, tangles

_PLACES = 12
_EDGES = st.lists(st.tuples(*[st.integers(0, _PLACES - 1)] * 2), max_size=30)


def _ends(edges: list[tuple[int, int]]) -> list[np.ndarray]:
    return [np.array([edge[end] for edge in edges], np.intp) for end in (0, 1)]


@given(edges=_EDGES)
def test_components_are_those_of_networkx(edges: list[tuple[int, int]]) -> None:
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(_PLACES))
    expected = {place: min(each) for each in nx.connected_components(graph) for place in each}
    found = components(*_ends(edges), _PLACES)
    assert found.tolist() == [expected[place] for place in range(_PLACES)]


@given(edges=_EDGES)
def test_tangles_and_their_circles_are_those_of_networkx(edges: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph(edges)
    wanted = sorted(sorted(e) for e in nx.strongly_connected_components(graph) if len(e) > 1)
    ours = directed(*_ends(edges))
    assert tangles(ours) == wanted
    for tangle in wanted:
        found = list(circles(ours, tangle, len(tangle)))
        assert len(found) == len(tangle)
        for start, circle in zip(tangle, found, strict=True):
            assert circle[0] == min(circle)
            assert start in circle
            assert all(map(graph.has_edge, circle, (*circle[1:], circle[0])))
            away = nx.single_source_shortest_path_length(graph, start)
            others = [away[p] + 1 for p in graph.predecessors(start) if p in away and p != start]
            assert len(circle) == min(others)


def test_only_so_many_starts_are_tried() -> None:
    ring = directed(np.array([0, 1, 2]), np.array([1, 2, 0]))
    assert list(circles(ring, [0, 1, 2], 1)) == [(0, 1, 2)]
