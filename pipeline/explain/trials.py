"""Initiatives as they could be: every combination of a few moves, decided on whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.engine.atoms import holds_where
from pipeline.engine.decide import Decisions, Engine, ShardDecision
from pipeline.explain.consequences import COME_WITH, GONE_WITH
from pipeline.facts.table import FactColumn, FactTable, code_of, dtype_of, table_of
from pipeline.rulebook.conditions import comparisons
from pipeline.verdict import decide, tally
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.explain.moves import Move
    from pipeline.facts.table import Bools, Fact
    from pipeline.rulebook.conditions import Comparison
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

_NO_OR_YES = np.array([[False], [True]])
_TOGETHER = 1 << 16  # trials that are decided at once


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Rules that are looked at together, and whether trials change what they say."""

    rules: tuple[EvidenceRule, ...]
    varies: bool


class Rules:
    """What the rules say of initiatives that nobody has, without asking the engine for each.

    Evidence is found by comparing columns; what the caller shows of it the engine has to confirm.

    Args:
        ruleset: The rules.
        verdict_engine: Decides each distinct tally.
    """

    def __init__(self, ruleset: Ruleset, verdict_engine: Engine) -> None:
        self._ruleset = ruleset
        self._engine = verdict_engine
        self._reads = {
            rule.id: frozenset(each.fact for each in comparisons(rule.when))
            for rule in ruleset.evidence
        }
        self._parted: dict[frozenset[str], list[_Part]] = {}

    def decide(self, wanted: Sequence[tuple[Trials, int]]) -> None:
        """Decide all combinations of so many moves of some initiatives, many at once."""
        held: list[tuple[Trials, int]] = []
        rows = 0
        for trials, count in wanted:
            if trials.has(count):
                continue
            size = len(trials.choices(count))
            if held and rows + size > _TOGETHER:
                self._decide(held)
                held, rows = [], 0
            held.append((trials, count))
            rows += size
        if held:
            self._decide(held)

    def _decide(self, wanted: Sequence[tuple[Trials, int]]) -> None:
        varied = [trials.varied(count) for trials, count in wanted]
        names = frozenset().union(*(table.columns for table in varied))
        parts = self._parts(names)
        base = table_of([trials.fact for trials, _ in wanted])
        of = np.repeat(np.arange(len(wanted), dtype=np.uint16), [table.size for table in varied])
        read = frozenset().union(
            *(self._reads[rule.id] for part in parts if part.varies for rule in part.rules)
        )
        spread = _spread(base, of, varied, read)
        alike: dict[Comparison, Bools] = {}
        seen: dict[Comparison, Bools] = {}
        shards = (
            ShardDecision(
                rules=part.rules,
                table=_NO_OR_YES,
                classes=holds_where(part.rules[0].when, spread, seen).view(np.uint8),
            )
            if part.varies
            else ShardDecision(
                rules=part.rules,
                table=np.stack([holds_where(rule.when, base, alike) for rule in part.rules], 1),
                classes=of,
            )
            for part in parts
        )
        sums = tally(Decisions(size=spread.size, shards=tuple(shards)))
        verdicts = decide(self._ruleset, self._engine, sums).verdict
        ends = np.cumsum([table.size for table in varied])
        for (trials, count), given in zip(wanted, np.split(verdicts, ends[:-1]), strict=True):
            trials.keep(count, given)

    def _parts(self, names: frozenset[str]) -> list[_Part]:
        """Rules that some facts cannot change, by aspect; then each of the others by itself."""
        if names not in self._parted:
            alike: dict[str, list[EvidenceRule]] = {}
            others = []
            for rule in self._ruleset.evidence:
                if names.isdisjoint(self._reads[rule.id]):
                    alike.setdefault(rule.aspect, []).append(rule)
                else:
                    others.append(_Part(rules=(rule,), varies=True))
            same = [_Part(rules=tuple(rules), varies=False) for rules in alike.values()]
            self._parted[names] = [*same, *others]
        return self._parted[names]


def _spread(
    base: FactTable, of: NDArray[np.uint16], varied: Sequence[FactTable], names: Collection[str]
) -> FactTable:
    """Some facts of each trial: as its initiative has them, or as the trial changes them.

    Args:
        base: The initiatives as they are.
        of: The initiative of each trial.
        varied: What the trials of each initiative change, in order.
        names: The facts.
    """
    columns: dict[str, FactColumn] = {}
    changed = frozenset().union(*(table.columns for table in varied))
    for name in sorted(changed.union(base.columns).intersection(names)):
        dtype = dtype_of(VOCABULARY[name])
        own = base.columns.get(name)
        values = np.zeros(len(of), dtype) if own is None else own.values.take(of)
        known = base.known(name).take(of)
        start = 0
        for table in varied:
            if name in table.columns:
                values[start : start + table.size] = table.columns[name].values
                known[start : start + table.size] = table.columns[name].known
            start += table.size
        columns[name] = FactColumn(values=values, known=known)
    terms = {key: found.take(of) for key, found in base.terms.items() if key[0] in names}
    return FactTable(size=len(of), columns=columns, terms=terms)


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
