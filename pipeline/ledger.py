"""The bits of a few whole numbers that the points of matched evidence are summed in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import ShardDecision
    from pipeline.facts.table import Bools
    from pipeline.rulebook.rules import Rule

WORDS = {role: role.removesuffix("_manager") for role in ROLES}
SUMS = ("score", "structure", "text", "typical", "strong", "decisive", "aspects")
_WORD_BITS = 63
_SMALL = 1_024  # answers of a shard whose worth is kept
_TOGETHER = 4_096  # entries of one look-up: few enough for the nearest cache


class Rules:
    """The rules of a shard, known by who they are: to compare what they say would take longer."""

    __slots__ = ("rules",)

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and other.rules is self.rules

    def __hash__(self) -> int:
        return id(self.rules)


class Ledger:
    """Where each sum stands among the bits of a few words.

    A field is as wide as the largest sum that all rules together can make, so none runs over.
    """

    def __init__(self, shards: Sequence[Rules]) -> None:
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
        self._known: dict[tuple[int, bytes], NDArray[np.uint64]] = {}
        self._worths = [self._worth(shard) for shard in shards]
        self._covers = [
            [(*self._places[name][:2], places) for name, places in self._aspects(shard)]
            for shard in shards
        ]

    def _most(self, shards: Sequence[Rules]) -> dict[str, int]:
        """The largest value of each field; an aspect that several shards share has its own."""
        most = {f"{word}_{name}": 0 for word in WORDS.values() for name in SUMS}
        for shard in shards:
            for rule in shard.rules:
                for name, worth in _worth(rule):
                    most[name] += worth
            for name, _ in self._aspects(shard):
                most[name] = most.get(name, 0) + 1
        return most

    def _aspects(self, shard: Rules) -> Iterator[tuple[str, list[int]]]:
        """The field that a shard's evidence for each role counts in, and the rules that count."""
        aspect = _aspect(shard)
        for role, word in WORDS.items():
            places = [
                place
                for place, rule in enumerate(shard.rules)
                if isinstance(rule, EvidenceRule) and rule.evidence_for == role and rule.points
            ]
            if places:
                own = f"{word} {aspect}" if aspect in self._split else f"{word}_aspects"
                yield own, places

    def _worth(self, shard: Rules) -> NDArray[np.uint64]:
        """What each rule of a shard adds to each word."""
        worth = np.zeros((len(shard.rules), self.words), np.uint64)
        for place, rule in enumerate(shard.rules):
            for name, points in _worth(rule):
                word, shift, _ = self._places[name]
                worth[place, word] += np.uint64(points << shift)
        return worth

    def _entries(self, place: int, table: Bools) -> NDArray[np.uint64]:
        """What each class of a shard adds to each word; small tables come again and again."""
        if table.size > _SMALL:
            return self._made(place, table)
        key = place, table.tobytes()
        if key not in self._known:
            self._known[key] = self._made(place, table)
        return self._known[key]

    def _made(self, place: int, table: Bools) -> NDArray[np.uint64]:
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
            if held and added.shape[1] == 1:
                held = held[0], held[1] + added
                continue
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
        field = words[word] >> np.uint64(shift)
        field &= np.uint64((1 << bits) - 1)
        values: NDArray[np.int64] = field.view(np.int64)
        return values


# The engines of one run are few, and each is asked hundreds of times.
@lru_cache(maxsize=16)
def ledger_of(shards: tuple[Rules, ...]) -> Ledger:
    """The ledger of some shards; the shards of one engine have theirs made once."""
    return Ledger(shards)


def _aspect(shard: Rules) -> str:
    return str(getattr(shard.rules[0], "aspect", ""))


def _worth(rule: Any) -> Iterator[tuple[str, int]]:  # noqa: ANN401 -- any kind of rule
    """What a match of one rule adds to each sum."""
    if not isinstance(rule, EvidenceRule):
        return
    word, points = WORDS[rule.evidence_for], rule.points
    yield f"{word}_score", points
    if rule.basis in SUMS:
        yield f"{word}_{rule.basis}", points
    yield f"{word}_typical", int(points > 1)
    yield f"{word}_strong", int(points > 2)  # noqa: PLR2004 -- weights are 1, 2, 3
    yield f"{word}_decisive", int(rule.decisive and points > 0)
