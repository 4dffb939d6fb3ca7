"""Comparisons on whole columns: which initiatives look alike to a shard."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.rulebook.conditions import Comparison, comparisons, singles
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools, FactTable
    from pipeline.rulebook.rules import Rule

_COMPARE = {
    "equals": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_BLOCK = 1 << 15  # initiatives whose columns stay in the cache from one test to the next
_KINDS: tuple[tuple[int, Any], ...] = (
    (8, np.uint8),
    (16, np.uint16),
    (32, np.uint32),
    (64, np.uint64),
)


def atoms(rules: Iterable[Rule]) -> list[Comparison]:
    """The distinct single tests of some rules: one fact, one constant each."""
    return list(
        dict.fromkeys(
            single for rule in rules for item in comparisons(rule.when) for single in singles(item)
        )
    )


def evaluate(atom: Comparison, table: FactTable) -> Bools:
    """Where one single test holds; never where its fact is unknown."""
    if atom.operator == "mentions_any":
        return table.mentions(atom.fact, str(atom.value))
    known = table.known(atom.fact)
    if atom.operator == "exists":
        return known if atom.value else ~known
    column = table.columns.get(atom.fact)
    if column is None:
        return known
    spec = VOCABULARY[atom.fact]
    value = spec.choices.index(str(atom.value)) if spec.kind == "choice" else atom.value
    compared: Bools = _COMPARE[atom.operator](column.values, value)
    return compared & known


def signatures(tests: list[Comparison], table: FactTable) -> NDArray[Any]:
    """One number an initiative, a bit a test; equal numbers look alike to the rules.

    Returns:
        Unsigned numbers of the narrowest kind that has a bit for every test: the narrower, the
        quicker.
    """
    kind = next(kind for bits, kind in _KINDS if len(tests) <= bits)
    if table.size <= _BLOCK:
        return _signatures(tests, table, kind)
    codes = np.zeros(table.size, kind)
    for start in range(0, table.size, _BLOCK):
        part = table.between(start, start + _BLOCK)
        codes[start : start + _BLOCK] = _signatures(tests, part, kind)
    return codes


def _signatures(tests: list[Comparison], table: FactTable, kind: Any) -> NDArray[Any]:  # noqa: ANN401 -- a kind of number
    codes = np.zeros(table.size, kind)
    for place, atom in enumerate(tests):
        hits = evaluate(atom, table)
        codes |= (hits.view(np.uint8) if kind is np.uint8 else hits.astype(kind)) << kind(place)
    return codes
