"""How well the examples of a rulebook hold it in place: mutants killed, conditions shown to decide.

Examples run through the engine; mutants and conditions are judged by the reference evaluator, which
every run of the engine is checked against.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline import verdict
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.example_checks import example_facts, example_faults
from pipeline.ruletools.one_rule import RuleResult, rule_result
from pipeline.ruletools.phrase_tests import PhraseResult, phrase_results
from pipeline.ruletools.set_faults import rule_file
from pipeline.ruletools.survivors import percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.assemble import Classified
    from pipeline.facts.table import Fact, FactTable
    from pipeline.rulebook.rules import RuleKind, Ruleset


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Least percents: of mutants and conditions by examples, and of conditions by a portfolio."""

    examples: float
    portfolio: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RulebookResult:
    """The whole rulebook.

    ``faults`` are examples that do not come out as they say; ``rows`` counts the initiatives of the
    portfolio, ``None`` where none was given.
    """

    examples: int
    faults: tuple[str, ...]
    rules: tuple[RuleResult, ...]
    phrases: tuple[PhraseResult, ...]
    rows: int | None

    @property
    def killed_share(self) -> float:
        """Percent of the mutants that an example notices, of those that can be noticed."""
        everything: tuple[RuleResult | PhraseResult, ...] = (*self.rules, *self.phrases)
        return percent(
            sum(item.killed for item in everything),
            sum(item.mutants - item.same for item in everything),
        )

    @property
    def covered_share(self) -> float:
        """Percent of the comparisons shown to decide both ways, of those that can."""
        return percent(
            sum(rule.covered for rule in self.rules), sum(rule.conditions for rule in self.rules)
        )

    @property
    def portfolio_share(self) -> float:
        """Percent of the comparisons that the portfolio shows to decide both ways."""
        seen = [item for rule in self.rules for item in rule.portfolio]
        return percent(sum(item.is_covered for item in seen), len(seen))

    def passes(self, asked: Asked) -> bool:
        """Whether every example comes out and every share is as large as asked for."""
        return (
            not self.faults
            and min(self.killed_share, self.covered_share) >= asked.examples
            and self.portfolio_share >= asked.portfolio
        )


def rulebook_result(
    ruleset: Ruleset, folder: Path, classified: Classified | None = None
) -> RulebookResult:
    """Test every rule and every phrase list of a rulebook.

    Args:
        ruleset: The rulebook, all rules in it.
        folder: Where it was read from, for the places of faults.
        classified: A portfolio decided with it, to see which conditions decide there.
    """
    matcher = PhraseMatcher(ruleset.phrases)
    facts = _facts(ruleset, matcher)
    tables = _tables(classified) if classified else {}
    listed = sum(len(phrases.examples) for phrases in ruleset.phrases.values())
    return RulebookResult(
        examples=sum(len(rule.examples) for rule in ruleset.rules) + listed,
        faults=tuple(map(str, example_faults(ruleset, folder))),
        rules=tuple(
            rule_result(rule, facts[rule.id], str(rule_file(rule, folder)), tables.get(rule.kind))
            for rule in ruleset.rules
        ),
        phrases=tuple(phrase_results(ruleset, folder, facts)),
        rows=classified.initiatives.table.size if classified else None,
    )


def _facts(ruleset: Ruleset, matcher: PhraseMatcher) -> dict[str, list[Fact]]:
    """Facts of the examples of each rule; all texts at once, which is much quicker."""
    facts = iter(example_facts([case for rule in ruleset.rules for case in rule.examples], matcher))
    return {rule.id: list(islice(facts, len(rule.examples))) for rule in ruleset.rules}


def _tables(classified: Classified) -> Mapping[RuleKind, FactTable]:
    """The facts that the rules of each kind have seen."""
    table = classified.initiatives.table
    outcome = verdict.outcome_facts(
        classified.verdicts, classified.levels, classified.program_levels
    )
    return {
        "evidence": table,
        "complexity": table,
        "verdict": classified.verdicts.tally,
        "advisory": table.joined(outcome),
    }
