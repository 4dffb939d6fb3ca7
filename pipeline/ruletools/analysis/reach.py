"""How many points each role can reach with one initiative: a rulebook should not be tilted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.formulas import points, subjects
from pipeline.ruletools.analysis import witness, world
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.solver import Search
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

TILTED = "A040"
_FAR_ABOVE = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """The highest score that one initiative can have for a role, and the smallest that has it."""

    role: str
    points: int
    structure: int
    text: int
    example: Fact


def reaches(ruleset: Ruleset) -> tuple[Reach, ...]:
    """The reach of each role, exact under the laws of the world."""
    return tuple(_reach(ruleset, role) for role in ROLES)


def _reach(ruleset: Ruleset, role: str) -> Reach:
    rules = [rule for rule in ruleset.evidence if rule.evidence_for == role and rule.points]
    fact: dict[str, bool | int | float | str | frozenset[str]] = {}
    total = 0
    for island in islands(rules):
        most, example = _on_island(island)
        total += most
        for name, value in example.items():
            before = fact.get(name)
            both = isinstance(value, frozenset) and isinstance(before, frozenset)
            fact[name] = value | before if both else value  # type: ignore[operator]
    return Reach(
        role=role,
        points=total,
        structure=_most_of([rule for rule in rules if rule.basis == "structure"]),
        text=_most_of([rule for rule in rules if rule.basis == "text"]),
        example=fact,
    )


def _most_of(rules: Sequence[EvidenceRule]) -> int:
    return sum(_on_island(island)[0] for island in islands(rules))


def _on_island(rules: Sequence[EvidenceRule]) -> tuple[int, Fact]:
    asked = subjects(*(rule.when for rule in rules))
    _, laws = world.laws(asked)
    total, upper = points(rules), sum(rule.points for rule in rules)
    most = upper - Search(laws).least(upper - total)
    return most, witness.find(asked, [total >= most]) or {}


def islands(rules: Sequence[EvidenceRule]) -> list[list[EvidenceRule]]:
    """Rules in groups that share no fact, and no law between facts, with any other group."""
    groups: list[tuple[set[str], list[EvidenceRule]]] = []
    for rule in rules:
        reached = set(world.closure(subjects(rule.when))[0])
        members = [rule]
        apart = []
        for names, others in groups:
            if names.isdisjoint(reached):
                apart.append((names, others))
            else:
                reached |= names
                members = others + members
        groups = [*apart, (reached, members)]
    return [members for _, members in groups]


def tilt(reached: Sequence[Reach], folder: Path) -> Iterator[Finding]:
    """Whether one role can reach far more points than the other."""
    if not reached:
        return
    low, high = sorted(reached, key=lambda each: each.points)
    if high.points > _FAR_ABOVE * low.points:
        yield Finding(
            code=TILTED,
            severity="warning",
            place=folder,
            problem=f"one initiative can reach {high.points} points for a "
            f"{high.role.replace('_', ' ')} ({high.structure} from structure, {high.text} from "
            f"text), but only {low.points} for a {low.role.replace('_', ' ')} ({low.structure} "
            f"from structure, {low.text} from text)",
            cure="Write evidence for the weaker role, or weigh the stronger one less",
            example=high.example,
        )
