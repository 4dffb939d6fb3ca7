"""Invented rules and facts that every engine can express: numbers, choices, flags, phrase lists."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from pipeline.facts.table import FactColumn, FactTable
from pipeline.rulebook.conditions import Comparison, Group, singles
from pipeline.rulebook.rules import EvidenceRule, VerdictRule
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.rulebook.conditions import Condition

    Made = TypeVar("Made")

MARGIN: Final = 3
_NUMBERS: Final = (
    "project_count",
    "team_count",
    "people_count",
    "stakeholder_count",
    "dependency_count",
    "domain_count",
    "vendor_count",
    "goal_count",
)
_CHOICES: Final = (
    "stakeholder_level",
    "decision_level",
    "scope_definition",
    "delivery_model",
)
_FLAGS: Final = ("has_end_date", "has_parent", "has_sponsor")
_LISTS: Final = tuple(f"list_{number}" for number in range(10))
_OPERATORS: Final = ("gt", "gte", "lt", "lte")
_DAY: Final = date(2026, 1, 1)
_PER_ASPECT: Final = 8
_SEED: Final = 20_261_125


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """Rules, and the facts of ``table.size`` initiatives."""

    evidence: tuple[EvidenceRule, ...]
    verdict: tuple[VerdictRule, ...]
    table: FactTable


def workload(rows: int, rules: int) -> Workload:
    """The same rows and rules give the same workload; about a sixth of all values is unknown."""
    chance = random.Random(_SEED)  # noqa: S311 -- repeatable, not secret
    return Workload(
        evidence=tuple(_rule(number, chance) for number in range(rules)),
        verdict=_verdict_rules(),
        table=_table(rows),
    )


# Making it takes longer than most engines take to decide it.
@lru_cache(maxsize=8)
def _table(rows: int) -> FactTable:
    chance = np.random.default_rng(_SEED)
    columns = {
        name: FactColumn(values=_values(name, rows, chance), known=chance.random(rows) > 1 / 6)
        for name in (*_NUMBERS, *_CHOICES, *_FLAGS)
    }
    terms = {("terms", name): chance.random(rows) < 1 / 6 for name in _LISTS}
    return FactTable(size=rows, columns=columns, terms=terms)


def _values(name: str, rows: int, chance: np.random.Generator) -> Any:  # noqa: ANN401
    if name in _FLAGS:
        return chance.random(rows) < 1 / 2
    if name in _CHOICES:
        return chance.integers(0, len(VOCABULARY[name].choices), rows).astype(np.int8)
    return chance.integers(0, 12, rows)


def _rule(number: int, chance: random.Random) -> EvidenceRule:
    return EvidenceRule(
        id=f"BEN-{number:03}",
        kind="evidence",
        title="Invented",
        status="stable",
        version=1,
        created=_DAY,
        modified=_DAY,
        owner="bench",
        rationale="Invented.",
        when=_condition(chance),
        aspect=f"aspect_{number // _PER_ASPECT}",
        evidence_for="project_manager" if chance.random() < 1 / 2 else "program_manager",
        weight=chance.randint(1, 3),
        basis="structure",
    )


def _condition(chance: random.Random) -> Condition:
    first, second, third = (_comparison(chance) for _ in range(3))
    return chance.choice(
        (
            first,
            Group(join="all", members=(first, second)),
            Group(join="any", members=(first, second)),
            Group(join="all", members=(first, Group(join="any", members=(second, third)))),
        )
    )


def _comparison(chance: random.Random) -> Comparison:
    draw = chance.random()
    if draw < 1 / 4:
        lists = tuple(sorted(chance.sample(_LISTS, chance.randint(1, 2))))
        return Comparison(fact="terms", operator="mentions_any", value=lists)
    if draw < 1 / 2:
        name = chance.choice(_CHOICES)
        return Comparison(
            fact=name, operator="equals", value=chance.choice(VOCABULARY[name].choices)
        )
    if draw < 5 / 8:
        name = chance.choice(_FLAGS)
        return Comparison(fact=name, operator="equals", value=chance.random() < 1 / 2)
    name = chance.choice(_NUMBERS)
    if draw < 3 / 4:
        return Comparison(fact=name, operator="exists", value=chance.random() < 1 / 2)
    return Comparison(fact=name, operator=chance.choice(_OPERATORS), value=chance.randint(1, 10))


def _verdict_rules() -> tuple[VerdictRule, ...]:
    leads: tuple[tuple[Any, str, int], ...] = (
        ("project_manager", "project_lead", MARGIN),
        ("program_manager", "program_lead", MARGIN),
        ("undecided", "project_score", 0),
    )
    return tuple(
        VerdictRule(
            id=f"VER-{order:03}",
            kind="verdict",
            title="Invented",
            status="stable",
            version=1,
            created=_DAY,
            modified=_DAY,
            owner="bench",
            rationale="Invented.",
            when=Comparison(fact=fact, operator="gte", value=least),
            order=order,
            verdict=outcome,
            at_least=0.5,
            at_most=0.9,
        )
        for order, (outcome, fact, least) in enumerate(leads)
    )


def fold(
    condition: Condition,
    leaf: Callable[[Comparison], Made],
    every: Callable[[list[Made]], Made],
    some: Callable[[list[Made]], Made],
) -> Made:
    """A condition in the terms of some engine.

    Args:
        condition: What to translate.
        leaf: Translates a comparison with one value; of several phrase lists it gets each.
        every: Joins parts all of which have to hold.
        some: Joins parts one of which has to hold.
    """
    if isinstance(condition, Group):
        parts = [fold(member, leaf, every, some) for member in condition.members]
        return (every if condition.join == "all" else some)(parts)
    parts = [leaf(single) for single in singles(condition)]
    return parts[0] if len(parts) == 1 else some(parts)


def column_of(comparison: Comparison) -> str:
    """The flat name of what a comparison with one value reads: a fact, or a phrase list."""
    if comparison.operator == "mentions_any":
        return str(comparison.value)
    return comparison.fact


def flat_rows(table: FactTable) -> list[dict[str, Any]]:
    """One mapping a row: facts by name, ``None`` where unknown; phrase lists by name, a flag."""
    columns = {name: values.tolist() for name, values in flat_columns(table).items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def flat_columns(table: FactTable) -> dict[str, Any]:
    """Columns under flat names, as object arrays: choices as text, ``None`` where unknown."""
    flat: dict[str, Any] = {}
    for name, column in table.columns.items():
        values = column.values
        choices = VOCABULARY[name].choices
        plain: Any = np.array(choices, object)[values] if choices else values.astype(object)
        plain[~column.known] = None
        flat[name] = plain
    for (_, name), found in table.terms.items():
        flat[name] = found.astype(object)
    return flat
