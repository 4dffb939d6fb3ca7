"""Every rule for every initiative: durable_rules decides each distinct case once.

A rule sees nothing but its comparisons, so initiatives that agree in all comparisons of a shard
agree in its rules. Of each such class the engine gets the real fact of one member; the answer is
looked up for all. The reference evaluator re-decides every class, and a disagreement stops the run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.engine.atoms import atoms, parts_of, signatures
from pipeline.engine.classes import group, members
from pipeline.engine.compiler import Shard, split
from pipeline.engine.durable import DurableShard
from pipeline.engine.reference import holds
from pipeline.errors import EngineDisagreement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools, Fact, FactTable
    from pipeline.rulebook.rules import Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class ShardDecision:
    """``table[c, r]``: whether rule ``r`` matches class ``c``; ``classes`` has each one's class."""

    rules: tuple[Rule, ...]
    table: Bools
    classes: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Which rules match which initiatives, by position in the fact table."""

    size: int
    shards: tuple[ShardDecision, ...]

    @cached_property
    def _places(self) -> Mapping[str, tuple[ShardDecision, int]]:
        return {
            rule.id: (shard, place)
            for shard in self.shards
            for place, rule in enumerate(shard.rules)
        }

    def matched(self, rule_id: str) -> Bools:
        """Where one rule matches."""
        shard, place = self._places[rule_id]
        return members(shard.classes, shard.table[:, place])

    def rules_at(self, position: int) -> list[Rule]:
        """The rules that match one initiative, by id."""
        found = [
            rule
            for shard in self.shards
            for rule, hit in zip(shard.rules, shard.table[shard.classes[position]], strict=True)
            if hit
        ]
        return sorted(found, key=lambda rule: rule.id)


class Engine:
    """The rulesets of some rules, made once and used for any number of tables.

    Args:
        rules: Rules in order; neighbors with the same ``aspect`` share shards, others never do.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        everyone = tuple(rules)
        if len({rule.id for rule in everyone}) != len(everyone):
            raise ValueError("two rules share an id, and the engine would know only one of them")
        groups = groupby(everyone, key=lambda rule: getattr(rule, "aspect", rule.kind))
        self._shards = [shard for _, members in groups for shard in split(members)]
        self._durable = [DurableShard(shard) for shard in self._shards]
        self._tests = [atoms(shard.rules) for shard in self._shards]
        # Of each fact, all that are read together with it.
        self._together: defaultdict[str, set[str]] = defaultdict(set)
        for shard in self._shards:
            for name in shard.facts:
                self._together[name].update(shard.facts)
        self._facts = frozenset(self._together)
        # A class once decided need not be decided again: its answer depends on nothing else.
        self._answers: list[dict[int, Bools]] = [{} for _ in self._shards]

    def forget(self) -> None:
        """Decide every class anew from now on, as a run does that has just begun."""
        for answers in self._answers:
            answers.clear()

    def close(self) -> None:
        """Give the memory of durable_rules back; done by itself when nobody holds the engine."""
        for shard in self._durable:
            shard.close()

    def decide(self, table: FactTable) -> Decisions:
        """Decide every rule for every initiative.

        Raises:
            EngineDisagreement: Engine and reference evaluator differ on any class.
        """
        parts = parts_of(table, self._facts)
        return Decisions(
            size=table.size,
            shards=tuple(self._decide(place, table, parts) for place in range(len(self._shards))),
        )

    def read_with(self, changed: Iterable[str]) -> frozenset[str]:
        """The facts that are read again when some have changed."""
        return frozenset().union(*(self._together.get(name, ()) for name in changed))

    def decide_again(
        self, before: Decisions, table: FactTable, changed: Collection[str]
    ) -> Decisions:
        """Decide after facts changed: shards that read none of them keep their answers.

        Args:
            before: What was decided of the same initiatives.
            table: Their facts, at least those that ``read_with`` names.
            changed: Facts that may differ from those before.
        """
        parts = parts_of(table, self.read_with(changed))
        return Decisions(
            size=table.size,
            shards=tuple(
                kept if set(changed).isdisjoint(shard.facts) else self._decide(place, table, parts)
                for place, (shard, kept) in enumerate(zip(self._shards, before.shards, strict=True))
            ),
        )

    def _decide(self, place: int, table: FactTable, parts: Sequence[FactTable]) -> ShardDecision:
        shard, tests = self._shards[place], self._tests[place]
        classes = group(signatures(tests, parts), len(tests))
        answers = self._answers[place]
        decided = np.zeros((len(classes.codes), len(shard.rules)), bool)
        # A class that nobody belongs to is never looked up.
        used = np.flatnonzero(classes.member >= 0)
        codes, members = classes.codes[used].tolist(), classes.member[used].tolist()
        for code, position in zip(codes, members, strict=True):
            if code not in answers:
                fact = table.fact(position, shard.facts)
                answers[code] = _checked(shard, self._durable[place].decide(fact), fact)
        if codes:
            decided[used] = [answers[code] for code in codes]
        return ShardDecision(rules=shard.rules, table=decided, classes=classes.of)


def _checked(shard: Shard, matched: frozenset[str], fact: Fact) -> Bools:
    """The engine's answer in order of rules, after the reference evaluator has given the same."""
    answer = [rule.id in matched for rule in shard.rules]
    expected = [holds(rule.when, fact) for rule in shard.rules]
    if answer != expected:
        rule, fired = next(
            (rule, fired)
            for rule, fired, wanted in zip(shard.rules, answer, expected, strict=True)
            if fired != wanted
        )
        raise EngineDisagreement(
            f"rule {rule.id} ({rule.when}): the engine says {fired}, the reference evaluator "
            f"{not fired}, for the fact {dict(sorted(fact.items()))}"
        )
    return np.array(answer, bool)
