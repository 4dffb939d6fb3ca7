"""What the graph shows besides clusters: circles, ids nobody has, programs without a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.programs.graphs import circles, directed, tangles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipeline.programs.clusters import Found
    from pipeline.programs.network import Network

# A tangle has more circles than anybody can read; the shortest show where to begin.
_CIRCLES_A_TANGLE = 5
# Places of a tangle from which circles are sought, each in time linear in the tangle.
_STARTS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing to look at: ``place`` is where it begins, ``others`` are other ids concerned."""

    kind: str
    place: int
    others: tuple[str, ...]
    text: str


def findings(found: Found, names: list[str], quarantined: Collection[str]) -> Iterator[Finding]:
    """Every finding.

    Args:
        found: The clusters and their network.
        names: A name for each cluster.
        quarantined: Ids that the portfolio has, but on rows that could not be read.
    """
    network = found.network
    yield from _cycles(network)
    yield from _parent_cycles(network)
    yield from _strays(network, frozenset(quarantined))
    yield from _without_lead(network)
    yield from _bridges(found, names)


def _cycles(network: Network) -> Iterator[Finding]:
    ids = network.rows["initiative_id"].to_list()
    links = network.dependencies
    graph = directed(*(links[end].to_numpy(np.intp) for end in ("source", "target")))
    for tangle in tangles(graph):
        found = set(circles(graph, tangle, _STARTS))
        for places in sorted(found, key=lambda each: (len(each), each))[:_CIRCLES_A_TANGLE]:
            shown = " → ".join(ids[place] for place in (*places, places[0]))
            yield Finding(
                kind="dependency_cycle",
                place=places[0],
                others=tuple(ids[place] for place in places[1:]),
                text=f"They wait for each other in a circle: {shown}. One of these dependencies "
                "has to go before any of them can start.",
            )


def _parent_cycles(network: Network) -> Iterator[Finding]:
    """Initiatives each of which is a parent of the next: nobody stands at the top.

    Each names one parent, so circles have no member in common, and each is named whole.
    """
    ids = network.rows["initiative_id"].to_list()
    child = np.flatnonzero(network.parent >= 0)
    for first, *_ in tangles(directed(child, network.parent[child])):
        places = [first]
        while (after := int(network.parent[places[-1]])) != first:
            places.append(after)
        shown = " → ".join(ids[place] for place in (*places, first))
        yield Finding(
            kind="parent_cycle",
            place=first,
            others=tuple(ids[place] for place in places[1:]),
            text=f"They name each other as parent in a circle: {shown}. Clear the parent of the "
            "one that leads the others.",
        )


def _strays(network: Network, quarantined: frozenset[str]) -> Iterator[Finding]:
    by_place: dict[int, list[str]] = {}
    strays = network.strays
    for place, target in zip(strays["source"].tolist(), strays["target"].tolist(), strict=True):
        by_place.setdefault(place, []).append(target)
    for place, targets in by_place.items():
        unknown = tuple(each for each in targets if each not in quarantined)
        unusable = tuple(each for each in targets if each in quarantined)
        if unknown:
            text = f"It depends on {', '.join(unknown)}, which the portfolio does not have. "
            text += "Correct the id, or add the initiative."
            yield Finding(kind="unknown_dependency", place=place, others=unknown, text=text)
        if unusable:
            text = f"It depends on {', '.join(unusable)}, whose row could not be used; "
            text += "see the quarantine."
            yield Finding(kind="quarantined_dependency", place=place, others=unusable, text=text)


def _without_lead(network: Network) -> Iterator[Finding]:
    """Parents whose lead is not named, where the portfolio names any lead at all."""
    rows = network.rows
    if rows["owner"].isna().all():
        return
    is_parent = np.bincount(network.parent[network.parent >= 0], minlength=len(rows)) > 0
    ids = rows["initiative_id"].to_numpy(object)
    children: dict[int, list[str]] = {}
    for child in np.flatnonzero(network.parent >= 0).tolist():
        children.setdefault(int(network.parent[child]), []).append(ids[child])
    derived = network.is_derived
    for place in np.flatnonzero(is_parent & rows["owner"].isna().to_numpy()).tolist():
        count = len(children[place])
        below = f"{count} initiative{'s' * (count != 1)} {'name' if count != 1 else 'names'} it"
        why = "it has no row of its own" if derived[place] else "no lead is named"
        yield Finding(
            kind="program_without_lead",
            place=place,
            others=tuple(children[place]),
            text=f"{below} as parent, and {why}. Name who leads it.",
        )


def _bridges(found: Found, names: list[str]) -> Iterator[Finding]:
    """Members with a dependency into another cluster, or out of it."""
    network, cluster = found.network, found.cluster
    ids = network.rows["initiative_id"].to_list()
    links = network.dependencies
    across: dict[int, dict[int, list[str]]] = {}
    for source, target in zip(links["source"].tolist(), links["target"].tolist(), strict=True):
        one, other = int(cluster[source]), int(cluster[target])
        if one != other and min(one, other) >= 0:
            across.setdefault(source, {}).setdefault(other, []).append(ids[target])
            across.setdefault(target, {}).setdefault(one, []).append(ids[source])
    for place, reached in sorted(across.items()):
        there = ", ".join(f"“{names[number]}”" for number in sorted(reached))
        yield Finding(
            kind="bridge",
            place=place,
            others=tuple(sorted(each for found_ids in reached.values() for each in found_ids)),
            text=f"A member of “{names[cluster[place]]}” with dependencies into {there}: their "
            "leads have to agree on it.",
        )
