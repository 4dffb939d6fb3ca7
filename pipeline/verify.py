"""A second look at single initiatives: each decided alone, by rulesets that have seen no other.

A run asks the engine once for each class of initiatives and looks the answers up. Here some of them
are decided one by one from their whole facts, and summed by plain addition, so that neither classes
nor tables nor fields of bits can hide a fault.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.engine.compiler import split
from pipeline.engine.durable import DurableShard
from pipeline.engine.widths import MAX_TESTS
from pipeline.errors import EngineDisagreement
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.engine.decide import Decisions
    from pipeline.facts.table import Fact, FactTable
    from pipeline.rulebook.rules import Rule, Ruleset
    from pipeline.verdict import Verdicts


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """How many initiatives to look at again; ``seed`` picks them, the same seed the same ones."""

    count: int
    seed: str

    def of(self, size: int) -> list[int]:
        """Positions among ``size`` initiatives, in order, each once."""
        chance = random.Random(self.seed)  # noqa: S311 -- repeatable, not secret
        return sorted(chance.sample(range(size), min(self.count, size)))


class OneByOne:
    """Rulesets of their own, asked for one initiative at a time.

    Args:
        rules: The rules to decide.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        # One initiative is decided soonest by few rulesets, however much they read.
        shards = split(rules, narrow=MAX_TESTS)
        self._rules = [rule for shard in shards for rule in shard.rules]
        self._durable = [DurableShard(shard) for shard in shards]

    def matched(self, fact: Fact) -> frozenset[str]:
        """Ids of the rules that match."""
        return frozenset().union(*(shard.decide(fact) for shard in self._durable))

    def check(self, decisions: Decisions, table: FactTable, positions: Sequence[int]) -> None:
        """Decide some initiatives again and compare.

        Raises:
            EngineDisagreement: An answer differs; it names rule and fact.
        """
        for position in positions:
            fact = table.fact(position)
            again = self.matched(fact)
            given = frozenset(rule.id for rule in decisions.rules_at(position))
            for rule in self._rules:
                if (rule.id in again) != (rule.id in given):
                    raise EngineDisagreement(
                        f"rule {rule.id} ({rule.when}): decided by class {rule.id in given}, "
                        f"decided alone {rule.id in again}, for the fact {_told(fact)}"
                    )


def check_verdicts(ruleset: Ruleset, verdicts: Verdicts, evidence: Decisions, at: Sample) -> None:
    """Sum the evidence of some initiatives by hand, and let the verdict rules decide it alone.

    Raises:
        EngineDisagreement: A sum or a verdict differs; it names the rule, or the sum, and the fact.
    """
    alone = OneByOne(ruleset.verdict)
    for position in at.of(evidence.size):
        tally = verdicts.tally.fact(position)
        rules = [rule for rule in evidence.rules_at(position) if isinstance(rule, EvidenceRule)]
        for role in ROLES:
            name = f"{role.removesuffix('_manager')}_score"
            points = sum(rule.points for rule in rules if rule.evidence_for == role)
            if tally[name] != points:
                raise EngineDisagreement(
                    f"{name} is {tally[name]} by class and {points} alone, for the rules "
                    f"{', '.join(rule.id for rule in rules)}"
                )
        matched = alone.matched(tally)
        first = next((rule.id for rule in ruleset.verdict if rule.id in matched), "none")
        given = ruleset.verdict[int(verdicts.rule[position])].id
        if first != given:
            raise EngineDisagreement(
                f"verdict rule {given} decided by class, {first} decides alone, for the tally "
                f"{_told(tally)}"
            )


def _told(fact: Fact) -> str:
    return str(dict(sorted(fact.items())))
