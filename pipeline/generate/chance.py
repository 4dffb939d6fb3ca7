"""Drawing: choices by weight, list cells, and which cells an export leaves empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LIST_SEPARATOR = "; "


def weighted(
    rng: np.random.Generator, kind: Integers, weights: Sequence[Sequence[float]]
) -> Integers:
    """For each row a position, drawn by the weights of its kind (one line of weights a kind)."""
    bounds = np.cumsum(np.asarray(weights), axis=1)[:, :-1]
    drawn: Integers = (rng.random(len(kind))[:, None] >= bounds[kind]).sum(axis=1)
    return drawn


def between(
    rng: np.random.Generator, kind: Integers, ranges: Sequence[tuple[int, int]]
) -> Integers:
    """For each row a whole number in the range of its kind, both ends included."""
    low, high = np.asarray(ranges).T
    drawn: Integers = rng.integers(low[kind], high[kind], endpoint=True)
    return drawn


def spread(rng: np.random.Generator, median: NDArray[np.float64], sigma: float) -> Integers:
    """Whole numbers around ``median``, lognormal: few small ones, a long tail."""
    drawn = np.rint(median * rng.lognormal(0.0, sigma, len(median)))
    return drawn.astype(np.int64)


def listed(
    rng: np.random.Generator, entries: pa.StringArray, size: Integers, first: Integers | None = None
) -> pa.StringArray:
    """For each row ``size`` different entries, joined; the empty text where ``size`` is 0.

    Args:
        rng: Where chance comes from.
        entries: What to choose from; their number must be prime, so that every step visits all.
        size: How many for each row, at most as many as there are entries.
        first: Position of the first entry for each row; drawn if not given.
    """
    rows, total = len(size), len(entries)
    start = rng.integers(0, total, rows) if first is None else first
    step = rng.integers(1, total, rows)
    return joined(
        (size > place, pc.take(entries, (start + place * step) % total))
        for place in range(int(size.max(initial=1)))
    )


def joined(places: Iterable[tuple[Flags, pa.StringArray]]) -> pa.StringArray:
    """List cells from the words of each place; a row that lacks one lacks all that follow.

    binary_join_element_wise could skip nulls itself, but loses rows in which all are null.
    """
    cells: pa.StringArray | None = None
    for flags, word in places:
        if cells is None:
            cells = where(flags, word)
        else:
            longer = pc.binary_join_element_wise(cells, word, LIST_SEPARATOR)
            cells = pc.if_else(pa.array(flags), longer, cells)
    return cells


def known(rng: np.random.Generator, richness: Integers, shares: Sequence[float]) -> Flags:
    """Whether a cell is filled, by the share that exports of each richness fill."""
    flags: Flags = rng.random(len(richness)) < np.asarray(shares)[richness]
    return flags


def where(flags: Flags, texts: pa.StringArray) -> pa.StringArray:
    """The texts where the flag is set, else empty cells."""
    return pc.if_else(pa.array(flags), texts, "")
