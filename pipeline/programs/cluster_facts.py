"""Facts of clusters, for the engine: the family ``cluster`` of the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.facts.table import FactColumn, FactTable
from pipeline.programs.graphs import directed, tangles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.facts.table import Bools
    from pipeline.programs.clusters import Found


def cluster_facts(found: Found) -> FactTable:
    """One fact a cluster, by its number; what nobody named is unknown, not none."""
    counts = {
        "member_count": np.array([len(places) for places in found.members], np.int64),
        "part_count": found.part_counts.astype(np.int64),
        "program_count": np.array([len(each) for each in declared(found)], np.int64),
        "dependency_count": _per_cluster(found, found.links["cluster"].to_numpy(np.intp)),
        "same_name_count": _same_names(found),
        "tie_count": _tie_counts(found),
        "program_manager_count": _per_cluster(
            found, found.cluster[found.network.verdicts == "program_manager"]
        ),
        "cycle_count": _cycle_counts(found),
    }
    columns = {name: _column(values) for name, values in counts.items()}
    columns["unit_count"] = _units(found)
    columns["cross_team_dependency_count"] = _crossing(found)
    columns["common_goal_count"] = _goals(found)
    return FactTable(
        size=found.size,
        columns={f"cluster_{name}": column for name, column in columns.items()},
        terms={},
    )


def declared(found: Found) -> list[list[int]]:
    """The places of the topmost parents in each cluster, which are its declared programs."""
    network = found.network
    large = network.part_sizes[network.part] > 1
    tops: list[list[int]] = [[] for _ in found.members]
    seen: set[int] = set()
    # In a circle of parents none is topmost, so the first member stands for the program.
    is_top = network.parent < 0
    order = [*np.flatnonzero(is_top).tolist(), *np.flatnonzero(~is_top).tolist()]
    for place in order:
        cluster, part = int(found.cluster[place]), int(network.part[place])
        if cluster >= 0 and large[place] and part not in seen:
            seen.add(part)
            tops[cluster].append(place)
    return [sorted(places) for places in tops]


def _column(values: NDArray[np.int64], known: Bools | None = None) -> FactColumn:
    return FactColumn(values=values, known=np.ones(len(values), bool) if known is None else known)


def _per_cluster(found: Found, numbers: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.bincount(numbers[numbers >= 0], minlength=found.size).astype(np.int64)


def _units(found: Found) -> FactColumn:
    units = found.network.rows.assign(cluster=found.cluster)
    named = units[(units["cluster"] >= 0) & units["business_unit"].notna()]
    different = named.drop_duplicates(["cluster", "business_unit"])
    counts = _per_cluster(found, different["cluster"].to_numpy(np.intp))
    return _column(counts, counts > 0)


def _crossing(found: Found) -> FactColumn:
    links = found.links
    clear = _per_cluster(found, links.loc[links["is_clear"], "cluster"].to_numpy(np.intp))
    every = _per_cluster(found, links["cluster"].to_numpy(np.intp))
    crossing = _per_cluster(found, links.loc[links["crosses"], "cluster"].to_numpy(np.intp))
    return _column(crossing, (clear > 0) | (every == 0))


def _goals(found: Found) -> FactColumn:
    goals = found.shared[found.shared["kind"] == "goal"]
    numbers = goals["cluster"].to_numpy(np.intp)
    common = 2 * goals["parts"].to_numpy(np.int64) >= found.part_counts[numbers]
    names_any = found.network.rows["strategic_goals"].notna().to_numpy()
    known = _per_cluster(found, found.cluster[names_any]) > 0
    return _column(_per_cluster(found, numbers[common]), known)


def _same_names(found: Found) -> NDArray[np.int64]:
    """The parts of the largest series in each cluster."""
    series = found.shared[found.shared["kind"] == "series"]
    largest = np.zeros(found.size, np.int64)
    parts = series["parts"].to_numpy(np.int64)
    np.maximum.at(largest, series["cluster"].to_numpy(np.intp), parts)
    return largest


def _tie_counts(found: Found) -> NDArray[np.int64]:
    kinds = found.shared.drop_duplicates(["cluster", "kind"])["cluster"].to_numpy(np.intp)
    waiting = found.links.drop_duplicates("cluster")["cluster"].to_numpy(np.intp)
    return _per_cluster(found, np.concatenate([kinds, waiting]))


def _cycle_counts(found: Found) -> NDArray[np.int64]:
    source, target = (found.links[end].to_numpy(np.intp) for end in ("source", "target"))
    circles = [tangle[0] for tangle in tangles(directed(source, target))]
    return _per_cluster(found, found.cluster[np.array(circles, np.intp)])
