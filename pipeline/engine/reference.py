"""The meaning of a condition in a dozen lines, with no engine: the oracle of every run."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, assert_never

from pipeline.rulebook.conditions import Comparison, Condition, Group

if TYPE_CHECKING:
    from pipeline.facts.table import Fact

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
