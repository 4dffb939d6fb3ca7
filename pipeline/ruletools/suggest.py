"""Finds a fact that shows a difference: the example that a rule still lacks.

Only a few values of a fact matter to a condition: one on either side of each of its constants. They
are tried in all combinations, few known facts first, so that what is found is small, and so that
nothing found means that there is nothing to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.engine.reference import holds
from pipeline.rulebook.conditions import Comparison, comparisons
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.facts.table import Fact
    from pipeline.rulebook.conditions import Condition

FactValue: TypeAlias = "bool | int | float | str | frozenset[str]"

_MOST_TRIED = 20_000
_MOST_SUBSETS = 10  # phrase lists that a rule tells apart, in all combinations up to here


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a search came to: a fact, or ``None``; then ``is_proof`` tells that none exists."""

    fact: Fact | None
    is_proof: bool = False


def find(
    conditions: Sequence[Condition], wanted: Callable[[Fact], bool], near: Iterable[Fact] = ()
) -> Found:
    """The smallest fact of which ``wanted`` is true.

    Args:
        conditions: All that ``wanted`` looks at; their constants are what is varied.
        wanted: Says whether a fact is what is looked for.
        near: Facts to vary where there are too many combinations to try them all.
    """
    read: dict[str, list[Comparison]] = {}
    for condition in conditions:
        for item in comparisons(condition):
            read.setdefault(item.fact, []).append(item)
    values = {name: _values(VOCABULARY[name], items) for name, items in read.items()}
    if prod(len(options) + 1 for options in values.values()) <= _MOST_TRIED:
        return Found(fact=next(filter(wanted, _all_facts(values)), None), is_proof=True)
    return Found(fact=next(filter(wanted, _close_by(values, near)), None))


def differing(one: Condition, other: Condition, near: Iterable[Fact] = ()) -> Found:
    """The smallest fact that one condition accepts and the other does not."""
    return find([one, other], lambda fact: holds(one, fact) is not holds(other, fact), near)


def _all_facts(values: Mapping[str, Sequence[FactValue]]) -> Iterator[Fact]:
    for size in range(len(values) + 1):
        for names in combinations(values, size):
            for chosen in product(*(values[name] for name in names)):
                yield dict(zip(names, chosen, strict=True))


def _close_by(values: Mapping[str, Sequence[FactValue]], near: Iterable[Fact]) -> Iterator[Fact]:
    """The facts given, with every one and then every two of their values changed."""
    given = [{name: fact[name] for name in values if name in fact} for fact in near]
    for size in (1, 2):
        for names in combinations(values, size):
            for chosen in product(*([None, *values[name]] for name in names)):
                for fact in given:
                    changed = {**fact, **dict(zip(names, chosen, strict=True))}
                    yield {name: value for name, value in changed.items() if value is not None}


def _values(spec: FactSpec, items: Sequence[Comparison]) -> list[FactValue]:
    """Values of one fact that its comparisons tell apart, one of each sort."""
    kept: dict[tuple[bool, ...], FactValue] = {}
    for value in _candidates(spec, items):
        answers = tuple(holds(item, {spec.name: value}) for item in items)
        kept.setdefault(answers, value)
    return list(kept.values())


def _candidates(spec: FactSpec, items: Sequence[Comparison]) -> Iterator[FactValue]:
    match spec.kind:
        case "boolean":
            yield from (True, False)
        case "choice":
            yield from spec.choices
        case "terms":
            yield from _subsets(items)
        case _:
            least = _least(spec)
            step = 1 if spec.kind == "integer" else 0.01
            for constant in sorted(_bounds(items)):
                for value in (constant, constant - step, constant + step):
                    if value >= least:
                        yield int(value) if spec.kind == "integer" else round(value, 4)
            yield int(max(least, 1))


def _bounds(items: Sequence[Comparison]) -> set[float]:
    return {
        float(item.value)
        for item in items
        if item.operator != "exists" and not isinstance(item.value, tuple | str)
    }


def _least(spec: FactSpec) -> float:
    """Counts, scores and sizes are never negative; leads and days from today may be."""
    may_be_negative = spec.family == "context" or spec.name.endswith("_lead")
    return float("-inf") if may_be_negative else 0


def _subsets(items: Sequence[Comparison]) -> Iterator[frozenset[str]]:
    """Sets of phrase lists, small ones first; lists that always stand together count as one."""
    together: dict[tuple[bool, ...], str] = {}
    lists = dict.fromkeys(
        name for item in items if isinstance(item.value, tuple) for name in item.value
    )
    for name in lists:
        together.setdefault(tuple(name in _listed(item) for item in items), name)
    names = list(together.values())
    sizes = range(len(names) + 1) if len(names) <= _MOST_SUBSETS else (0, 1, 2, len(names))
    for size in sizes:
        yield from map(frozenset, combinations(names, size))


def _listed(item: Comparison) -> tuple[str, ...]:
    return item.value if isinstance(item.value, tuple) else ()


def as_written(fact: Fact) -> dict[str, Any]:
    """A fact as the examples of a rule file write it."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in fact.items()
        if value != frozenset()
    }


def name_of(fact: Fact) -> str:
    """A name for a suggested example, made of what is known."""
    written = as_written(fact)
    parts = [
        f"{name} {' '.join(value) if isinstance(value, list) else str(value).lower()}"
        for name, value in written.items()
    ]
    return ", ".join(parts) or "nothing known"
