"""The initiatives of a portfolio, with everything that any rule may read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import facts, run, verdict
from pipeline.engine.decide import Engine
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.runlog import RunLog

if TYPE_CHECKING:
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Ruleset


def read(options: run.Options, ruleset: Ruleset) -> tuple[FactTable, list[str]]:
    """Facts, tally and outcome of every initiative, and their ids in the same order.

    The outcome is left out where the verdict rules do not cover every tally.

    Raises:
        InputError: The portfolio cannot be read or mapped.
    """
    checked = run.check(options, RunLog())
    initiatives = facts.derive(
        checked.validated, PhraseMatcher(ruleset.phrases), as_of=options.as_of
    )
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
