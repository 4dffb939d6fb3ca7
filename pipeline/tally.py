"""Points of matched evidence, summed for each role: the facts that verdict rules read.

Hit policy: evidence is collected and summed, so its order cannot matter. All sums of an initiative
are kept as fields of a few whole numbers, so that a shard adds to all of them at once; initiatives
with equal sums are then put together, and verdict rules are asked once for each such case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn, FactTable
from pipeline.ledger import SUMS, WORDS, Ledger, Rules, ledger_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions

_LEADS = ("lead", "typical_lead", "structure_lead")
_NAMES = tuple(f"{word}_{name}" for word in WORDS.values() for name in (*SUMS, *_LEADS))
_FIRST = 4_096  # initiatives that show whether many have equal sums
_TOO_MANY = 0.5
_BLOCK = 1 << 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally(FactTable):
    """The tally facts of ``schemas.facts`` by initiative, all known.

    ``distinct`` has each combination of sums that occurs once, ``of`` the one of every initiative.
    """

    distinct: FactTable
    of: NDArray[np.intp]


class _Sums(Mapping[str, FactColumn]):
    """Columns of sums, each taken out of its bits when it is asked for."""

    def __init__(
        self, ledger: Ledger, words: NDArray[np.uint64], of: NDArray[np.intp] | None = None
    ) -> None:
        self._ledger, self._words, self._of = ledger, words, of
        self._made: dict[str, FactColumn] = {}
        self._known = np.ones(words.shape[1] if of is None else len(of), bool)

    def __getitem__(self, name: str) -> FactColumn:
        if name not in _NAMES:
            raise KeyError(name)
        if name not in self._made:
            values = self._ledger.sum(name, self._words)
            values = values if self._of is None else values.take(self._of)
            self._made[name] = FactColumn(values=values, known=self._known)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in _NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


def tally(evidence: Decisions) -> Tally:
    """Sum the points of matched evidence for each role.

    Args:
        evidence: What the engine says of evidence rules.
    """
    ledger = ledger_of(tuple(Rules(shard.rules) for shard in evidence.shards))
    words = np.zeros((ledger.words, evidence.size), np.uint64)
    for classes, entries in ledger.joined(evidence.shards):
        for place in np.flatnonzero(entries.any(axis=1)).tolist():
            for start in range(0, evidence.size, _BLOCK):
                block = slice(start, start + _BLOCK)
                # Taking by other than whole words is many times slower, though it needs less room.
                words[place, block] += entries[place].take(classes[block].astype(np.intp))
    of, cases = _distinct(words)
    size = cases.shape[1]
    return Tally(
        size=evidence.size,
        columns=_Sums(ledger, cases, of),
        terms={},
        distinct=FactTable(size=size, columns=_Sums(ledger, cases), terms={}),
        of=of,
    )


def _distinct(words: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """The case of each initiative, and the words of each case.

    Where the first initiatives are nearly all different, each is a case of its own.
    """
    first = words[:, :_FIRST]
    if _cases(first).max(initial=-1) + 1 > first.shape[1] * _TOO_MANY:
        return np.arange(words.shape[1]), words
    of = _cases(words)
    member = np.zeros(int(of.max(initial=-1)) + 1, np.intp)
    member[of] = np.arange(len(of))
    return of, words[:, member]


def _cases(words: NDArray[np.uint64]) -> NDArray[np.intp]:
    """A number for each initiative, equal where all words are."""
    of = np.zeros(words.shape[1], np.intp)
    for word in words:
        codes, values = pd.factorize(word)
        both, _ = pd.factorize(of * np.intp(len(values)) + codes)
        of = both.astype(np.intp, copy=False)
    return of
