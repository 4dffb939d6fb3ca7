"""Clusters and their members in words: a name to suggest, what ties them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from schemas.ties import BY_KIND, TIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from pipeline.programs.clusters import Found

_MOST_SHOWN = 4
# Names that say what a program is about; who pays or sponsors it does not.
_NAMING = ("series", "goal", "vendor", "domain")
_ORDER = {tie.kind: place for place, tie in enumerate(TIES)}


def names(found: Found) -> list[str]:
    """A name for each cluster: the value that ties most of it, else the member all hang on."""
    best: dict[int, tuple[float, str]] = {}
    for number, kind, shown, parts in _rows(found.shared, "cluster", "kind", "shown", "parts"):
        of = int(found.part_counts[number])
        if kind in _NAMING and 2 * parts >= of:
            weight = BY_KIND[kind].weight * parts / of
            # Of equal ones the first in the alphabet, in which the values stand.
            if weight > best.get(number, (0.0, ""))[0]:
                best[number] = weight, shown
    hubs = _hubs(found)
    titles = found.network.rows["name"].fillna(found.network.rows["initiative_id"]).to_list()
    return [
        best[number][1] if number in best else f"Around {titles[hubs[number]]}"
        for number in range(found.size)
    ]


def _hubs(found: Found) -> list[int]:
    """The member with most dependencies in and out, the first where several have as many."""
    ends = Counter([*found.links["source"].tolist(), *found.links["target"].tolist()])
    return [max(places, key=lambda place: (ends[place], -place)) for places in found.members]


def cluster_ties(found: Found) -> list[str]:
    """What ties each cluster: dependencies first, then values by kind and number of parts."""
    phrases: list[list[tuple[int, int, str]]] = [[] for _ in found.members]
    for number, count in sorted(Counter(found.links["cluster"].tolist()).items()):
        text = f"{count} {'dependency' if count == 1 else 'dependencies'}"
        phrases[number].append((-1, 0, text))
    for number, kind, shown, parts in _rows(found.shared, "cluster", "kind", "shown", "parts"):
        text = f"{BY_KIND[kind].words} “{shown}” ({parts} of {found.part_counts[number]})"
        phrases[number].append((_ORDER[kind], -parts, text))
    return [_joined(text for *_, text in sorted(each)) for each in phrases]


def member_ties(found: Found) -> dict[int, str]:
    """What ties each member to the others of its cluster, by place; "" for one of a program."""
    ids = found.network.rows["initiative_id"].to_list()
    waits, awaited = defaultdict(list), defaultdict(list)
    for source, target in zip(found.links["source"], found.links["target"], strict=True):
        waits[source].append(ids[target])
        awaited[target].append(ids[source])
    named: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for part, kind, shown in _rows(found.naming, "part", "kind", "shown"):
        named[part].append((_ORDER[kind], f"{BY_KIND[kind].words} “{shown}”"))
    ties = {}
    sizes = found.network.part_sizes_of
    for place in (place for places in found.members for place in places):
        parts = [f"waits for {_joined(sorted(waits[place]), ', ')}"] if place in waits else []
        if place in awaited:
            parts.append(f"is awaited by {_joined(sorted(awaited[place]), ', ')}")
        parent = found.network.parent[place]
        if parent >= 0:
            parts.append(f"part of {ids[parent]}")
        elif sizes[place] > 1:
            parts.append(f"declared program with {sizes[place] - 1} below it")
        if sizes[place] == 1:
            parts += [text for _, text in sorted(named[found.network.part[place]])]
        ties[place] = _joined(parts)
    return ties


def _rows(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in names), strict=True)


def _joined(texts: Iterable[str], mark: str = "; ") -> str:
    """The first few, and how many more there are."""
    every = list(texts)
    shown = every[:_MOST_SHOWN]
    if len(every) > len(shown):
        shown.append(f"{len(every) - len(shown)} more")
    return mark.join(shown)
