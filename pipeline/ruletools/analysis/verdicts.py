"""Verdict rules: do they cover every tally, and can each of them be the first?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.engine import reference
from pipeline.engine.decide import Engine
from pipeline.errors import EngineDisagreement
from pipeline.facts.table import table_of
from pipeline.formulas import (
    FREE,
    Formula,
    Variables,
    decided_by,
    holds,
    subjects,
    tally,
)
from pipeline.ruletools.analysis import regions, witness, world
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.ordered import (
    REORDER,
    SHADOWED,
    UNCOVERED,
    always_before,
    fewest,
    names,
    uncovered,
)
from pipeline.ruletools.analysis.outcomes import outcome
from pipeline.ruletools.analysis.solver import Search, Unsettled
from pipeline.ruletools.set_faults import rule_file
from pipeline.verdict import tally as count
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.conditions import Condition
    from pipeline.rulebook.rules import Ruleset, VerdictRule

NEVER_GIVEN, UNSETTLED, NEVER_SHOWN = "A022", "A023", "A024"


class Tallies:
    """Tallies that the evidence rules of a ruleset can make."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.variables: Variables = FREE.binding(tally(ruleset.evidence))
        self._asked = subjects(*(rule.when for rule in ruleset.evidence))
        self._search = Search(world.laws(self._asked)[1])
        self._evidence = ruleset.evidence

    def possible(self, formula: Formula) -> bool:
        """Whether some initiative has a tally like that; ``formula`` is over ``variables``."""
        return self._search.possible(formula)

    def example(self, conditions: Sequence[Condition]) -> Fact | None:
        """The smallest initiative whose tally meets some conditions, with its tally.

        ``None`` where there is none, or the solver gave up.
        """
        formulas = [holds(condition, self.variables) for condition in conditions]
        try:
            fact = witness.find(self._asked, formulas)
        except Unsettled:
            return None
        if fact is None:
            return None
        both = {**fact, **count(Engine(self._evidence).decide(table_of([fact]))).fact(0)}
        if not all(reference.holds(condition, both) for condition in conditions):
            raise EngineDisagreement(f"the solver finds a tally for {fact} that it does not have")
        return both


def analyse(
    ruleset: Ruleset, tallies: Tallies, alive: Mapping[str, Fact], folder: Path
) -> Iterator[Finding]:
    """Everything about the verdict rules; those that can never match are told of elsewhere."""
    yield from _uncovered(ruleset, tallies, folder)
    given: set[str] = set()
    for index, rule in enumerate(ruleset.verdict):
        if rule.id not in alive:
            continue
        try:
            why = _why_never(ruleset.verdict, index, tallies)
        except Unsettled:
            why = ""
            yield Finding(
                code=UNSETTLED,
                severity="notice",
                place=rule_file(rule, folder).path,
                rules=(rule.id,),
                problem=f"whether {rule.id} can decide was too hard to settle",
                cure="Make the verdict rules simpler, or show it with an example of an initiative",
            )
        if not why:
            given.add(rule.verdict)
            continue
        yield Finding(
            code=SHADOWED,
            severity="error",
            place=rule_file(rule, folder).path,
            rules=(rule.id,),
            problem=f"{rule.id} never decides: {why}",
            cure=REORDER,
            example=tallies.example([rule.when]) or alive[rule.id],
            region=regions.Region(conditions=(rule.when,)),
        )
    for role in ROLES:
        if role not in given:
            yield Finding(
                code=NEVER_GIVEN,
                severity="error",
                place=folder / "verdict",
                problem=f"no initiative can be given {role}",
                cure="Write a verdict rule for it, or mend those that never decide",
            )


def advisories(ruleset: Ruleset, alive: Mapping[str, Fact], folder: Path) -> Iterator[Finding]:
    """Advisories that no verdict, tally or level of this rulebook lets appear."""
    following = outcome(ruleset)
    evidence = [rule.when for rule in ruleset.evidence]
    factors = [rule.when for rule in ruleset.complexity]
    for rule in ruleset.advisory:
        if rule.id not in alive:
            continue
        asked = subjects(rule.when, *evidence, *factors) - following.bound.keys()
        search = Search(world.laws(asked, following)[1])
        try:
            is_dead = not search.possible(holds(rule.when, following))
        except Unsettled:
            is_dead = False
        if is_dead:
            yield Finding(
                code=NEVER_SHOWN,
                severity="error",
                place=rule_file(rule, folder).path,
                rules=(rule.id,),
                problem=f"{rule.id} is never shown: the other rules of this rulebook make no "
                "initiative of which its condition holds",
                cure="Correct its condition, or move it to deprecated/",
                example=alive[rule.id],
            )


def _uncovered(ruleset: Ruleset, tallies: Tallies, folder: Path) -> Iterator[Finding]:
    """A tally that matches no verdict rule would stop the run.

    Regions overlap; one whose smallest case lies in another told before is no news.
    """
    told: list[regions.Region] = []
    for region, sums in uncovered(ruleset.verdict):
        example = tallies.example(region.conditions)
        if example is None and not _may_be(region, tallies):
            continue
        if any(other.holds(example or sums) for other in told):
            continue
        told.append(region)
        yield Finding(
            code=UNCOVERED,
            severity="error",
            place=folder / "verdict",
            problem=f"no verdict rule covers {region}; such a tally stops the run",
            cure="End rules/verdict/ with a rule that always matches, such as project_score gte 0",
            example=example or sums,
            region=region,
        )


def _may_be(region: regions.Region, tallies: Tallies) -> bool:
    """Whether a tally is possible, or at least not known to be impossible."""
    try:
        return tallies.possible(
            z3.And([holds(condition, tallies.variables) for condition in region.conditions])
        )
    except Unsettled:
        return True


def _why_never(rules: Sequence[VerdictRule], index: int, tallies: Tallies) -> str:
    """Why a verdict rule is never the first that matches; empty where it can be."""
    rule, earlier = rules[index], rules[:index]
    blockers = always_before(rules, index)
    if blockers:
        return f"every tally that matches it matches {names(blockers)} before it"

    def taken(by: Sequence[VerdictRule]) -> bool:
        return not tallies.possible(decided_by([*by, rule], len(by), tallies.variables))

    if not taken(earlier):
        return ""
    blockers = fewest(earlier, taken)
    if not blockers:
        return "the evidence rules can make no tally that matches it"
    return (
        "every tally of this rulebook's evidence that matches it matches "
        f"{names(blockers)} before it"
    )
