"""One rule against its own examples: which mutants survive, which conditions never decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.ruletools import suggest
from pipeline.ruletools.coverage import Seen, coverage, missing
from pipeline.ruletools.mutants import mutants
from pipeline.ruletools.survivors import Survivor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.facts.table import Fact, FactTable
    from pipeline.rulebook.rules import Rule
    from pipeline.ruletools.mutants import Mutant
    from pipeline.ruletools.survivors import Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A comparison that no example shows to decide while it is ``value``, and one that would.

    ``example`` is ``None`` where none was found.
    """

    path: str
    comparison: str
    value: bool
    side: Side
    example: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleResult:
    """One rule. ``same`` counts mutants that no fact can tell from the rule: they do not count.

    ``conditions`` counts the comparisons that can decide at all, ``idle`` are the places of the
    others; ``portfolio`` is empty where no portfolio was given.
    """

    id: str
    file: str
    mutants: int
    killed: int
    same: int
    survivors: tuple[Survivor, ...]
    conditions: int
    covered: int
    idle: tuple[str, ...]
    gaps: tuple[Gap, ...]
    portfolio: tuple[Seen, ...]


def rule_result(rule: Rule, facts: Sequence[Fact], file: str, seen: FactTable | None) -> RuleResult:
    """Test one rule.

    Args:
        rule: The rule.
        facts: Facts of its examples.
        file: Where it stands.
        seen: Facts of a portfolio, if there is one.
    """
    mutation = _Mutation(rule, facts)
    for mutant in mutants(rule.when):
        mutation.judge(mutant)
    shown = coverage(rule.when, table_of(facts))
    gaps, idle = _gaps(rule, shown, facts)
    conditions = len(shown) - len(idle)
    return RuleResult(
        id=rule.id,
        file=file,
        mutants=mutation.killed + mutation.same + len(mutation.survivors),
        killed=mutation.killed,
        same=mutation.same,
        survivors=tuple(mutation.survivors),
        conditions=conditions,
        covered=conditions - len({gap.path for gap in gaps} - idle),
        idle=tuple(sorted(idle)),
        gaps=tuple(gaps),
        portfolio=() if seen is None else tuple(coverage(rule.when, seen)),
    )


class _Mutation:
    """Judges the mutants of one rule, one after the other."""

    def __init__(self, rule: Rule, facts: Sequence[Fact]) -> None:
        self.killed = 0
        self.same = 0
        self.survivors: list[Survivor] = []
        self._rule = rule
        self._facts = facts
        self._suggested: list[Fact] = []

    def judge(self, mutant: Mutant) -> None:
        """Count a mutant as killed or the same, or keep it as a survivor."""
        if self._telling(mutant, self._facts) is not None:
            self.killed += 1
            return
        when = self._rule.when
        fact = self._telling(mutant, self._suggested)  # one example often kills several
        if fact is None:
            found = suggest.differing(mutant.condition, when, self._facts)
            if found.is_proof and found.fact is None:
                self.same += 1
                return
            fact = found.fact
            if fact is not None:
                self._suggested.append(fact)
        self.survivors.append(
            Survivor(
                path=mutant.path,
                change=mutant.change,
                side="no_match" if fact is None or not holds(when, fact) else "match",
                example=None if fact is None else example_of(fact),
            )
        )

    def _telling(self, mutant: Mutant, facts: Sequence[Fact]) -> Fact | None:
        """The first fact that the mutant and the rule do not agree on."""
        when, changed = self._rule.when, mutant.condition
        return next((fact for fact in facts if holds(when, fact) != holds(changed, fact)), None)


def example_of(fact: Fact) -> dict[str, Any]:
    """An example as a rule file writes it."""
    return {"name": suggest.name_of(fact), "facts": suggest.as_written(fact)}


def _gaps(rule: Rule, shown: Sequence[Seen], facts: Sequence[Fact]) -> tuple[list[Gap], set[str]]:
    """What examples still have to show, and the places of comparisons that can never decide."""
    gaps: list[Gap] = []
    idle: set[str] = set()
    for number, item in enumerate(shown):
        for value, is_shown in ((True, item.decides_true), (False, item.decides_false)):
            if is_shown:
                continue
            found = missing(rule.when, number, value=value, near=facts)
            if found.fact is None and found.is_proof:
                idle.add(item.path)
                continue
            fact = found.fact
            gaps.append(
                Gap(
                    path=item.path,
                    comparison=str(item.comparison),
                    value=value,
                    side="no_match" if fact is None or not holds(rule.when, fact) else "match",
                    example=None if fact is None else example_of(fact),
                )
            )
    return gaps, idle
