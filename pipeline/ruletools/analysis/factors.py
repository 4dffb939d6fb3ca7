"""Complexity rules: levels of one factor that overlap, add nothing, or leave a gap between them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, holds, in_order, subjects
from pipeline.ruletools.analysis import regions, witness
from pipeline.ruletools.analysis.cells import cells, state
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.pairs import SAME, WITHIN
from pipeline.ruletools.analysis.regions import Region
from pipeline.ruletools.analysis.solver import Search
from pipeline.ruletools.set_faults import rule_file
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.conditions import Condition
    from pipeline.rulebook.rules import ComplexityRule, Ruleset
    from pipeline.ruletools.analysis.pairs import Pairs

OVERLAP, GAP = "A050", "A051"


def analyse(
    ruleset: Ruleset, pairs: Pairs, alive: Mapping[str, Fact], folder: Path
) -> Iterator[Finding]:
    """Everything about the levels of every factor."""
    by_factor: dict[str, list[ComplexityRule]] = {}
    for rule in ruleset.complexity:
        if rule.id in alive:
            by_factor.setdefault(rule.factor, []).append(rule)
    for factor, rules in sorted(by_factor.items()):
        inside = set()
        for narrow, wide in pairs.both(rules):
            inside |= {(narrow.id, wide.id), (wide.id, narrow.id)}
            if finding := _within(narrow, wide, pairs, alive, folder):
                yield finding
        for one, other in combinations(rules, 2):
            if one.level != other.level and (one.id, other.id) not in inside:
                yield from _overlap(one, other, folder)
        yield from _gaps(factor, rules, folder)


def _within(
    narrow: ComplexityRule,
    wide: ComplexityRule,
    pairs: Pairs,
    alive: Mapping[str, Fact],
    folder: Path,
) -> Finding | None:
    """A rule inside another counts only where it rates higher: the highest level wins."""
    same = pairs.are_same(narrow, wide)
    if narrow.level > wide.level and not same:
        return None
    lesser = min((narrow, wide), key=lambda rule: rule.level) if same else narrow
    greater = wide if lesser is narrow else narrow
    return Finding(
        code=SAME if same else WITHIN,
        severity="error" if same else "warning",
        place=rule_file(lesser, folder).path,
        rules=(lesser.id, greater.id),
        problem=f"{lesser.id} (level {lesser.level}) adds nothing: wherever it matches, "
        f"{greater.id} rates {lesser.factor} at level {greater.level}",
        cure="Delete it, or correct its level or condition",
        example=alive[lesser.id],
        region=Region(conditions=(lesser.when,)),
    )


def _overlap(one: ComplexityRule, other: ComplexityRule, folder: Path) -> Iterator[Finding]:
    example = witness.find(subjects(one.when, other.when), [holds(one.when), holds(other.when)])
    if example is not None:
        yield Finding(
            code=OVERLAP,
            severity="warning",
            place=rule_file(one, folder).path,
            rules=(one.id, other.id),
            problem=f"{one.id} rates {one.factor} at level {one.level} where {other.id} rates it "
            f"at level {other.level}",
            cure="Let the two bands part, or put the one wholly inside the other",
            example=example,
            region=Region(conditions=(one.when, other.when)),
        )


def _gaps(factor: str, rules: Sequence[ComplexityRule], folder: Path) -> Iterator[Finding]:
    conditions = [rule.when for rule in rules]
    asked = in_order(subjects(*conditions))
    given = tuple(FREE.known(name) for name in asked)
    none = z3.Not(z3.Or([holds(condition) for condition in conditions]))
    wanted = regions.Target(
        formula=none,
        conditions=tuple(conditions),
        over=tuple(asked),
        given=given,
        is_whole=len(asked) == 1,
    )
    for region, example in regions.find(wanted):
        edge = len(asked) == 1 and _is_edge(asked[0], example, conditions)
        yield Finding(
            code=GAP,
            severity="notice" if edge else "warning",
            place=folder / "complexity",
            rules=tuple(rule.id for rule in rules),
            problem=f"{factor} has no level where {region}",
            cure="Widen a level, or leave it unrated on purpose",
            example=example,
            region=region,
        )


def _is_edge(name: str, example: Fact, conditions: Sequence[Condition]) -> bool:
    """Whether a value lies below or above every rated value of a number."""
    if VOCABULARY[name].kind not in ("integer", "number"):
        return False
    row = [cell for cell in cells(name, conditions) if cell.is_known]
    at = state(name, example)
    place_ = next(index for index, cell in enumerate(row) if cell.has(at))
    rated = [
        Search([cell.formula(), z3.Or([holds(condition) for condition in conditions])]).possible()
        for cell in row
    ]
    return not any(rated[:place_]) or not any(rated[place_ + 1 :])
