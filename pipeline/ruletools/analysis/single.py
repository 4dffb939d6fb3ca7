"""Rules that can never match, and why; rules that always do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, Formula, holds, subjects
from pipeline.rulebook.conditions import Condition, Group
from pipeline.rulebook.rules import ClusterRule, VerdictRule
from pipeline.ruletools.analysis import witness, world
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.solver import Search
from pipeline.ruletools.set_faults import rule_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Rule

DEAD, ALWAYS = "A001", "A002"


def smallest_matches(rules: Iterable[Rule]) -> dict[str, Fact]:
    """The smallest initiative that matches each rule; rules that can never match are left out."""
    found = {rule.id: witness.find_for(rule.when, subjects=subjects(rule.when)) for rule in rules}
    return {rule_id: fact for rule_id, fact in found.items() if fact is not None}


def dead(rules: Iterable[Rule], alive: Mapping[str, Fact], folder: Path) -> Iterator[Finding]:
    """Rules that no initiative can match."""
    for rule in rules:
        if rule.id not in alive:
            yield Finding(
                code=DEAD,
                severity="error",
                place=rule_file(rule, folder).path,
                rules=(rule.id,),
                problem=f"{rule.id} can never match: {_why(rule.when)}",
                cure="Correct its condition, or move it to deprecated/",
            )


def _why(condition: Condition) -> str:
    """The fewest parts of the condition and laws of the world that cannot stand together."""
    asked, found = world.closure(subjects(condition))
    ranges = [
        (f"{subject} has a range", world.bounds([subject]))
        for subject in sorted(asked)
        if world.bounds([subject])
    ]
    laws = [(law.text, [law.holds(FREE)]) for law in found]
    parts = [(str(part), [holds(part)]) for part in _parts(condition)]
    kept = _needed([*ranges, *laws, *parts])
    said = [text for text, _ in parts if text in kept]
    because = [text for text, _ in laws if text in kept]
    return (
        " and ".join(said)
        + " exclude each other" * (len(said) > 1)
        + (
            ", since " + ", and ".join(because)
            if because
            else " is out of range" * (len(said) == 1)
        )
    )


def _parts(condition: Condition) -> list[Condition]:
    if isinstance(condition, Group) and condition.join == "all":
        return [part for member in condition.members for part in _parts(member)]
    return [condition]


def _needed(parts: list[tuple[str, list[Formula]]]) -> set[str]:
    """Texts of a smallest impossible part of what is impossible together."""
    kept = list(parts)
    for part in parts:
        rest = [each for each in kept if each is not part]
        if not Search([formula for _, formulas in rest for formula in formulas]).possible():
            kept = rest
    return {text for text, _ in kept}


def always(rules: Iterable[Rule], folder: Path) -> Iterator[Finding]:
    """Rules that every initiative matches; the last of those that decide in turn may."""
    for rule in rules:
        if isinstance(rule, VerdictRule | ClusterRule):
            continue
        _, laws = world.laws(subjects(rule.when))
        if not Search([*laws, z3.Not(holds(rule.when))]).possible():
            yield Finding(
                code=ALWAYS,
                severity="warning",
                place=rule_file(rule, folder).path,
                rules=(rule.id,),
                problem=f"{rule.id} matches every initiative, so it tells none from another",
                cure="Narrow its condition, or delete it",
                example={},
            )
