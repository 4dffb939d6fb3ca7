"""Small, wrong versions of a condition, each of which an example of the rule should notice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.rulebook.conditions import Comparison, Condition, Group
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rulebook.conditions import Operator, Value

_STEP = {"integer": 1, "number": 0.01}
_STRICT: dict[Operator, Operator] = {"gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A condition with one change.

    ``path`` is where, such as "when.all.0"; ``change`` says what.
    """

    path: str
    change: str
    condition: Condition


def never(fact: str) -> Comparison:
    """A comparison that never holds; the rulebook itself cannot write one."""
    return Comparison(fact=fact, operator="one_of", value=())


def mutants(condition: Condition) -> Iterator[Mutant]:
    """Every mutant of a condition, those that mean the same only once.

    Thresholds move by one step of their fact (0.01 for numbers), strict and inclusive operators
    change places, equals is turned around, choices and phrase lists are dropped and choices added,
    groups swap all and any and lose each of their members.
    """
    seen = {_meaning(condition)}
    for mutant in _mutants(condition, "when"):
        meaning = _meaning(mutant.condition)
        if meaning not in seen:
            seen.add(meaning)
            yield mutant


def _mutants(condition: Condition, path: str) -> Iterator[Mutant]:
    if isinstance(condition, Comparison):
        for changed in _comparisons(condition):
            wanted = "never" if changed.value == () else f"'{changed}'"
            yield Mutant(path=path, change=f"'{condition}' made {wanted}", condition=changed)
        return
    members, place = condition.members, f"{path}.{condition.join}"
    if len(members) > 1:
        other = "any" if condition.join == "all" else "all"
        yield Mutant(path=path, change=f"{place} made {other}", condition=_joined(other, members))
        for index, member in enumerate(members):
            rest = (*members[:index], *members[index + 1 :])
            yield Mutant(
                path=f"{place}.{index}",
                change=f"'{member}' dropped",
                condition=replace(condition, members=rest),
            )
    for index, member in enumerate(members):
        for mutant in _mutants(member, f"{place}.{index}"):
            changed_members = (*members[:index], mutant.condition, *members[index + 1 :])
            yield replace(mutant, condition=replace(condition, members=changed_members))


def _joined(join: str, members: tuple[Condition, ...]) -> Group:
    return Group(join="any" if join == "any" else "all", members=members)


def _comparisons(comparison: Comparison) -> Iterator[Comparison]:
    spec = VOCABULARY[comparison.fact]
    match comparison.operator:
        case "exists":
            yield replace(comparison, value=not comparison.value)
        case "one_of" | "mentions_any":
            yield from _lists(comparison, spec.choices)
        case "equals" if spec.kind == "boolean":
            yield replace(comparison, value=not comparison.value)
        case "equals" if spec.kind == "choice":
            others = tuple(choice for choice in spec.choices if choice != comparison.value)
            yield replace(comparison, operator="one_of", value=others)
            for other in others:
                both = (str(comparison.value), other)
                yield replace(comparison, operator="one_of", value=both)
        case "equals":
            yield from _moved(comparison)
        case strictness:
            yield from _moved(comparison)
            yield replace(comparison, operator=_STRICT[strictness])


def _moved(comparison: Comparison) -> Iterator[Comparison]:
    step = _STEP[VOCABULARY[comparison.fact].kind]
    value = comparison.value
    if not isinstance(value, tuple | str):
        yield replace(comparison, value=_rounded(value - step))
        yield replace(comparison, value=_rounded(value + step))


def _rounded(value: float) -> int | float:
    return round(value, 4) if isinstance(value, float) else value


def _lists(comparison: Comparison, choices: tuple[str, ...]) -> Iterator[Comparison]:
    values = comparison.value if isinstance(comparison.value, tuple) else ()
    for item in values:
        kept = tuple(value for value in values if value != item)
        yield replace(comparison, value=kept) if kept else never(comparison.fact)
    for choice in choices:
        if choice not in values:
            yield replace(comparison, value=(*values, choice))


def _meaning(condition: Condition) -> Condition:
    """The condition in the one form that all of its spellings share."""
    if isinstance(condition, Group):
        members = tuple(_meaning(member) for member in condition.members)
        return members[0] if len(members) == 1 else replace(condition, members=members)
    value, operator = condition.value, condition.operator
    if isinstance(value, tuple):
        return replace(condition, value=tuple(sorted(value)))
    if operator in ("gt", "lt") and _is_whole(value):
        bound: Value = int(value) + (1 if operator == "gt" else -1)
        return replace(condition, operator=_STRICT[operator], value=bound)
    return condition


def _is_whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
