"""How a verdict is made, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.verdict import (
    ACDC_BANDS,
    ACDC_FACTORS,
    CIFTER_BANDS,
    CIFTER_FACTORS,
    FULL_LEAD,
    LEAST_FACTORS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rulebook.rules import Ruleset


def steps(ruleset: Ruleset) -> Iterator[str]:
    """The way to a verdict, one step a text, with the numbers of this rulebook."""
    evidence = ruleset.evidence
    stable = sum(rule.status == "stable" for rule in evidence)
    yield (
        f"Every initiative is held against {len(evidence)} rules of evidence, under "
        f"{len(ruleset.aspects)} aspects. A rule that matches gives its weight, 1 (a hint) to 3 "
        "(strong), to one of the two roles."
    )
    if stable < len(evidence):
        yield f"{len(evidence) - stable} of them are experimental: they are shown and give nothing."
    yield (
        "The points of each role are summed; their order does not matter. Evidence from structure "
        "and from words is counted apart as well, and so are rules of weight 3, rules of weight 2 "
        "or more, decisive rules and aspects."
    )
    last = next((rule for rule in ruleset.verdict if rule.verdict == "undecided"), None)
    rest = f" The last word, {last.id}, leaves the initiative undecided." if last else ""
    yield (
        f"Then {len(ruleset.verdict)} rules of the verdict are asked in the order below. The first "
        f"whose condition holds decides.{rest}"
    )
    yield (
        "Confidence lies between the two numbers of the rule that decided: at the lower one "
        f"without a lead in points, at the upper one from a lead of {FULL_LEAD} points on."
    )
    bands = ", ".join(map(str, CIFTER_BANDS))
    yield (
        "How hard an initiative is, is told apart from who leads it: each known factor counts with "
        f"its highest level that matches; the mean of {LEAST_FACTORS} factors or more is taken "
        f"times {CIFTER_FACTORS}, and the result falls into one of four bands that end at {bands}."
    )
    ends = " and ".join(map(str, ACDC_BANDS))
    yield (
        "A program is rated by its groups of factors, too, in the same way: their mean times "
        f"{ACDC_FACTORS} falls into one of three bands that end at {ends}."
    )
    yield "What is not known speaks for nobody: it passes no test but the one that it is unknown."
