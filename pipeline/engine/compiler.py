"""Rules become durable_rules definitions, within the subset of it that is exact.

Measured limits that shape this module: one pattern a rule behind a guard; every object one key; no
null, regular expression, ``$nex`` or join; at most 60 comparisons and groups a ruleset, because
beyond 64 true tests the engine fails on some data only; property names must not share a 32-bit hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from pipeline.errors import RulebookError
from pipeline.rulebook.conditions import Comparison, Condition, Group, comparisons
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Rule

MAX_TESTS = 60
GUARD = "k_"
END = "END"


class RuleTooWide(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One rule alone has more comparisons than a ruleset may have."""

    code = "R060"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """Rules that go into one durable ruleset.

    ``facts`` are the facts they read, in order of first use; ``properties`` the names under which
    the engine sees them.
    """

    rules: tuple[Rule, ...]
    facts: tuple[str, ...]
    definition: dict[str, Any]


def split(rules: Iterable[Rule]) -> list[Shard]:
    """Pack rules, in order, into as few shards as the limit allows.

    Raises:
        RuleTooWide: A rule does not fit even alone.
    """
    shards: list[list[Rule]] = [[]]
    used = 0
    for rule in rules:
        tests = _tests(rule.when) + 1
        if tests > MAX_TESTS:
            raise RuleTooWide(
                f"rule {rule.id} has {tests} comparisons and groups; the engine is exact up to {MAX_TESTS}",
                hint="Split it into two rules",
            )
        if used + tests > MAX_TESTS and shards[-1]:
            shards.append([])
            used = 0
        shards[-1].append(rule)
        used += tests
    return [_shard(members) for members in shards if members]


def _tests(condition: Condition) -> int:
    if isinstance(condition, Group):
        return 1 + sum(map(_tests, condition.members))
    if isinstance(condition.value, tuple):
        return 1 + len(condition.value)
    return 1


def _shard(rules: Sequence[Rule]) -> Shard:
    facts = tuple(dict.fromkeys(item.fact for rule in rules for item in comparisons(rule.when)))
    definition: dict[str, Any] = {
        rule.id: {"all": [{"m": {"$and": [{GUARD: 1}, compile_condition(rule.when)]}}]}
        for rule in rules
    }
    # The sentinel: it matches everything and comes last, so a firing that was lost is noticed.
    definition[END] = {"all": [{"m": {GUARD: 1}}], "pri": 9}
    _refuse_collisions({GUARD, "id", "sid", *_properties(rules)})
    return Shard(rules=tuple(rules), facts=facts, definition=definition)


def compile_condition(condition: Condition) -> dict[str, Any]:
    """One condition as durable_rules writes it."""
    match condition:
        case Group(join="all", members=members):
            return {"$and": [compile_condition(member) for member in members]}
        case Group(members=members):
            return {"$or": [compile_condition(member) for member in members]}
        case Comparison():
            return _compile_comparison(condition)
        case _:
            assert_never(condition)


def _compile_comparison(comparison: Comparison) -> dict[str, Any]:
    name = comparison.fact
    match comparison.operator:
        case "exists":
            return {known_property(name): comparison.value}
        case "equals":
            return {name: comparison.value}
        case "one_of":
            return {"$or": [{name: value} for value in _values(comparison)]}
        case "mentions_any":
            return {"$or": [{term_property(name, item): True} for item in _values(comparison)]}
        case _:
            return {f"${comparison.operator}": {name: comparison.value}}


def _values(comparison: Comparison) -> tuple[str, ...]:
    assert isinstance(comparison.value, tuple)  # noqa: S101 -- the reader made it so
    return comparison.value


def known_property(fact: str) -> str:
    """Name of the boolean that says whether a fact is known."""
    return f"{fact}_known"


def term_property(fact: str, phrase_list: str) -> str:
    """Name of the boolean that says whether a phrase list was found."""
    return f"{fact}_{phrase_list}"


def _properties(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        for item in comparisons(rule.when):
            if item.operator == "exists":
                yield known_property(item.fact)
            elif item.operator == "mentions_any":
                yield from (term_property(item.fact, value) for value in _values(item))
            else:
                yield item.fact


def message(shard: Shard, fact: Fact) -> dict[str, Any]:
    """The fact of one initiative as the engine gets it; unknown stays absent."""
    sent: dict[str, Any] = {"id": "r", GUARD: 1}
    for rule in shard.rules:
        for item in comparisons(rule.when):
            value = fact.get(item.fact)
            if item.operator == "exists":
                sent[known_property(item.fact)] = value is not None
            elif item.operator == "mentions_any":
                found = value if isinstance(value, frozenset) else frozenset()
                for name in _values(item):
                    sent[term_property(item.fact, name)] = name in found
            elif value is not None:
                number = VOCABULARY[item.fact].kind == "number"
                sent[item.fact] = float(value) if number else value  # type: ignore[arg-type]
    return sent


def _refuse_collisions(names: set[str]) -> None:
    """The engine knows properties by hash alone; two of one hash would be one property."""
    seen: dict[int, str] = {}
    for name in sorted(names):
        code = 2166136261
        for byte in name.encode():
            code = (code ^ byte) * 16777619 % 2**32
        if code in seen:
            raise RulebookError(
                f"the names {seen[code]!r} and {name!r} look the same to the engine",
                hint="Rename the phrase list that is the newer one",
            )
        seen[code] = name
