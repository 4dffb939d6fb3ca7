"""Clusters by number, with what ties their parts: the ground for facts, words and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.programs.communities import communities
from pipeline.programs.pairs import tied
from schemas.ties import LEAST_MEMBERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.facts.table import Bools
    from pipeline.programs.network import Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Clusters of a network.

    ``members`` has the places of each cluster, in order; ``cluster`` the cluster of each place, or
    -1. ``links`` are the dependencies between parts of one cluster: ``source``, ``target``,
    ``cluster``, ``is_clear`` (whether it can be told if they cross), ``crosses``. ``shared`` has
    one row per cluster and value that at least two of its parts name: ``cluster``, ``kind``,
    ``key``, ``shown``, ``parts`` (how many); ``naming`` one row per such value and ``part``.
    """

    network: Network
    members: list[list[int]]
    cluster: NDArray[np.intp]
    part_counts: NDArray[np.intp]
    links: pd.DataFrame
    shared: pd.DataFrame
    naming: pd.DataFrame

    @property
    def size(self) -> int:
        """How many clusters there are."""
        return len(self.members)


def clusters(network: Network) -> Found:
    """Find the clusters of a network that can be programs nobody declared."""
    ties = tied(network)
    sizes = network.part_sizes
    groups = [parts for parts in communities(ties.pairs) if sizes[parts].sum() >= LEAST_MEMBERS]
    of_part = np.full(len(sizes), -1, np.intp)
    for number, parts in enumerate(groups):
        of_part[parts] = number
    cluster = of_part[network.part]
    members: list[list[int]] = [[] for _ in groups]
    for place in np.flatnonzero(cluster >= 0).tolist():
        members[cluster[place]].append(place)
    naming = ties.named.assign(cluster=of_part[ties.named["part"].to_numpy(np.intp)])
    naming = naming[naming["cluster"] >= 0]
    keys = ["cluster", "kind", "key"]
    together = naming.groupby(keys)["part"].transform("size").to_numpy()
    naming = naming.assign(parts=together)[together > 1].reset_index(drop=True)
    values = naming.sort_values([*keys, "shown"]).drop_duplicates(keys)
    return Found(
        network=network,
        members=members,
        cluster=cluster,
        part_counts=np.array([len(parts) for parts in groups], np.intp),
        links=_links(network, cluster),
        shared=values[[*keys, "shown", "parts"]].reset_index(drop=True),
        naming=naming,
    )


def _links(network: Network, cluster: NDArray[np.intp]) -> pd.DataFrame:
    ends = [network.dependencies[end].to_numpy(np.intp) for end in ("source", "target")]
    source, target = ends
    inside = (cluster[source] == cluster[target]) & (cluster[source] >= 0)
    inside &= network.part[source] != network.part[target]
    source, target = source[inside], target[inside]
    units = network.rows["business_unit"]
    both = (units.notna().to_numpy()[source]) & (units.notna().to_numpy()[target])
    names = units.to_numpy(object)
    differ = both & np.array(
        [names[one] != names[other] for one, other in zip(source, target, strict=True)], bool
    )
    teams, apart = _teams(network, source, target)
    return pd.DataFrame(
        {
            "source": source,
            "target": target,
            "cluster": cluster[source],
            "is_clear": both | teams,
            "crosses": differ | apart,
        }
    )


def _teams(
    network: Network, source: NDArray[np.intp], target: NDArray[np.intp]
) -> tuple[Bools, Bools]:
    """Whether teams are named at both ends, and whether none of them works at both."""
    teams = network.rows["teams"].to_numpy(object)
    pairs = [(teams[one], teams[other]) for one, other in zip(source, target, strict=True)]
    known = [isinstance(one, tuple) and isinstance(other, tuple) for one, other in pairs]
    apart = [
        named and set(one).isdisjoint(other)
        for named, (one, other) in zip(known, pairs, strict=True)
    ]
    return np.array(known, bool), np.array(apart, bool)
