"""From the facts of initiatives to everything that is decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import verdict
from pipeline.assemble import Classified
from pipeline.engine.decide import Engine
from pipeline.explain import flips, matches, rationale
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.verify import OneByOne, Sample, check_verdicts

if TYPE_CHECKING:
    from pipeline.engine.decide import Decisions
    from pipeline.facts import Initiatives
    from pipeline.rulebook.rules import Ruleset
    from pipeline.runlog import RunLog
    from pipeline.verdict import Verdicts


class Deciders:
    """The engines of a ruleset; what one has decided once it knows."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.matcher = PhraseMatcher(ruleset.phrases)
        self.evidence = Engine(ruleset.evidence)
        self.verdict = Engine(ruleset.verdict)
        self.complexity = Engine(ruleset.complexity)
        self.advisory = Engine(ruleset.advisory)


def decide(
    initiatives: Initiatives, deciders: Deciders, log: RunLog, sample: Sample | None = None
) -> Classified:
    """Evidence, verdicts, complexity, advisories and flips of some initiatives.

    Raises:
        EngineDisagreement: The engine and its oracle differ, or it differs from itself on one of
            ``sample``, decided alone.
    """
    table, ruleset = initiatives.table, deciders.ruleset
    with log.step("engine"):
        evidence = deciders.evidence.decide(table)
        verdicts = verdict.decide(ruleset, deciders.verdict, verdict.tally(evidence))
        complexity = deciders.complexity.decide(table)
        levels = verdict.complexity_levels(complexity)
        as_program = verdict.program_levels(complexity)
        outcome = table.joined(verdict.outcome_facts(verdicts, levels, as_program))
        advisories = deciders.advisory.decide(outcome)
    if sample and sample.count:
        with log.step("verify"):
            at = sample.of(table.size)
            OneByOne(ruleset.evidence).check(evidence, table, at)
            OneByOne(ruleset.complexity).check(complexity, table, at)
            OneByOne(ruleset.advisory).check(advisories, outcome, at)
            check_verdicts(ruleset, verdicts, evidence, sample)
    with log.step("flips"):
        flipping = flips.flips(
            ruleset, deciders.evidence, deciders.verdict, table, evidence, verdicts
        )
    return Classified(
        ruleset=ruleset,
        initiatives=initiatives,
        verdicts=verdicts,
        levels=levels,
        program_levels=as_program,
        hardness=rationale.hardness(ruleset, complexity, verdicts),
        evidence=matches.by_initiative(evidence, table),
        advisories=matches.by_initiative(advisories, outcome),
        flips=flipping,
        rule_matches=_rule_matches(ruleset, (evidence, complexity, advisories), verdicts),
        matcher=deciders.matcher,
    )


def _rule_matches(
    ruleset: Ruleset, decided: tuple[Decisions, ...], verdicts: Verdicts
) -> dict[str, int]:
    """How many initiatives each rule matched."""
    return {
        rule.id: int(decisions.matched(rule.id).sum())
        for decisions in decided
        for shard in decisions.shards
        for rule in shard.rules
    } | {rule.id: int((verdicts.rule == place).sum()) for place, rule in enumerate(ruleset.verdict)}
