"""From the sums of evidence to a verdict, and the level of complexity.

Of the verdict rules that match the tally, the first in their declared order decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import RulebookError
from pipeline.facts.table import FactColumn, FactTable
from pipeline.rulebook.rules import ComplexityRule, VerdictRule
from pipeline.tally import Tally, tally
from schemas.facts import VOCABULARY

__all__ = [
    "Tally",
    "Verdicts",
    "complexity_levels",
    "decide",
    "factor_levels",
    "program_levels",
    "tally",
]

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions, Engine
    from pipeline.rulebook.rules import Ruleset

FULL_LEAD = 10  # points of lead at which confidence reaches its rule's upper end

# Bands of CIFTER's total of seven factors, here of the mean of the known factors times seven.
CIFTER_FACTORS = 7
CIFTER_BANDS = (11, 18, 25)
LEAST_FACTORS = 2

# Factors that begin so are the groups in which ACDC rates a program; its bands are of the total of
# 29 factors, here of the mean of the known groups times 29.
PROGRAM = "program_"
ACDC_FACTORS = 29
ACDC_BANDS = (40, 75)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdicts:
    """One verdict an initiative, by position.

    ``rule`` indexes ``Ruleset.verdict``; ``verdict`` and ``lean`` index ``OUTCOMES``, ``lean`` -1
    at a tie or without evidence; ``confidence`` is 0 when undecided.
    """

    tally: FactTable
    rule: NDArray[np.intp]
    verdict: NDArray[np.int8]
    lean: NDArray[np.int8]
    confidence: NDArray[np.float64]


OUTCOMES = VOCABULARY["verdict"].choices


class NoVerdictRule(RulebookError):  # noqa: N818 -- named for what is missing
    """A tally that no verdict rule covers."""

    code = "R061"


def decide(ruleset: Ruleset, engine: Engine, sums: FactTable) -> Verdicts:
    """Let the verdict rules decide every tally, each case of it once.

    Raises:
        NoVerdictRule: A tally is covered by no verdict rule.
    """
    if isinstance(sums, Tally):
        cases = decide(ruleset, engine, sums.distinct)
        return Verdicts(
            tally=sums,
            rule=cases.rule.take(sums.of),
            verdict=cases.verdict.take(sums.of),
            lean=cases.lean.take(sums.of),
            confidence=cases.confidence.take(sums.of),
        )
    rules = ruleset.verdict
    chosen = _chosen(ruleset, engine, sums)
    verdict = np.array([OUTCOMES.index(rule.verdict) for rule in rules], np.int8)[chosen]
    project_lead = sums.columns["project_lead"].values
    lean = np.select([project_lead > 0, project_lead < 0], [0, 1], -1).astype(np.int8)
    return Verdicts(
        tally=sums,
        rule=chosen,
        verdict=verdict,
        lean=lean,
        confidence=_confidence(rules, chosen, verdict, project_lead),
    )


def _chosen(ruleset: Ruleset, engine: Engine, sums: FactTable) -> NDArray[np.intp]:
    """The first verdict rule that matches each tally, as a place in ``Ruleset.verdict``."""
    decisions = engine.decide(sums)
    chosen = np.full(sums.size, -1, np.intp)
    for place, rule in enumerate(ruleset.verdict):
        chosen[decisions.matched(rule.id) & (chosen < 0)] = place
    if (chosen < 0).any():
        sum_of = sums.fact(int(np.argmax(chosen < 0)))
        told = [f"{name} {value}" for name, value in sum_of.items() if value]
        raise NoVerdictRule(
            f"no verdict rule covers the tally {', '.join(told) or 'of no evidence at all'}",
            hint="End rules/verdict/ with a rule that always matches, such as project_score gte 0",
        )
    return chosen


def _confidence(
    rules: Iterable[VerdictRule],
    chosen: NDArray[np.intp],
    verdict: NDArray[np.int8],
    project_lead: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Between the two ends of the verdict rule, by the lead of the role it names."""
    ends = np.array([(rule.at_least, rule.at_most) for rule in rules])
    least, most = ends[chosen, 0], ends[chosen, 1]
    lead = np.where(verdict == OUTCOMES.index("program_manager"), -project_lead, project_lead)
    share = np.clip(lead, 0, FULL_LEAD) / FULL_LEAD
    confidence = np.round(least + (most - least) * share, 2)
    return np.where(verdict == OUTCOMES.index("undecided"), 0.0, confidence)


def factor_levels(complexity: Decisions) -> dict[str, NDArray[np.int64]]:
    """Level 1 to 4 of each factor by initiative, 0 where it is not known.

    A factor counts with the highest level of its rules that match.
    """
    by_factor: dict[str, NDArray[np.int64]] = {}
    for shard in complexity.shards:
        for rule in shard.rules:
            if isinstance(rule, ComplexityRule):
                rated = complexity.matched(rule.id) * rule.level
                before = by_factor.get(rule.factor, np.zeros(complexity.size, np.int64))
                by_factor[rule.factor] = np.maximum(before, rated)
    return by_factor


def complexity_levels(complexity: Decisions) -> NDArray[np.int64]:
    """Level 1 to 4 of each initiative, 0 where fewer than two factors are known.

    The mean of the known factors, times seven, falls into the bands that CIFTER gives for its
    total of seven factors.
    """
    levels = [each for name, each in factor_levels(complexity).items() if not _is_group(name)]
    return _banded(levels, complexity.size, CIFTER_FACTORS, CIFTER_BANDS)


def program_levels(complexity: Decisions) -> NDArray[np.int64]:
    """Level 1 to 3 of each initiative as a program, 0 where fewer than two groups are known.

    The mean of the known groups of factors falls into the bands that ACDC gives for its total.
    """
    levels = [each for name, each in factor_levels(complexity).items() if _is_group(name)]
    return _banded(levels, complexity.size, ACDC_FACTORS, ACDC_BANDS)


def _is_group(factor: str) -> bool:
    return factor.startswith(PROGRAM)


def _banded(
    levels: Sequence[NDArray[np.int64]], size: int, factors: int, bands: Sequence[int]
) -> NDArray[np.int64]:
    if not levels:
        return np.zeros(size, np.int64)
    each = np.stack(levels)
    known = np.asarray((each > 0).sum(axis=0), np.int64)
    # In whole numbers: a mean times seven would fall off a band's edge.
    total = np.asarray(each.sum(axis=0), np.int64) * factors
    banded = np.ones(size, np.int64)
    for top in bands:
        banded += total > top * known
    return np.where(known >= LEAST_FACTORS, banded, 0)


def outcome_facts(
    verdicts: Verdicts, levels: NDArray[np.int64], as_program: NDArray[np.int64]
) -> FactTable:
    """What advisory rules may know of the verdict, with the tally.

    Args:
        verdicts: The verdicts.
        levels: What ``complexity_levels`` gives.
        as_program: What ``program_levels`` gives.
    """
    columns = {
        "verdict": FactColumn(values=verdicts.verdict, known=np.ones(len(levels), bool)),
        "complexity_level": FactColumn(values=levels, known=levels > 0),
        "program_level": FactColumn(values=as_program, known=as_program > 0),
    }
    return FactTable(size=len(levels), columns={**columns, **verdicts.tally.columns}, terms={})
