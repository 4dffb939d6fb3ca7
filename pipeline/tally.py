"""Points of matched evidence, summed for each role: the facts that verdict rules read.

Hit policy: evidence is collected and summed, so its order cannot matter. All sums of an initiative
are kept as fields of a few whole numbers, so that a shard adds to all of them at once; initiatives
with equal sums are then put together, and verdict rules are asked once for each such case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
    from pipeline.facts.table import Bools
    from pipeline.rulebook.rules import Rule

_WORD_BITS = 63
_WORDS = {role: role.removesuffix("_manager") for role in ROLES}
_SUMS = ("score", "structure", "text", "typical", "strong", "decisive", "aspects")
_LEADS = ("lead", "typical_lead", "structure_lead")
_NAMES = tuple(f"{word}_{name}" for word in _WORDS.values() for name in (*_SUMS, *_LEADS))
_FIRST = 4_096  # initiatives that show whether many have equal sums
_TOO_MANY = 0.5
_BLOCK = 1 << 15
_TOGETHER = 4_096  # entries of one look-up: few enough for the nearest cache


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally(FactTable):
    """The tally facts of ``schemas.facts`` by initiative, all known.

    ``distinct`` has each combination of sums that occurs once, ``of`` the one of every initiative.
    """

    distinct: FactTable
    of: NDArray[np.intp]


class _Rules:
    """The rules of a shard, known by who they are: to compare what they say would take longer."""

    __slots__ = ("rules",)

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and other.rules is self.rules

    def __hash__(self) -> int:
        return id(self.rules)


class _Sums(Mapping[str, FactColumn]):
    """Columns of sums, each taken out of its bits when it is asked for."""

    def __init__(
        self, ledger: _Ledger, words: NDArray[np.uint64], of: NDArray[np.intp] | None = None
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
    ledger = _ledger(tuple(_Rules(shard.rules) for shard in evidence.shards))
    words = np.zeros((ledger.words, evidence.size), np.uint64)
    for classes, entries in ledger.joined(evidence.shards):
        for place in np.flatnonzero(entries.any(axis=1)).tolist():
            for start in range(0, evidence.size, _BLOCK):
                block = slice(start, start + _BLOCK)
                words[place, block] += entries[place].take(classes[block])
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
    if len({*map(bytes, first.T.copy())}) > first.shape[1] * _TOO_MANY:
        return np.arange(words.shape[1]), words
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

    def __init__(self, shards: Sequence[_Rules]) -> None:
        seen: set[str] = set()
        # Aspects of more than one shard: whether one is covered cannot be added up.
        self._split = {
            aspect
            for aspect in map(_aspect, shards)
            if aspect in seen or seen.add(aspect)  # type: ignore[func-returns-value]
        }
        self._places: dict[str, tuple[int, int, int]] = {}
        word = used = 0
        for name, most in self._most(shards).items():
            bits = max(1, most.bit_length())
            if used + bits > _WORD_BITS:
                word, used = word + 1, 0
            self._places[name] = (word, used, bits)
            used += bits
        self.words = word + 1
        self._worths = [self._worth(shard) for shard in shards]
        self._covers = [
            [(*self._places[name][:2], places) for name, places in self._aspects(shard)]
            for shard in shards
        ]

    def _most(self, shards: Sequence[_Rules]) -> dict[str, int]:
        """The largest value of each field; an aspect that several shards share has its own."""
        most = {f"{word}_{name}": 0 for word in _WORDS.values() for name in _SUMS}
        for shard in shards:
            for rule in shard.rules:
                for name, worth in _worth(rule):
                    most[name] += worth
            for name, _ in self._aspects(shard):
                most[name] = most.get(name, 0) + 1
        return most

    def _aspects(self, shard: _Rules) -> Iterator[tuple[str, list[int]]]:
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

    def _worth(self, shard: _Rules) -> NDArray[np.uint64]:
        """What each rule of a shard adds to each word."""
        worth = np.zeros((len(shard.rules), self.words), np.uint64)
        for place, rule in enumerate(shard.rules):
            for name, points in _worth(rule):
                word, shift, _ = self._places[name]
                worth[place, word] += np.uint64(points << shift)
        return worth

    def _entries(self, place: int, table: Bools) -> NDArray[np.uint64]:
        """What each class of a shard adds to each word."""
        added = table.astype(np.uint64) @ self._worths[place]
        for word, shift, places in self._covers[place]:
            hit = table[:, places].any(axis=1)
            added[:, word] += hit.astype(np.uint64) << np.uint64(shift)
        return np.ascontiguousarray(added.T)

    def joined(
        self, shards: Sequence[ShardDecision]
    ) -> Iterator[tuple[NDArray[Any], NDArray[np.uint64]]]:
        """Classes, and what each adds to each word; narrow shards are looked up together."""
        held: tuple[NDArray[Any], NDArray[np.uint64]] | None = None
        for place, shard in enumerate(shards):
            classes, added = shard.classes, self._entries(place, shard.table)
            if held and held[1].shape[1] * added.shape[1] <= _TOGETHER:
                both = held[1][:, :, None] + added[:, None, :]
                classes = held[0].astype(np.uint16) * np.uint16(added.shape[1]) + classes
                held = classes, both.reshape(self.words, -1)
                continue
            if held:
                yield held
            held = classes, added
        if held:
            yield held

    def sum(self, name: str, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        """One sum of every case; a lead is the difference of two."""
        if name.endswith("_lead"):
            word, _, kind = name.removesuffix("_lead").partition("_")
            other = "program" if word == "project" else "project"
            one, less = (f"{role}_{kind or 'score'}" for role in (word, other))
            return self.sum(one, words) - self.sum(less, words)
        total = self._field(name, words)
        if name.endswith("_aspects"):
            for own in self._places:
                if own.startswith(name.removesuffix("_aspects") + " "):
                    total += self._field(own, words) > 0
        return total

    def _field(self, name: str, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        word, shift, bits = self._places[name]
        field = (words[word] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)
        return np.asarray(field, np.int64)


# The engines of one run are few, and each is asked hundreds of times.
@lru_cache(maxsize=16)
def _ledger(shards: tuple[_Rules, ...]) -> _Ledger:
    return _Ledger(shards)


def _aspect(shard: _Rules) -> str:
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
