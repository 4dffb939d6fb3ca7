"""Rules become durable_rules definitions, within the subset of it that is exact.

Measured limits that shape this module: one pattern a rule behind a guard; every object one key; no
null, regular expression, ``$nex`` or join; at most 60 comparisons and groups a ruleset, because
beyond 64 true tests the engine fails on some data only; no two property names of one 32-bit hash;
numbers below 10**15 with four decimals at most; of text only the choices of the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from pipeline.engine.widths import MAX_TESTS, NARROW, most_firings, refuse_too_wide, width
from pipeline.errors import RulebookError
from pipeline.rulebook.conditions import Comparison, Condition, Group, comparisons, singles
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.rulebook.rules import Rule

GUARD = "k_"
END = "END"


class NamesCollide(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """Two names that the engine cannot tell apart."""

    code = "R062"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """Rules that go into one durable ruleset.

    ``facts`` are the facts they read, in order of first use: the ``scalars`` among them, and of
    terms facts the phrase lists that are looked for, ``terms``. ``reads`` are their
    comparisons, each once. ``most_firings`` bounds how often the
    ruleset can fire on one fact, its sentinel included.
    """

    rules: tuple[Rule, ...]
    facts: tuple[str, ...]
    scalars: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    reads: tuple[Comparison, ...]
    definition: dict[str, Any]
    most_firings: int


def split(rules: Iterable[Rule], narrow: int = NARROW) -> list[Shard]:
    """Pack rules, in order, into few shards that are narrow.

    Args:
        rules: Any rules.
        narrow: The most single tests of a shard, unless one rule alone has more; few where every
            combination of them that occurs is decided.

    Raises:
        RuleTooWide: A rule does not fit even alone.
        NamesCollide: The engine would take two names of one ruleset for the same.
    """
    shards: list[list[Rule]] = [[]]
    used = 0
    tests: set[Comparison] = set()
    for rule in rules:
        refuse_too_wide(rule)
        mine = {single for item in comparisons(rule.when) for single in singles(item)}
        is_full = used + width(rule) > MAX_TESTS or len(tests | mine) > narrow
        if shards[-1] and is_full:
            shards.append([])
            used, tests = 0, set()
        shards[-1].append(rule)
        used += width(rule)
        tests |= mine
    return [_shard(members) for members in shards if members]


def _shard(rules: Sequence[Rule]) -> Shard:
    reads = tuple(dict.fromkeys(item for rule in rules for item in comparisons(rule.when)))
    facts = tuple(dict.fromkeys(item.fact for item in reads))
    definition: dict[str, Any] = {
        rule.id: {"all": [{"m": {"$and": [{GUARD: 1}, compile_condition(rule.when)]}}]}
        for rule in rules
    }
    # The sentinel: it matches everything and comes last, so a firing that was lost is noticed.
    definition[END] = {"all": [{"m": {GUARD: 1}}], "pri": 9}
    _refuse_collisions({GUARD, "id", "sid", *_properties(rules)})
    return Shard(
        rules=tuple(rules),
        facts=facts,
        scalars=tuple(name for name in facts if VOCABULARY[name].kind != "terms"),
        terms=tuple(
            dict.fromkeys(
                (item.fact, name)
                for item in reads
                if item.operator == "mentions_any"
                for name in values_of(item)
            )
        ),
        reads=reads,
        definition=definition,
        most_firings=1 + sum(most_firings(rule.when) for rule in rules),
    )


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
            return _any_of([{name: value} for value in values_of(comparison)])
        case "mentions_any":
            return _any_of([{term_property(name, item): True} for item in values_of(comparison)])
        case _:
            return {f"${comparison.operator}": {name: comparison.value}}


def _any_of(alternatives: list[dict[str, Any]]) -> dict[str, Any]:
    return alternatives[0] if len(alternatives) == 1 else {"$or": alternatives}


def values_of(comparison: Comparison) -> tuple[str, ...]:
    """The values of a comparison that has several."""
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
                yield from (term_property(item.fact, value) for value in values_of(item))
            else:
                yield item.fact


def _refuse_collisions(names: set[str]) -> None:
    """The engine knows properties by hash alone; two of one hash would be one property."""
    seen: dict[int, str] = {}
    for name in sorted(names):
        code = 2166136261
        for byte in name.encode():
            code = (code ^ byte) * 16777619 % 2**32
        if code in seen:
            raise NamesCollide(
                f"the names {seen[code]!r} and {name!r} look the same to the engine",
                hint="Rename the phrase list that is the newer one",
            )
        seen[code] = name
