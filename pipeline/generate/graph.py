"""Which initiatives are parts of which, and which wait for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.generate.chance import joined
from pipeline.generate.latent import PROGRAM, PROJECT

if TYPE_CHECKING:
    from pipeline.generate.chance import Integers
    from pipeline.generate.latent import Latent

_CHILD_SHARE = 0.25
_GHOST_SHARE = 0.15
_CHILDREN_A_GHOST = 4
_DEPENDENT_SHARES = (0.18, 0.45, 0.06)
_MOST_DEPENDENCIES = 3
_NEARNESS = 0.02
_SKEW = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """Links of one block of rows.

    ``parent`` is the row of the parent, or -1. ``ghost`` is the number of a parent that has no row
    of its own, or -1; never both. ``depends_on`` has the ids, joined, or "".
    """

    parent: Integers
    ghost: Integers
    depends_on: pa.StringArray


def link(rng: np.random.Generator, latent: Latent, ids: pa.StringArray) -> Graph:
    """Hang projects under programs and let initiatives wait for earlier ones, without cycles."""
    parent, ghost = _parents(rng, latent)
    return Graph(parent=parent, ghost=ghost, depends_on=_dependencies(rng, latent, ids))


def children(parent: Integers) -> Integers:
    """How many rows name each row as their parent."""
    return np.bincount(parent[parent >= 0], minlength=len(parent))


def _parents(rng: np.random.Generator, latent: Latent) -> tuple[Integers, Integers]:
    rows = len(latent.kind)
    programs = np.flatnonzero(latent.kind == PROGRAM)
    child = (latent.kind == PROJECT) & (rng.random(rows) < _CHILD_SHARE)
    orphan = child & (rng.random(rows) < _GHOST_SHARE)
    ghosts = 1 + int(orphan.sum()) // _CHILDREN_A_GHOST
    ghost = np.where(orphan, rng.integers(0, ghosts, rows), -1)
    if not len(programs):
        return np.full(rows, -1), ghost
    # Two of three programs are a row only; of the others some have many projects, most a few.
    hosts = programs[: (len(programs) + 2) // 3]
    place = (len(hosts) * rng.random(rows) ** _SKEW).astype(np.int64)
    parent = np.where(child & ~orphan, hosts[place], -1)
    return parent, ghost


def _dependencies(rng: np.random.Generator, latent: Latent, ids: pa.StringArray) -> pa.StringArray:
    rows = len(latent.kind)
    some = rng.random(rows) < np.asarray(_DEPENDENT_SHARES)[latent.kind]
    size = np.where(some, rng.integers(1, _MOST_DEPENDENCIES, rows, endpoint=True), 0)
    target = np.arange(rows)
    places = []
    for place in range(_MOST_DEPENDENCIES):
        # Going back further each time names nothing twice and can never close a circle.
        target = target - rng.geometric(_NEARNESS, rows)
        named = (place < size) & (target >= 0)
        places.append((named, pc.take(ids, np.maximum(target, 0))))
    return joined(places)
