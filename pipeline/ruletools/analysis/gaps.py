"""Where no evidence rule says anything: bands of a fact, and what usual columns cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, any_of, as_mention, in_order, subjects
from pipeline.rulebook.conditions import comparisons
from pipeline.ruletools.analysis import cells, regions, witness, world
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.regions import Region
from pipeline.ruletools.analysis.solver import Search
from schemas.facts import ROLES, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

BAND, USUAL, ASPECT = "A010", "A011", "A012"

# What nearly every exported portfolio has; the structured columns are the exception.
USUAL_COLUMNS = frozenset(
    {
        "name",
        "description",
        "business_unit",
        "sponsor",
        "budget",
        "currency",
        "start_date",
        "end_date",
        "status",
    }
)


def aspects(ruleset: Ruleset, alive: Mapping[str, Fact], folder: Path) -> Iterator[Finding]:
    """Aspects that cannot speak for one of the roles."""
    for aspect in ruleset.aspects:
        for role in ROLES:
            if not any(
                rule.aspect == aspect.id and rule.evidence_for == role and rule.id in alive
                for rule in ruleset.evidence
                if rule.points
            ):
                yield Finding(
                    code=ASPECT,
                    severity="error",
                    place=folder / aspect.id,
                    problem=f"aspect {aspect.id} has no stable rule that can match for a "
                    f"{role.replace('_', ' ')}",
                    cure="Write one; each aspect must be able to speak for either role",
                )


def bands(ruleset: Ruleset, folder: Path) -> Iterator[Finding]:
    """Values of one fact that say nothing by themselves, one finding a fact."""
    rules = _counting(ruleset)
    conditions = [rule.when for rule in rules]
    asked, laws = world.laws(subjects(*conditions))
    silent = Search([*laws, z3.Not(any_of(rules))])
    possible = Search(laws)
    for name in in_order(subjects(*conditions)):
        if as_mention(name):
            continue
        states = [
            cell
            for cell in cells.cells(name, conditions)
            if cell.is_known and possible.possible(cell.formula())
        ]
        mute = [cell for cell in states if silent.possible(cell.formula())]
        if mute:
            yield _band(name, mute, asked, rules, folder, is_all=len(mute) == len(states))


def _band(
    name: str,
    mute: list[cells.Cell],
    asked: frozenset[str],
    rules: list[EvidenceRule],
    folder: Path,
    *,
    is_all: bool,
) -> Finding:
    condition = cells.in_words(mute)
    said = z3.Or([cell.formula() for cell in mute])
    readers = [rule.id for rule in rules if any(c.fact == name for c in comparisons(rule.when))]
    what = (
        f"{name} says nothing by itself"
        if is_all
        else f"to know only that {condition} gives no evidence"
    )
    return Finding(
        code=BAND,
        severity="notice",
        place=folder,
        rules=tuple(readers),
        problem=f"{what}; {', '.join(readers)} read{'s' * (len(readers) == 1)} it",
        cure="Write a rule for it, or leave it undecided on purpose",
        example=witness.find(asked, [said, z3.Not(any_of(rules))]),
        region=Region(conditions=(condition,) if condition else ()),
    )


def usual(ruleset: Ruleset, folder: Path) -> Iterator[Finding]:
    """Budgets and dates that say nothing where nothing else is known and no phrase is found."""
    rules = _counting(ruleset)
    conditions = tuple(rule.when for rule in rules)
    asked, _ = world.closure(subjects(*conditions))
    scalars = [name for name in in_order(asked) if not as_mention(name)]
    told = [name for name in scalars if USUAL_COLUMNS.issuperset(VOCABULARY[name].columns)]
    evidence = [name for name in told if VOCABULARY[name].family != "context"]
    others = [FREE.is_said(name) for name in in_order(asked) if name not in told]
    if not evidence:
        return
    wanted = regions.Target(
        formula=z3.Not(any_of(rules)),
        conditions=conditions,
        over=tuple(evidence),
        given=(*(FREE.known(name) for name in evidence), *(z3.Not(other) for other in others)),
    )
    for region, example in regions.find(wanted):
        yield Finding(
            code=USUAL,
            severity="notice",
            place=folder,
            problem=f"with nothing but the usual columns and none of the phrases, {region} gives "
            "no evidence at all",
            cure="Nothing to mend where that is honest; such an initiative stays undecided",
            example=example,
            region=region,
        )


def _counting(ruleset: Ruleset) -> list[EvidenceRule]:
    return [rule for rule in ruleset.evidence if rule.points]
