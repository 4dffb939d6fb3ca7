"""How wide a rule may be for the engine to decide it exactly, and soon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipeline.errors import RulebookError
from pipeline.rulebook.conditions import Condition, Group

if TYPE_CHECKING:
    from pipeline.rulebook.rules import Rule

MAX_TESTS = 60
# Single tests of a shard that has several rules: each doubles the combinations that may occur.
NARROW = 3
# The engine keeps two marks a group and has room for 31; one group is the guard's.
MAX_GROUPS = 14
# A rule fires once for each combination of true branches, a microsecond or two each.
MAX_FIRINGS = 1024


class RuleTooWide(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One rule alone has more comparisons, or ways to match, than a ruleset may have."""

    code = "R060"


def refuse_too_wide(rule: Rule) -> None:
    """Refuse a rule that the engine could not decide exactly, or not soon.

    Raises:
        RuleTooWide: It has too many comparisons, groups, or ways to match.
    """
    tests, groups, firings = width(rule), _groups(rule.when), most_firings(rule.when)
    if tests > MAX_TESTS:
        raise RuleTooWide(
            f"rule {rule.id} has {tests} comparisons and groups; the engine is exact up to "
            f"{MAX_TESTS}",
            hint="Split it into two rules",
        )
    if groups > MAX_GROUPS:
        raise RuleTooWide(
            f"rule {rule.id} has {groups} groups (all, any and lists of several names); the "
            f"engine takes {MAX_GROUPS}",
            hint="Split it into two rules",
        )
    if firings > MAX_FIRINGS:
        raise RuleTooWide(
            f"rule {rule.id} can match in {firings:,} ways at once; the engine visits "
            f"each, and {MAX_FIRINGS:,} is the most",
            hint="Split it into two rules, or drop an any: inside all:",
        )


def _groups(condition: Condition) -> int:
    if isinstance(condition, Group):
        return 1 + sum(map(_groups, condition.members))
    return int(isinstance(condition.value, tuple) and len(condition.value) > 1)


def most_firings(condition: Condition) -> int:
    """How many combinations of branches can be true at once."""
    if isinstance(condition, Group):
        parts = [most_firings(member) for member in condition.members]
        return math.prod(parts) if condition.join == "all" else sum(parts)
    return len(condition.value) if isinstance(condition.value, tuple) else 1


def width(rule: Rule) -> int:
    """Comparisons and groups of a rule, as the limit of a ruleset counts them."""
    return _tests(rule.when) + 1


def _tests(condition: Condition) -> int:
    if isinstance(condition, Group):
        return 1 + sum(map(_tests, condition.members))
    if isinstance(condition.value, tuple) and len(condition.value) > 1:
        return 1 + len(condition.value)
    return 1
