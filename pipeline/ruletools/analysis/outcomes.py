"""Complexity as a formula, and everything that is decided of an initiative bound to its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, Bound, Variables, holds, tally, verdict
from pipeline.verdict import (
    ACDC_BANDS,
    ACDC_FACTORS,
    CIFTER_BANDS,
    CIFTER_FACTORS,
    LEAST_FACTORS,
    PROGRAM,
)

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
    own = [rule for rule in rules if not rule.factor.startswith(PROGRAM)]
    return _banded(own, CIFTER_FACTORS, CIFTER_BANDS, variables)


def as_program(rules: Iterable[ComplexityRule], variables: Variables = FREE) -> Bound:
    """The level as a program; unknown where too few groups of factors are rated."""
    own = [rule for rule in rules if rule.factor.startswith(PROGRAM)]
    return _banded(own, ACDC_FACTORS, ACDC_BANDS, variables)


def _banded(
    rules: Iterable[ComplexityRule], factors: int, bands: Iterable[int], variables: Variables
) -> Bound:
    by_factor: dict[str, list[ComplexityRule]] = {}
    for rule in rules:
        by_factor.setdefault(rule.factor, []).append(rule)
    levels = [level(members, variables) for members in by_factor.values()] or [z3.IntVal(0)]
    rated = z3.Sum([z3.If(each > 0, 1, 0) for each in levels])
    total = z3.Sum(levels) * factors
    above = [z3.If(total > top * rated, 1, 0) for top in bands]
    return Bound(value=1 + z3.Sum(above), known=rated >= LEAST_FACTORS)


def outcome(ruleset: Ruleset, variables: Variables = FREE) -> Variables:
    """Variables in which tally, verdict and complexity follow from the facts of an initiative."""
    summed = variables.binding(tally(ruleset.evidence, variables))
    decided = Bound(value=verdict(ruleset.verdict, summed), known=z3.BoolVal(True))  # noqa: FBT003
    return summed.binding(
        {
            "verdict": decided,
            "complexity_level": complexity(ruleset.complexity, variables),
            "program_level": as_program(ruleset.complexity, variables),
        }
    )
