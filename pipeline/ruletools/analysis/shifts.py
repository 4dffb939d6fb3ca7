"""Initiatives that two rulebooks decide differently: the smallest for each change there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline import verdict as deciding
from pipeline.engine import reference
from pipeline.engine.decide import Engine
from pipeline.errors import EngineDisagreement
from pipeline.facts.table import table_of
from pipeline.formulas import (
    FREE,
    Formula,
    as_mention,
    in_order,
    subjects,
    tally,
    verdict,
)
from pipeline.ruletools.analysis import regions, witness, world
from pipeline.ruletools.analysis.outcomes import level
from pipeline.ruletools.analysis.solver import Search, Unsettled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.facts.table import Fact
    from pipeline.rulebook.conditions import Condition
    from pipeline.rulebook.rules import ComplexityRule, Ruleset
    from pipeline.ruletools.analysis.regions import Region

NO_RULE = "no verdict rule"
_NAMES = (*deciding.OUTCOMES, NO_RULE)
NOT_RATED = "not rated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One change of what is decided, with the smallest initiative that shows it.

    ``of`` is "verdict", or the factor of complexity rated. ``region`` holds initiatives that shift
    the same way as long as nothing else is known of them. ``old`` and ``new`` say how it is
    decided: rule and scores, or the level.
    """

    of: str
    before: str
    after: str
    example: Fact
    region: Region
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unproved:
    """A change of verdict that the solver could neither show nor rule out."""

    before: str
    after: str


def verdicts(old: Ruleset, new: Ruleset) -> tuple[tuple[Shift, ...], tuple[Unproved, ...]]:
    """The changes of verdict there are, and those too hard to settle; neither: proved equal."""
    conditions = tuple(rule.when for ruleset in (old, new) for rule in ruleset.evidence)
    before, after = (
        verdict(ruleset.verdict, FREE.binding(tally(ruleset.evidence))) for ruleset in (old, new)
    )
    search = Search(world.laws(subjects(*conditions))[1])
    shifts: list[Shift] = []
    unproved: list[Unproved] = []
    if _is_same(search, before, after):
        return (), ()
    for one, other in permutations(range(len(_NAMES)), 2):
        differs = z3.And(before == one, after == other)
        try:
            if search.possible(differs):
                shifts.append(_shift(old, new, (one, other), differs, conditions))
        except Unsettled:
            unproved.append(Unproved(before=_NAMES[one], after=_NAMES[other]))
    return tuple(shifts), tuple(unproved)


def _is_same(search: Search, before: Formula, after: Formula) -> bool:
    """Whether two verdicts are proved equal at once, which is cheap where little changed."""
    try:
        return not search.possible(before != after)
    except Unsettled:
        return False


def _shift(
    old: Ruleset,
    new: Ruleset,
    outcomes: tuple[int, int],
    differs: Formula,
    conditions: tuple[Condition, ...],
) -> Shift:
    before, after = (_NAMES[outcome] for outcome in outcomes)
    example = witness.find(subjects(*conditions), [differs]) or {}
    decided = [_decided(ruleset, example) for ruleset in (old, new)]
    if [name for name, _ in decided] != [before, after]:
        raise EngineDisagreement(
            f"the solver says that {example} goes from {before} to {after}, the engine that it "
            f"goes from {decided[0][0]} to {decided[1][0]}"
        )
    return Shift(
        of="verdict",
        before=before,
        after=after,
        example=example,
        region=_region(example, differs, conditions),
        old=decided[0][1],
        new=decided[1][1],
    )


def _decided(ruleset: Ruleset, fact: Fact) -> tuple[str, str]:
    """What the engine itself decides, and how."""
    sums = deciding.tally(Engine(ruleset.evidence).decide(table_of([fact])))
    scores = [sums.columns[f"{role}_score"].values[0] for role in ("project", "program")]
    how = f"project {scores[0]}, program {scores[1]}"
    try:
        decided = deciding.decide(ruleset, Engine(ruleset.verdict), sums)
    except deciding.NoVerdictRule:
        return NO_RULE, how
    rule = ruleset.verdict[int(decided.rule[0])].id
    return deciding.OUTCOMES[int(decided.verdict[0])], f"{rule}, {how}"


def _region(example: Fact, differs: Formula, conditions: tuple[Condition, ...]) -> Region:
    """The example widened along each fact known of it, with nothing else known."""
    reached, _ = world.closure(subjects(*conditions))
    known = tuple(name for name in in_order(reached) if not as_mention(name) and name in example)
    mentioned = {
        name
        for name in reached
        if (found := as_mention(name)) and found[1] in _lists(example, found[0])
    }
    given = tuple(
        FREE.is_said(name) if name in mentioned else z3.Not(FREE.is_said(name))
        for name in in_order(reached)
        if name not in known
    )
    wanted = regions.Target(formula=differs, conditions=conditions, over=known, given=given)
    region, _ = regions.find(wanted, most=1)[0]
    return regions.with_mentions(region, mentioned)


def _lists(fact: Fact, name: str) -> frozenset[str]:
    found = fact.get(name, frozenset())
    return found if isinstance(found, frozenset) else frozenset()


def ratings(old: Ruleset, new: Ruleset) -> tuple[Shift, ...]:
    """Where a factor of complexity is rated differently; none means proved equal."""
    return tuple(
        shift
        for factor in sorted({*old.factors, *new.factors})
        for shift in _ratings_of(factor, *(_of_factor(each, factor) for each in (old, new)))
    )


def _of_factor(ruleset: Ruleset, factor: str) -> list[ComplexityRule]:
    return [rule for rule in ruleset.complexity if rule.factor == factor]


def _ratings_of(
    factor: str, old: Sequence[ComplexityRule], new: Sequence[ComplexityRule]
) -> Iterator[Shift]:
    conditions = [rule.when for rule in (*old, *new)]
    before, after = level(old), level(new)
    if not conditions or z3.eq(before, after):
        return
    levels = [sorted({0, *(rule.level for rule in rules)}) for rules in (old, new)]
    for one, other in product(*levels):
        if one == other:
            continue
        differs = z3.And(before == one, after == other)
        for region, example in regions.find(regions.target(differs, conditions)):
            was, is_ = _rated(old, example), _rated(new, example)
            yield Shift(
                of=factor, before=was, after=is_, example=example, region=region, old=was, new=is_
            )


def _rated(rules: Sequence[ComplexityRule], fact: Fact) -> str:
    levels = [rule.level for rule in rules if reference.holds(rule.when, fact)]
    return f"level {max(levels)}" if levels else NOT_RATED
