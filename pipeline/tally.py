"""Points of matched evidence, summed for each role: the facts that verdict rules read.

Hit policy: evidence is collected and summed, so its order cannot matter. All sums of an initiative
are kept as fields of a few whole numbers, so that a shard adds to all of them at once; initiatives
with equal sums are then put together, and verdict rules are asked once for each such case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn, FactTable
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions, ShardDecision

_WORD_BITS = 63
_WORDS = {role: role.removesuffix("_manager") for role in ROLES}
_SUMS = ("score", "structure", "text", "typical", "strong", "decisive", "aspects")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally(FactTable):
    """The tally facts of ``schemas.facts`` by initiative, all known.

    ``distinct`` has each combination of sums that occurs once, ``of`` the one of every initiative.
    """

    distinct: FactTable
    of: NDArray[np.intp]


class _Spread(Mapping[str, FactColumn]):
    """Columns of cases as columns of initiatives, made when they are asked for."""

    def __init__(self, distinct: FactTable, of: NDArray[np.intp]) -> None:
        self._distinct = distinct.columns
        self._of = of
        self._known = np.ones(len(of), bool)

    def __getitem__(self, name: str) -> FactColumn:
        values = self._distinct[name].values.take(self._of)  # noqa: PD011 -- a FactColumn
        return FactColumn(values=values, known=self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._distinct)

    def __len__(self) -> int:
        return len(self._distinct)


def tally(evidence: Decisions) -> Tally:
    """Sum the points of matched evidence for each role.

    Args:
        evidence: What the engine says of evidence rules.
    """
    ledger = _Ledger(evidence.shards)
    words = np.zeros((ledger.words, evidence.size), np.uint64)
    for shard in evidence.shards:
        for place, entries in enumerate(ledger.entries(shard)):
            if entries.any():
                words[place] += entries.take(shard.classes)
    of, cases = _distinct(words)
    size = cases.shape[1]
    known = np.ones(size, bool)
    sums = dict(ledger.sums(cases))
    for one, other in (("project", "program"), ("program", "project")):
        sums[f"{one}_lead"] = sums[f"{one}_score"] - sums[f"{other}_score"]
        sums[f"{one}_typical_lead"] = sums[f"{one}_typical"] - sums[f"{other}_typical"]
        sums[f"{one}_structure_lead"] = sums[f"{one}_structure"] - sums[f"{other}_structure"]
    columns = {name: FactColumn(values=values, known=known) for name, values in sums.items()}
    distinct = FactTable(size=size, columns=columns, terms={})
    return Tally(
        size=evidence.size, columns=_Spread(distinct, of), terms={}, distinct=distinct, of=of
    )


def _distinct(words: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """The case of each initiative, and the words of each case."""
    of = np.zeros(words.shape[1], np.intp)
    for word in words:
        codes, values = pd.factorize(word)
        both, _ = pd.factorize(of * np.intp(len(values)) + codes)
        of = both.astype(np.intp, copy=False)
    member = np.zeros(int(of.max(initial=-1)) + 1, np.intp)
    member[of] = np.arange(len(of))
    return of, words[:, member]


class _Ledger:
    """Where each sum stands among the bits of a few words.

    A field is as wide as the largest sum that all rules together can make, so none runs over.
    """

    def __init__(self, shards: Sequence[ShardDecision]) -> None:
        self._shards = shards
        self._places: dict[str, tuple[int, int, int]] = {}
        word = used = 0
        for name, most in self._most().items():
            bits = max(1, most.bit_length())
            if used + bits > _WORD_BITS:
                word, used = word + 1, 0
            self._places[name] = (word, used, bits)
            used += bits
        self.words = word + 1

    def _most(self) -> dict[str, int]:
        """The largest value of each field; an aspect that several shards share has its own."""
        most = {f"{word}_{name}": 0 for word in _WORDS.values() for name in _SUMS}
        for shard in self._shards:
            for rule in shard.rules:
                for name, worth in _worth(rule):
                    most[name] += worth
            for name, _ in self._aspects(shard):
                most[name] = most.get(name, 0) + 1
        return most

    @cached_property
    def _split(self) -> set[str]:
        """Aspects of more than one shard: whether one is covered cannot be added up."""
        seen: set[str] = set()
        return {
            aspect
            for shard in self._shards
            for aspect in {_aspect(shard)}
            if aspect in seen or seen.add(aspect)  # type: ignore[func-returns-value]
        }

    def _aspects(self, shard: ShardDecision) -> Iterator[tuple[str, list[int]]]:
        """The field that a shard's evidence for each role counts in, and the rules that count."""
        aspect = _aspect(shard)
        for role, word in _WORDS.items():
            places = [
                place
                for place, rule in enumerate(shard.rules)
                if isinstance(rule, EvidenceRule) and rule.evidence_for == role and rule.points
            ]
            if places:
                own = f"{word} {aspect}" if aspect in self._split else f"{word}_aspects"
                yield own, places

    def entries(self, shard: ShardDecision) -> NDArray[np.uint64]:
        """What each class of a shard adds to each word."""
        worth = np.zeros((len(shard.rules), self.words), np.uint64)
        for place, rule in enumerate(shard.rules):
            for name, points in _worth(rule):
                word, shift, _ = self._places[name]
                worth[place, word] += np.uint64(points << shift)
        added = shard.table.astype(np.uint64) @ worth
        for name, places in self._aspects(shard):
            word, shift, _ = self._places[name]
            hit = shard.table[:, places].any(axis=1)
            added[:, word] += hit.astype(np.uint64) << np.uint64(shift)
        return np.ascontiguousarray(added.T)

    def sums(self, words: NDArray[np.uint64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """The sums that words hold, by name of fact."""
        fields = {
            name: ((words[word] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)).astype(np.int64)
            for name, (word, shift, bits) in self._places.items()
        }
        for word in _WORDS.values():
            apart = [fields[name] > 0 for name in fields if name.startswith(f"{word} ")]
            for name in _SUMS:
                total = fields[f"{word}_{name}"]
                if name == "aspects" and apart:
                    total = total + np.sum(apart, axis=0)
                yield f"{word}_{name}", total


def _aspect(shard: ShardDecision) -> str:
    return str(getattr(shard.rules[0], "aspect", ""))


def _worth(rule: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401 -- any kind of rule
    """What a match of one rule adds to each sum."""
    if not isinstance(rule, EvidenceRule):
        return
    word, points = _WORDS[rule.evidence_for], rule.points
    yield f"{word}_score", points
    if rule.basis in _SUMS:
        yield f"{word}_{rule.basis}", points
    yield f"{word}_typical", int(points > 1)
    yield f"{word}_strong", int(points > 2)  # noqa: PLR2004 -- weights are 1, 2, 3
    yield f"{word}_decisive", int(rule.decisive and points > 0)
