"""What the points of matched evidence are summed to: which rule adds how much to which sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools
    from pipeline.rulebook.rules import Rule

WORDS = {role: role.removesuffix("_manager") for role in ROLES}
SUMS = ("score", "structure", "text", "typical", "strong", "decisive", "aspects")


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
    """How the matches of some rules make sums.

    A rule that matches adds points to some sums. Besides, any match covers the rule's aspect for
    its role, and each aspect that is covered adds one, however many rules cover it.

    Args:
        rules: The rules of every shard.
        names: The sums to make, of either role's ``SUMS``.
    """

    def __init__(self, rules: tuple[Rules, ...], names: frozenset[str]) -> None:
        every = [rule for shard in rules for rule in shard.rules]
        self._ids = [rule.id for rule in every]
        self.names = sorted(names)
        self._worth = np.zeros((len(every), len(names)), np.int64)
        # By what is counted and the aspect, the rules that cover it.
        covers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place, rule in enumerate(every):
            if isinstance(rule, EvidenceRule) and rule.points:
                covers[f"{WORDS[rule.evidence_for]}_aspects", rule.aspect].append(place)
                for name, worth in _worth(rule):
                    if name in names:
                        self._worth[place, self.names.index(name)] += worth
        self._covers = [
            (self.names.index(name), places)
            for (name, _), places in covers.items()
            if name in names
        ]
        counted = np.bincount([place for place, _ in self._covers], minlength=len(names))
        # The largest value of each sum, so that its column is as narrow as can be.
        self.most: list[int] = (self._worth.sum(axis=0) + counted).tolist()

    def sums(self, matched: Callable[[str], Bools], size: int) -> list[NDArray[Any]]:
        """Every sum of some initiatives, in the narrowest numbers that hold its largest value.

        Args:
            matched: Where the rule of an id matches.
            size: How many initiatives there are.
        """
        covered = np.zeros((len(self._covers), size), np.uint8)
        counts = [np.zeros(size, np.min_scalar_type(most)) for _, most in self._kinds]
        for place, kind, cover in self._steps:
            hits = matched(self._ids[place]).view(np.uint8)
            if kind >= 0:
                counts[kind] += hits
            if cover >= 0:
                covered[cover] |= hits
        return [
            self._sum(place, counts, [covered[each] for each in self._covering(place)], size)
            for place in range(len(self.names))
        ]

    def _sum(
        self, place: int, counts: list[NDArray[Any]], covered: list[NDArray[np.uint8]], size: int
    ) -> NDArray[Any]:
        number = np.min_scalar_type(self.most[place])
        total = np.zeros(size, number)
        for (worths, _), count in zip(self._kinds, counts, strict=True):
            if worths[place]:
                # Never too large for the sum's numbers, which hold all of them added up.
                part = count.astype(number, copy=False)
                total += part if worths[place] == 1 else part * number.type(worths[place])
        for each in covered:
            total += each
        return total

    def _covering(self, place: int) -> list[int]:
        return [number for number, (counted, _) in enumerate(self._covers) if counted == place]

    @cached_property
    def _kinds(self) -> list[tuple[tuple[int, ...], int]]:
        """What a match adds to the sums, each kind once, and how many rules add that.

        The matches of one kind are counted together, and multiplied by what one is worth.
        """
        return list(Counter(worths for worths in self._worths() if any(worths)).items())

    def _worths(self) -> list[tuple[int, ...]]:
        return [tuple(row) for row in self._worth.tolist()]

    @cached_property
    def _steps(self) -> list[tuple[int, int, int]]:
        """Each rule that adds to any sum: its place, its kind and its aspect, or -1."""
        kinds = {worths: number for number, (worths, _) in enumerate(self._kinds)}
        covers = {place: number for number, (_, all_) in enumerate(self._covers) for place in all_}
        steps = (
            (place, kinds.get(worths, -1), covers.get(place, -1))
            for place, worths in enumerate(self._worths())
        )
        return [step for step in steps if max(step[1:]) >= 0]

    def sums_of_few(self, grid: Bools) -> list[NDArray[Any]]:
        """The same sums of so few initiatives that a call costs more than what it does.

        Args:
            grid: Whether each rule, across, matches each initiative, down.
        """
        points, covered, counted = self._matrices
        # Whole numbers far below the first that 32 bits of a fraction cannot tell apart.
        matches = grid.astype(np.float32)
        found = matches @ points
        if self._covers:
            found += (matches @ covered > 0) @ counted
        return list(found.T.astype(np.uint32))

    @cached_property
    def _matrices(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Points by rule and sum, aspects by rule, and sums by aspect."""
        covered = np.zeros((len(self._ids), len(self._covers)), np.float32)
        counted = np.zeros((len(self._covers), len(self.names)), np.float32)
        for number, (sum_, places) in enumerate(self._covers):
            covered[places, number] = 1
            counted[number, sum_] = 1
        return self._worth.astype(np.float32), covered, counted


# The engines of one run are few, and each is asked hundreds of times.
@lru_cache(maxsize=16)
def ledger_of(shards: tuple[Rules, ...], names: frozenset[str]) -> Ledger:
    """The ledger of some shards; the shards of one engine have theirs made once."""
    return Ledger(shards, names)


def _worth(rule: EvidenceRule) -> Iterator[tuple[str, int]]:
    """What a match of one rule adds to each sum."""
    word, points = WORDS[rule.evidence_for], rule.points
    yield f"{word}_score", points
    if rule.basis in SUMS:
        yield f"{word}_{rule.basis}", points
    yield f"{word}_typical", int(points > 1)
    yield f"{word}_strong", int(points > 2)  # noqa: PLR2004 -- weights are 1, 2, 3
    yield f"{word}_decisive", int(rule.decisive)
