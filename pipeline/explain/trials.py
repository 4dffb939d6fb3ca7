"""One initiative as it could be: every combination of a few moves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.explain.consequences import COME_WITH, GONE_WITH
from pipeline.facts.table import FactColumn, FactTable, code_of, dtype_of, table_of
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.explain.moves import Move
    from pipeline.facts.table import Fact


class Trials:
    """Every combination of moves of one initiative, fewest first, once ``Rules`` decided them.

    Args:
        fact: The initiative as it is.
        moves: What may be changed, and how far each change is.
    """

    def __init__(self, fact: Fact, moves: Sequence[Move]) -> None:
        self.fact = fact
        self._moves = moves
        self._distance = np.array([distance for _, distance in moves])
        self._given: dict[int, NDArray[np.int8]] = {}
        names = [candidate.spec.name for candidate, _ in moves]
        self._mover = tuple(names.index(name) for name in names)
        base = table_of([fact])
        self._effects = {name: _Effect(name, moves, base) for name in _reached(moves)}

    def choices(self, count: int) -> NDArray[np.intp]:
        """All combinations of ``count`` moves of different facts: a row each, places in order."""
        return _choices(self._mover, count)

    def varied(self, count: int) -> FactTable:
        """What those combinations change, a column each fact."""
        chosen = self.choices(count)
        columns = {name: effect.after(chosen) for name, effect in self._effects.items()}
        return FactTable(size=len(chosen), columns=columns, terms={})

    def has(self, count: int) -> bool:
        """Whether combinations of ``count`` moves are decided."""
        return count in self._given

    def keep(self, count: int, given: NDArray[np.int8]) -> None:
        """Take the verdicts of those combinations, places in ``OUTCOMES``."""
        self._given[count] = given

    @property
    def now(self) -> int:
        """The verdict without any move, a place in ``OUTCOMES``."""
        return int(self._given[0][0])

    def smallest(self, target: int) -> list[Move] | None:
        """The fewest moves that give a verdict; of those the nearest, of those the earliest.

        Args:
            target: A place in ``OUTCOMES``.
        """
        for count, given in sorted(self._given.items()):
            hits = self.choices(count)[given == target]
            if count and len(hits):
                # Rounded, as sums of the same distances in another order differ in the last digit.
                total = np.round(self._distance[hits].sum(axis=1), 6)
                return [self._moves[place] for place in hits[int(np.argmin(total))]]
        return None

    def nearest(self, now: int) -> tuple[list[Move], int] | None:
        """The nearest move that alone gives a verdict other than ``now``, and which one."""
        other = np.flatnonzero(self._given[1] != now)
        if not len(other):
            return None
        place = other[int(np.argmin(np.round(self._distance[self.choices(1)[other, 0]], 6)))]
        return [self._moves[self.choices(1)[place, 0]]], int(self._given[1][place])


# Initiatives of one portfolio mostly may change the same facts in as many ways.
@lru_cache(maxsize=16)
def _choices(mover: tuple[int, ...], count: int) -> NDArray[np.intp]:
    """Every choice of ``count`` moves of different facts, a row each, in order.

    Args:
        mover: What each move changes.
        count: How many moves to choose.
    """
    if not count:
        return np.zeros((1, 0), np.intp)
    fewer, of = _choices(mover, count - 1), np.array(mover, np.intp)
    last = fewer[:, -1] if count > 1 else np.full(1, -1)
    # Each is followed by every later move.
    after = len(mover) - 1 - last
    rows = np.repeat(np.arange(len(fewer)), after)
    added = np.arange(len(rows)) - np.repeat(np.cumsum(after) - after, after) + last[rows] + 1
    chosen = np.column_stack([fewer[rows], added])
    kept = (of[fewer[rows]] != of[added][:, None]).all(axis=1)
    return np.ascontiguousarray(chosen[kept])


def number_of(moves: Sequence[Move], most: int) -> int:
    """How many combinations of at most ``most`` moves of different facts there are."""
    by_fact: dict[str, int] = {}
    for candidate, _ in moves:
        by_fact[candidate.spec.name] = by_fact.get(candidate.spec.name, 0) + 1
    ways = [1] + [0] * most
    for values in by_fact.values():
        for count in range(most, 0, -1):
            ways[count] += ways[count - 1] * values
    return sum(ways[1:])


class _Effect:
    """What each move makes of one fact."""

    def __init__(self, name: str, moves: Sequence[Move], base: FactTable) -> None:
        spec = VOCABULARY[name]
        column = base.columns.get(name)
        self._before = column.values[0] if column else dtype_of(spec)(0)
        self._was_known = bool(column and column.known[0])
        made = [_made(name, candidate.spec.name, candidate.value) for candidate, _ in moves]
        self._touches = np.array([each is not None for each in made], bool)
        self._known = np.array([each is not None and each[0] is not None for each in made], bool)
        self._values = np.array(
            [code_of(spec, each[0]) if each and each[0] is not None else 0 for each in made],
            dtype_of(spec),
        )

    def after(self, chosen: NDArray[np.intp]) -> FactColumn:
        """The fact after the moves of each row, made in order."""
        values = np.full(len(chosen), self._before, self._values.dtype)
        known = np.full(len(chosen), self._was_known)
        for places in chosen.T:
            touched = self._touches[places]
            values = np.where(touched, self._values[places], values)
            known = np.where(touched, self._known[places], known)
        return FactColumn(values=values, known=known)


def _made(name: str, mover: str, value: Any) -> tuple[Any] | None:  # noqa: ANN401
    """The value that a move gives to a fact, in a tuple; ``None`` where it leaves it alone."""
    if mover == name:
        return (value,)
    if value is None:
        return (None,) if name in GONE_WITH.get(mover, ()) else None
    come = COME_WITH.get(mover, {})
    return (come[name],) if name in come else None


def _reached(moves: Sequence[Move]) -> list[str]:
    """Facts that any move changes, by itself or with another one."""
    names: dict[str, None] = {}
    for candidate, _ in moves:
        mover = candidate.spec.name
        also: Mapping[str, Any] = COME_WITH.get(mover, {})
        names |= dict.fromkeys((mover, *GONE_WITH.get(mover, ()), *also))
    return list(names)
