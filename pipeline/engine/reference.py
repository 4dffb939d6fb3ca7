"""The meaning of a condition in a dozen lines, with no engine: the oracle of every run.

``holds`` tells it; ``prepared`` gives the same answers sooner, for those who ask often. Both look
at the fact alone: neither knows of columns, classes or what the engine was sent.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, assert_never

from pipeline.rulebook.conditions import Comparison, Condition, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.facts.table import Fact

    Holds = Callable[[Fact], bool]

_COMPARE = {
    "equals": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def holds(condition: Condition, fact: Fact) -> bool:
    """Whether a condition holds for one initiative; a comparison with an unknown fact does not."""
    match condition:
        case Group(join="all", members=members):
            return all(holds(member, fact) for member in members)
        case Group(members=members):
            return any(holds(member, fact) for member in members)
        case Comparison():
            return _compare(condition, fact)
        case _:
            assert_never(condition)


def _compare(comparison: Comparison, fact: Fact) -> bool:
    value = fact.get(comparison.fact)
    match comparison.operator:
        case "exists":
            return (value is not None) is comparison.value
        case "mentions_any":
            found = value if isinstance(value, frozenset) else frozenset()
            return not found.isdisjoint(comparison.value)  # type: ignore[arg-type]
        case "one_of":
            return value in comparison.value  # type: ignore[operator]
        case _:
            if value is None:
                return False
            return bool(_COMPARE[comparison.operator](value, comparison.value))


def prepared(condition: Condition) -> Holds:
    """``holds`` for one condition, with its operators looked up beforehand."""
    if isinstance(condition, Comparison):
        return _prepared(condition)
    parts = tuple(map(prepared, condition.members))
    settles = condition.join == "any"  # the answer of a member that leaves no question

    def joined(fact: Fact) -> bool:
        for part in parts:
            if part(fact) is settles:
                return settles
        return not settles

    return joined


def _prepared(comparison: Comparison) -> Holds:
    name, constant = comparison.fact, comparison.value
    if comparison.operator == "mentions_any":

        def mentioned(fact: Fact) -> bool:
            found = fact.get(name)
            return isinstance(found, frozenset) and not found.isdisjoint(constant)  # type: ignore[arg-type]

        return mentioned
    if comparison.operator not in _COMPARE:
        return lambda fact: _compare(comparison, fact)
    compare = _COMPARE[comparison.operator]

    def compared(fact: Fact) -> bool:
        value = fact.get(name)
        return value is not None and bool(compare(value, constant))

    return compared
