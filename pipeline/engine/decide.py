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
from weakref import WeakValueDictionary

import numpy as np

from pipeline.engine.atoms import atoms, parts_of, signatures
from pipeline.engine.classes import group, members
from pipeline.engine.compiler import split
from pipeline.engine.durable import DurableShard
from pipeline.engine.reference import prepared
from pipeline.errors import EngineDisagreement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.classes import Classes
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

    @cached_property
    def _held(self) -> WeakValueDictionary[str, Bools]:
        return WeakValueDictionary()

    def matched(self, rule_id: str, start: int = 0, end: int | None = None) -> Bools:
        """Where one rule matches, not to be changed; of neighbors only if ``start`` or ``end``.

        As long as anybody holds what was given for all initiatives it is not made again.
        """
        held = self._held.get(rule_id)
        if held is not None:
            return held[start:end]
        shard, place = self._places[rule_id]
        found = members(shard.classes[start:end], shard.table[:, place])
        found.flags.writeable = False
        if len(found) == self.size:
            self._held[rule_id] = found
        return found

    def grid(self) -> Bools:
        """Whether each rule, across in the order of shards, matches each initiative, down."""
        parts = [shard.table.take(shard.classes, axis=0) for shard in self.shards]
        return np.concatenate(parts, axis=1) if parts else np.zeros((self.size, 0), bool)

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

    ``facts`` are the facts that any rule reads.

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
        self._oracles = [[prepared(rule.when) for rule in shard.rules] for shard in self._shards]
        # Of each fact, all that are read together with it.
        self._together: defaultdict[str, set[str]] = defaultdict(set)
        for shard in self._shards:
            for name in shard.facts:
                self._together[name].update(shard.facts)
        self.facts = frozenset(self._together)
        # A class once decided need not be decided again: its answer depends on nothing else.
        self._answers: list[dict[int, bytes]] = [{} for _ in self._shards]

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
        every = range(len(self._shards))
        return Decisions(size=table.size, shards=tuple(self._decide(every, table, self.facts)))

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
        places = [
            place
            for place, shard in enumerate(self._shards)
            if not set(changed).isdisjoint(shard.facts)
        ]
        made = self._decide(places, table, self.read_with(changed))
        anew = dict(zip(places, made, strict=True))
        kept = enumerate(before.shards)
        return Decisions(
            size=table.size, shards=tuple(anew.get(place, shard) for place, shard in kept)
        )

    def _decide(
        self, places: Sequence[int], table: FactTable, names: Collection[str]
    ) -> list[ShardDecision]:
        tests = [self._tests[place] for place in places]
        every = signatures(tests, parts_of(table, names))
        return [
            self._decide_shard(place, table, group(codes, len(self._tests[place])))
            for place, codes in zip(places, every, strict=True)
        ]

    def _decide_shard(self, place: int, table: FactTable, classes: Classes) -> ShardDecision:
        shard, answers = self._shards[place], self._answers[place]
        new = [
            (code, member)
            for code, member in zip(classes.codes, classes.member, strict=True)
            if code not in answers
        ]
        if new:
            facts = table.facts([member for _, member in new], shard.scalars, shard.terms)
            for (code, _), fact in zip(new, facts, strict=True):
                answers[code] = self._decided(place, fact)
        # A class that nobody belongs to is never looked up.
        rows = dict.fromkeys(range(classes.count), bytes(len(shard.rules)))
        rows.update(zip(classes.numbers, map(answers.__getitem__, classes.codes), strict=True))
        decided = np.frombuffer(b"".join(rows.values()), bool)
        return ShardDecision(
            rules=shard.rules,
            table=decided.reshape(classes.count, len(shard.rules)),
            classes=classes.of,
        )

    def _decided(self, place: int, fact: Fact) -> bytes:
        """The engine's answer in order of rules, after the reference evaluator has agreed."""
        rules = self._shards[place].rules
        matched = self._durable[place].decide(fact)
        answer = [rule.id in matched for rule in rules]
        expected = [oracle(fact) for oracle in self._oracles[place]]
        if answer != expected:
            rule, fired = next(
                (rule, fired)
                for rule, fired, wanted in zip(rules, answer, expected, strict=True)
                if fired != wanted
            )
            raise EngineDisagreement(
                f"rule {rule.id} ({rule.when}): the engine says {fired}, the reference evaluator "
                f"{not fired}, for the fact {dict(sorted(fact.items()))}"
            )
        return bytes(answer)
