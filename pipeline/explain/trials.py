"""One initiative as it could be: every combination of a few moves, decided on whole columns."""

from __future__ import annotations

from itertools import combinations
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
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.explain.moves import Move
    from pipeline.facts.table import Bools, Fact
    from pipeline.rulebook.conditions import Comparison
    from pipeline.rulebook.rules import Ruleset

_NO_OR_YES = np.array([[False], [True]])


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
        self._alone = [(rule,) for rule in ruleset.evidence]
        self._reads = [
            frozenset(each.fact for each in comparisons(rule.when)) for rule in ruleset.evidence
        ]

    def settled(self, base: FactTable) -> list[bool]:
        """Which rules match one initiative as it is."""
        seen: dict[Comparison, Bools] = {}
        return [bool(holds_where(rules[0].when, base, seen)[0]) for rules in self._alone]

    def verdicts(
        self, base: FactTable, settled: Sequence[bool], varied: FactTable
    ) -> NDArray[np.int8]:
        """The verdict of each trial, a place in ``OUTCOMES``.

        Args:
            base: One initiative as it is.
            settled: Which rules match it.
            varied: What the trials change, a column each; all else is as in ``base``.
        """
        trials = _spread(base, varied)
        seen: dict[Comparison, Bools] = {}
        names, nowhere = varied.columns.keys(), np.zeros(varied.size, np.uint8)
        shards = tuple(
            ShardDecision(rules=rules, table=np.array([[matches]]), classes=nowhere)
            if names.isdisjoint(reads)
            else ShardDecision(
                rules=rules,
                table=_NO_OR_YES,
                classes=holds_where(rules[0].when, trials, seen).view(np.uint8),
            )
            for rules, reads, matches in zip(self._alone, self._reads, settled, strict=True)
        )
        sums = tally(Decisions(size=varied.size, shards=shards))
        return decide(self._ruleset, self._engine, sums).verdict


def _spread(base: FactTable, varied: FactTable) -> FactTable:
    """One initiative for each trial, with what the trial changes."""
    same = {
        name: FactColumn(
            values=np.full(varied.size, column.values[0]),
            known=np.full(varied.size, column.known[0]),
        )
        for name, column in base.columns.items()
    }
    terms = {key: np.full(varied.size, found[0]) for key, found in base.terms.items()}
    return FactTable(size=varied.size, columns={**same, **varied.columns}, terms=terms)


class Trials:
    """Every combination of moves of one initiative, fewest first.

    Args:
        rules: What decides them.
        fact: The initiative as it is.
        moves: What may be changed, and how far each change is.
    """

    def __init__(self, rules: Rules, fact: Fact, moves: Sequence[Move]) -> None:
        self._rules = rules
        self._base = table_of([fact])
        self._settled = rules.settled(self._base)
        self._moves = moves
        self._distance = np.array([distance for _, distance in moves])
        self._made: dict[int, tuple[NDArray[np.intp], NDArray[np.int8]]] = {}
        names = [candidate.spec.name for candidate, _ in moves]
        self._mover = np.array([names.index(name) for name in names], np.intp)
        self._effects = {name: _Effect(name, moves, self._base) for name in _reached(moves)}

    def smallest(self, target: int, most: int) -> list[Move] | None:
        """The fewest moves that give a verdict; of those the nearest, of those the earliest.

        Args:
            target: A place in ``OUTCOMES``.
            most: At most so many.
        """
        for count in range(1, most + 1):
            chosen, given = self.all_of(count)
            hits = chosen[given == target]
            if len(hits):
                # Rounded, as sums of the same distances in another order differ in the last digit.
                total = np.round(self._distance[hits].sum(axis=1), 6)
                return [self._moves[place] for place in hits[int(np.argmin(total))]]
        return None

    def nearest(self, now: int) -> tuple[Move, int] | None:
        """The nearest move that alone gives a verdict other than ``now``, and which one."""
        chosen, given = self.all_of(1)
        other = np.flatnonzero(given != now)
        if not len(other):
            return None
        place = other[int(np.argmin(np.round(self._distance[chosen[other, 0]], 6)))]
        return self._moves[place], int(given[place])

    def all_of(self, count: int) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
        """All combinations of ``count`` moves of different facts, a row each, and their verdicts.

        A row has places among the moves, in order; rows are in the order of their places.
        """
        if count not in self._made:
            chosen = np.array(list(combinations(range(len(self._moves)), count)), np.intp)
            chosen = chosen.reshape(-1, count)
            for one, other in combinations(range(count), 2):
                chosen = chosen[self._mover[chosen[:, one]] != self._mover[chosen[:, other]]]
            given = self._rules.verdicts(self._base, self._settled, self._varied(chosen))
            self._made[count] = chosen, given
        return self._made[count]

    def _varied(self, chosen: NDArray[np.intp]) -> FactTable:
        columns = {name: effect.after(chosen) for name, effect in self._effects.items()}
        return FactTable(size=len(chosen), columns=columns, terms={})


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
