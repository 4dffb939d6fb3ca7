"""The initiatives of a portfolio, with everything that any rule may read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import facts, verdict
from pipeline.engine.decide import Engine
from pipeline.rulebook.phrase_matcher import PhraseMatcher

if TYPE_CHECKING:
    from datetime import date

    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Ruleset
    from pipeline.validate import Validated


def facts_of(validated: Validated, ruleset: Ruleset, *, as_of: date) -> tuple[FactTable, list[str]]:
    """Facts, tally and outcome of every initiative, and their ids in the same order.

    The outcome is left out where the verdict rules do not cover every tally.
    """
    initiatives = facts.derive(validated, PhraseMatcher(ruleset.phrases), as_of=as_of)
    table = initiatives.table
    sums = verdict.tally(Engine(ruleset.evidence).decide(table))
    try:
        verdicts = verdict.decide(ruleset, Engine(ruleset.verdict), sums)
    except verdict.NoVerdictRule:
        joined = table.joined(sums)
    else:
        complexity = Engine(ruleset.complexity).decide(table)
        levels, as_program = (
            verdict.complexity_levels(complexity),
            verdict.program_levels(complexity),
        )
        joined = table.joined(verdict.outcome_facts(verdicts, levels, as_program))
    return joined, initiatives.rows["initiative_id"].astype(str).to_list()
