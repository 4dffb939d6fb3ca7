"""Complexity as a formula, and everything that is decided of an initiative bound to its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, Bound, Variables, holds, tally, verdict
from pipeline.verdict import CIFTER_BANDS, CIFTER_FACTORS, LEAST_FACTORS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.formulas import Formula
    from pipeline.rulebook.rules import ComplexityRule, Ruleset


def level(rules: Iterable[ComplexityRule], variables: Variables = FREE) -> Formula:
    """How a factor of complexity is rated: the highest level that matches, 0 for none."""
    rated = z3.IntVal(0)
    for rule in sorted(rules, key=lambda rule: rule.level):
        rated = z3.If(holds(rule.when, variables), rule.level, rated)
    return rated


def complexity(rules: Iterable[ComplexityRule], variables: Variables = FREE) -> Bound:
    """The complexity level; unknown where too few factors are rated."""
    by_factor: dict[str, list[ComplexityRule]] = {}
    for rule in rules:
        by_factor.setdefault(rule.factor, []).append(rule)
    levels = [level(members, variables) for members in by_factor.values()] or [z3.IntVal(0)]
    rated = z3.Sum([z3.If(each > 0, 1, 0) for each in levels])
    total = z3.Sum(levels) * CIFTER_FACTORS
    above = [z3.If(total > top * rated, 1, 0) for top in CIFTER_BANDS]
    return Bound(value=1 + z3.Sum(above), known=rated >= LEAST_FACTORS)


def outcome(ruleset: Ruleset, variables: Variables = FREE) -> Variables:
    """Variables in which tally, verdict and complexity follow from the facts of an initiative."""
    summed = variables.binding(tally(ruleset.evidence, variables))
    decided = Bound(value=verdict(ruleset.verdict, summed), known=z3.BoolVal(True))  # noqa: FBT003
    rated = complexity(ruleset.complexity, variables)
    return summed.binding({"verdict": decided, "complexity_level": rated})
