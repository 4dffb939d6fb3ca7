"""Comparisons on whole columns: which initiatives look alike to a shard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.facts.table import FactTable
from pipeline.rulebook.conditions import Comparison, comparisons, singles
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools, FactColumn
    from pipeline.rulebook.conditions import Condition
    from pipeline.rulebook.rules import Rule

_COMPARE = {
    "equals": np.equal,
    "gt": np.greater,
    "gte": np.greater_equal,
    "lt": np.less,
    "lte": np.less_equal,
}
_FEW = 4_096  # initiatives so few that narrower numbers save nothing
_BLOCK = 1 << 17  # initiatives whose columns stay in the cache from one test to the next
_CACHED = 1 << 15  # whole numbers that are still in the cache when they are read again
_NARROW = tuple(np.iinfo(kind) for kind in (np.uint8, np.int16))
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


def evaluate(atom: Comparison, table: FactTable, room: Bools | None = None) -> Bools:
    """Where one single test holds; never where its fact is unknown.

    Args:
        atom: The test.
        table: Facts of many initiatives.
        room: What may be overwritten to answer, as long as the table.
    """
    if atom.operator == "mentions_any":
        return table.mentions(atom.fact, str(atom.value))
    known = table.known(atom.fact)
    if atom.operator == "exists":
        return known if atom.value else np.logical_not(known, out=room)
    column = table.columns.get(atom.fact)
    if column is None:
        return known
    spec = VOCABULARY[atom.fact]
    value = spec.choices.index(str(atom.value)) if spec.kind == "choice" else atom.value
    compared: Bools = _COMPARE[atom.operator](column.values, value, out=room)
    compared &= known
    return compared


def holds_where(
    condition: Condition, table: FactTable, seen: dict[Comparison, Bools] | None = None
) -> Bools:
    """Where a condition holds.

    Args:
        condition: What to test.
        table: Facts of many initiatives.
        seen: Answers of single tests on this table, which are looked up and added to.
    """
    seen = {} if seen is None else seen
    if isinstance(condition, Comparison):
        parts = singles(condition)
        for part in parts:
            if part not in seen:
                seen[part] = evaluate(part, table)
        found = [seen[part] for part in parts]
        return np.asarray(np.logical_or.reduce(found), bool) if len(found) > 1 else found[0]
    found = [holds_where(member, table, seen) for member in condition.members]
    join = np.logical_and if condition.join == "all" else np.logical_or
    return np.asarray(join.reduce(found), bool)


def parts_of(table: FactTable, names: Collection[str]) -> list[FactTable]:
    """The facts of ``names``, to be compared often: in neighbors, in the narrowest numbers."""
    # Asked for by name: some columns are made only when they are.
    columns = {name: table.columns[name] for name in names if name in table.columns}
    if table.size > _FEW:
        columns = {name: _narrow(column) for name, column in columns.items()}
    terms = {key: found for key, found in table.terms.items() if key[0] in names}
    asked = FactTable(size=table.size, columns=columns, terms=terms)
    if table.size <= _BLOCK:
        return [asked]
    return [asked.between(start, start + _BLOCK) for start in range(0, table.size, _BLOCK)]


def _narrow(column: FactColumn) -> FactColumn:
    """The same column in numbers of a byte or two, which are compared several times as fast."""
    values = column.values
    if values.dtype.kind != "i" or values.dtype.itemsize <= 1:
        return column
    small = _bytes(values) if values.dtype == np.int64 else None
    if small is not None:
        return replace(column, values=small)
    least, most = values.min(), values.max()
    kind = next((kind for kind in _NARROW if kind.min <= least and most <= kind.max), None)
    return column if kind is None else replace(column, values=values.astype(kind.dtype))


def _bytes(values: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """The same numbers in bytes, as most columns can be had; each is read once."""
    made = np.empty(len(values), np.uint8)
    for start in range(0, len(values), _CACHED):
        part = values[start : start + _CACHED]
        # Numbers below zero are very large ones without a sign.
        if part.view(np.uint64).max() > np.iinfo(np.uint8).max:
            return None
        made[start : start + _CACHED] = part
    return made


def signatures(
    groups: Sequence[Sequence[Comparison]], parts: Sequence[FactTable]
) -> list[NDArray[Any]]:
    """For each group of tests one number an initiative, a bit a test.

    Args:
        groups: What the rules of each shard compare; equal numbers look alike to them.
        parts: What ``parts_of`` gives.

    Returns:
        Unsigned numbers of the narrowest kind that has a bit for every test of the group: the
        narrower, the quicker.
    """
    every = list(dict.fromkeys(atom for tests in groups for atom in tests))
    number = {atom: place for place, atom in enumerate(every)}
    numbers = [[number[atom] for atom in tests] for tests in groups]
    made = _rooms([_kind(len(tests)) for tests in groups], sum(part.size for part in parts))
    rooms = np.empty((len(every), max(part.size for part in parts)), bool)
    start = 0
    for part in parts:
        bits = [
            evaluate(atom, part, room[: part.size]).view(np.uint8)
            for atom, room in zip(every, rooms, strict=True)
        ]
        for places, codes in zip(numbers, made, strict=True):
            _fill(codes[start : start + part.size], [bits[place] for place in places])
        start += part.size
    return made


def _rooms(kinds: Sequence[Any], size: int) -> list[NDArray[Any]]:
    """Room for codes of some kinds: one piece for each kind, which is had sooner than many."""
    pieces = {kind: iter(np.empty((kinds.count(kind), size), kind)) for kind in set(kinds)}
    return [next(pieces[kind]) for kind in kinds]


def _kind(bits: int) -> Any:  # noqa: ANN401 -- a kind of number
    return next(kind for most, kind in _KINDS if bits <= most)


def _fill(codes: NDArray[Any], bits: Sequence[NDArray[np.uint8]]) -> None:
    if len(bits) <= 1:
        codes[:] = bits[0] if bits else 0
        return
    # Doubled rather than shifted: numpy shifts bytes one by one, and adds dozens at once.
    *others, before, last = bits
    np.add(last, last, out=codes)
    codes |= before
    for each in reversed(others):
        codes += codes
        codes |= each
