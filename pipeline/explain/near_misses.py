"""Why not: the rules of the other role that came nearest to matching, and where each fell short.

How near a rule is: the fewest comparisons that would have to turn out otherwise for it to match;
then rules about structure before rules about words; then the distance in numbers, heavier rules
before lighter. The meaning of a comparison is that of ``engine.reference``.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from pipeline.engine.reference import holds
from pipeline.rulebook.conditions import Comparison, Condition, comparisons
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.facts.table import Fact, FactTable
    from pipeline.rulebook.rules import EvidenceRule

State = Literal["unknown", "contradicts", "not_mentioned"]
MOST = 3
# What is unknown or of another kind is as far as a number that would have to grow without end.
_FAR = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """One comparison that failed.

    ``state`` tells a fact that nobody has stated from one that speaks against the rule; ``found``
    is the value, "" where unknown or a phrase list. ``distance`` is the relative distance of
    numbers, 0 to 1.
    """

    comparison: Comparison
    state: State
    found: str
    distance: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMiss:
    """A rule that did not match, and the fewest comparisons that would have to hold as well.

    The smaller ``rank``, the nearer.
    """

    rule: EvidenceRule
    shortfalls: tuple[Shortfall, ...]
    rank: tuple[int, bool, float, int, str]


def shortfalls(condition: Condition, fact: Fact) -> tuple[Shortfall, ...]:
    """The fewest comparisons that would have to hold besides; empty where the condition holds."""
    if isinstance(condition, Comparison):
        return () if holds(condition, fact) else (_shortfall(condition, fact),)
    parts = [shortfalls(member, fact) for member in condition.members]
    if condition.join == "all":
        # A comparison that stands twice fails once.
        return tuple(dict.fromkeys(each for part in parts for each in part))
    return min(parts, key=lambda part: (len(part), sum(each.distance for each in part)))


def _shortfall(comparison: Comparison, fact: Fact) -> Shortfall:
    value = fact.get(comparison.fact)
    if comparison.operator == "mentions_any":
        return Shortfall(comparison=comparison, state="not_mentioned", found="", distance=_FAR)
    if value is None:
        return Shortfall(comparison=comparison, state="unknown", found="", distance=_FAR)
    return Shortfall(
        comparison=comparison,
        state="contradicts",
        found=_shown(value),
        distance=_distance(comparison, value),
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.0f}"
    return str(value).replace("_", " ")


def _distance(comparison: Comparison, value: object) -> float:
    limit = comparison.value
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        return _FAR
    if not isinstance(value, int | float):
        return _FAR
    largest = max(abs(value), abs(limit), 1)
    return min(abs(value - limit) / largest, _FAR)


def nearest(
    rules: Sequence[EvidenceRule],
    table: FactTable,
    roles: Sequence[Iterable[str]],
    *,
    most: int = MOST,
) -> list[tuple[NearMiss, ...]]:
    """The nearest rules that did not match, of each initiative.

    Args:
        rules: Evidence rules; those that weigh nothing are left out.
        table: Facts.
        roles: Of which roles, by position.
        most: At most so many an initiative.
    """
    wanted = [frozenset(each) for each in roles]
    found: list[list[NearMiss]] = [[] for _ in range(table.size)]
    for rule in rules:
        if rule.points:
            for position, miss in enumerate(_misses(rule, table)):
                if miss is not None and rule.evidence_for in wanted[position]:
                    found[position].append(miss)
    return [tuple(sorted(misses, key=_RANK)[:most]) for misses in found]


_RANK = attrgetter("rank")


def _miss(rule: EvidenceRule, failed: tuple[Shortfall, ...]) -> NearMiss:
    distance = sum(each.distance for each in failed)
    rank = (len(failed), rule.basis == "text", distance, -rule.points, rule.id)
    return NearMiss(rule=rule, shortfalls=failed, rank=rank)


def _misses(rule: EvidenceRule, table: FactTable) -> Iterable[NearMiss | None]:
    """How each initiative missed one rule; those that look alike to it share the answer."""
    answers: dict[tuple[object, ...], NearMiss | None] = {}
    names = sorted({comparison.fact for comparison in comparisons(rule.when)})
    lists = sorted(
        {
            (comparison.fact, name)
            for comparison in comparisons(rule.when)
            if comparison.operator == "mentions_any" and isinstance(comparison.value, tuple)
            for name in comparison.value
        }
    )
    columns: list[Sequence[object]] = [
        _values(table, name) for name in names if VOCABULARY[name].kind != "terms"
    ]
    columns += [table.mentions(fact, name).tolist() for fact, name in lists]
    keys = zip(*columns, strict=True) if columns else ((),) * table.size
    for position, key in enumerate(keys):
        if key not in answers:
            failed = shortfalls(rule.when, table.fact(position, names))
            answers[key] = _miss(rule, failed) if failed else None
        yield answers[key]


def _values(table: FactTable, name: str) -> Sequence[object]:
    column = table.columns.get(name)
    if column is None:
        return (None,) * table.size
    values = column.values.tolist()
    return [
        value if known else None for value, known in zip(values, column.known.tolist(), strict=True)
    ]
