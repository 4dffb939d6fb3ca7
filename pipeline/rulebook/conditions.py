"""Conditions of a rule: comparisons of one fact with a constant, joined by all and any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Operator = Literal["equals", "gt", "gte", "lt", "lte", "exists", "one_of", "mentions_any"]
Join = Literal["all", "any"]
# Beyond either the engine misreads a number, so neither rules nor facts go there.
LARGEST = 10**15
DECIMALS = 4
Value: TypeAlias = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One fact against one constant; false when the fact is unknown, but for ``exists: false``.

    ``value`` is a tuple for ``one_of`` and ``mentions_any``, a bool for ``exists``.
    """

    fact: str
    operator: Operator
    value: Value

    def __str__(self) -> str:
        words = {
            "equals": "is",
            "gt": "is more than",
            "gte": "is at least",
            "lt": "is less than",
            "lte": "is at most",
            "one_of": "is one of",
            "mentions_any": "mention",
        }
        if self.operator == "exists":
            return f"{self.fact} is {'known' if self.value else 'unknown'}"
        value = self.value
        shown = " or ".join(value) if isinstance(value, tuple) else str(value).lower()
        return f"{self.fact} {words[self.operator]} {shown}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Conditions of which all, or any, must hold; never empty."""

    join: Join
    members: tuple[Condition, ...]

    def __str__(self) -> str:
        joint = " and " if self.join == "all" else " or "
        return joint.join(
            f"({member})" if isinstance(member, Group) else str(member) for member in self.members
        )


Condition: TypeAlias = Comparison | Group


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison of a condition, in the order written."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for member in condition.members:
        yield from comparisons(member)


def needed_facts(condition: Condition) -> frozenset[str]:
    """Facts that are known whenever the condition holds, whichever branch made it hold."""
    if isinstance(condition, Comparison):
        absent = condition.operator == "exists" and condition.value is False
        return frozenset() if absent else frozenset({condition.fact})
    parts = [needed_facts(member) for member in condition.members]
    if condition.join == "all":
        return frozenset().union(*parts)
    return frozenset.intersection(*parts)


def singles(comparison: Comparison) -> list[Comparison]:
    """A comparison with several values as one for each."""
    if not isinstance(comparison.value, tuple):
        return [comparison]
    operator_ = "equals" if comparison.operator == "one_of" else comparison.operator
    return [
        Comparison(fact=comparison.fact, operator=operator_, value=value)
        for value in comparison.value
    ]
