"""What would change it: the smallest change of facts that gives another verdict, exactly.

Smallest: the fewest facts, at most ``MOST_FACTS``; of those, the least total distance, as
``flips.cost_of`` measures it; of those, facts early in the vocabulary. Only facts that a PMO can
change or correct are touched, within what the portfolio itself shows. Every combination is tried;
where there are too many for that, z3 searches. Every change that is found is decided anew by an
engine that has not seen the initiative before.

How near the verdict is to another one:

- borderline: one known fact, moved by one step, changes it;
- sensitive: one fact changes it, by more than a step or because nobody has stated it yet;
- robust: it takes two facts or more, or no change of such facts does it at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pipeline.engine.atoms import atoms
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.explain.consequences import AT_LEAST, GONE_WITH, possible
from pipeline.explain.flips import Candidate, candidates, cost_of
from pipeline.explain.moves import flip_of, moved, one_step
from pipeline.explain.trials import Rules, Trials, number_of
from pipeline.facts.table import table_of
from pipeline.rulebook.conditions import comparisons
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.explain.moves import Flip, Move
    from pipeline.facts.table import Fact, FactTable

    Search = Callable[[int], list[Move] | None]
    from pipeline.rulebook.conditions import Comparison
    from pipeline.rulebook.rules import Ruleset

Closeness = Literal["borderline", "sensitive", "robust"]
# Steps of the solver, not seconds: a search that is given up is given up on every machine.
STEPS = 5_000_000
MOST_FACTS = 4
# Combinations to try, part of a second; z3 needs as long for a question that has a tenth of them.
TRIED = 200_000
_UNDECIDED = OUTCOMES.index("undecided")


class GivenUp(Exception):  # noqa: N818 -- named for what happened
    """The solver gave up within its steps: there may be a change, or a smaller one."""


class FalseFlip(Exception):  # noqa: N818 -- named for what it is
    """Search and engine differ: our bug, so the traceback is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counterfactual:
    """The smallest change for each other verdict, and how near the verdict is to another one.

    A decided initiative has the change to the other role, or failing that, to undecided; an
    undecided one has one for each role. ``gave_up`` tells that a search ended before its end, so
    that there may be a change that is not shown. ``nearest`` is the change of one fact that
    ``closeness`` stands on, ``None`` if robust.
    """

    flips: tuple[Flip, ...]
    closeness: Closeness
    gave_up: bool
    nearest: Flip | None = None


class Counterfactuals:
    """Finds the smallest changes under one ruleset; equal facts are searched once.

    Args:
        ruleset: The rules.
        steps: After how many of the solver's own steps to give up one question.
        tried: How many combinations of changes to try rather than to ask the solver.
    """

    def __init__(self, ruleset: Ruleset, *, steps: int = STEPS, tried: int = TRIED) -> None:
        self._ruleset = ruleset
        self._steps = steps
        self._tried = tried
        # Not the engines of the run: what they say here shall prove something.
        self._engine = Engine(ruleset.evidence)
        self._verdict_engine = Engine(ruleset.verdict)
        self._rules = Rules(ruleset, self._verdict_engine)
        self._candidates = tuple(candidates(ruleset.evidence))
        read = {each.fact for rule in ruleset.evidence for each in comparisons(rule.when)}
        self._names = tuple(name for name in VOCABULARY if name in read | set(AT_LEAST.values()))
        self._atoms: dict[str, list[Comparison]] = {name: [] for name in self._names}
        for atom in atoms(ruleset.evidence):
            self._atoms[atom.fact].append(atom)
        self._found: dict[frozenset[tuple[str, Any]], Counterfactual] = {}

    def of(self, fact: Fact) -> Counterfactual:
        """The counterfactual of one initiative."""
        own = {name: fact[name] for name in self._names if name in fact}
        key = frozenset(own.items())
        if key not in self._found:
            self._found[key] = self._search(own)
        return self._found[key]

    def _search(self, fact: Fact) -> Counterfactual:
        table = table_of([fact])
        now = self._verdicts([fact])[0]
        moves = self._moves(fact, table)
        trials = Trials(self._rules, fact, moves)
        smallest = self._smallest(fact, moves, trials)
        flips: list[Flip] = []
        gave_up = False
        for targets in ((0,), (1,)) if now == _UNDECIDED else ((1 - now, _UNDECIDED),):
            for target in targets:
                try:
                    chosen = smallest(target)
                except GivenUp:
                    gave_up = True
                    break
                if chosen:
                    flips.append(self._proved(fact, chosen, target))
                    break
        closeness, nearest = self._closeness(fact, table, now, trials)
        return Counterfactual(
            flips=tuple(flips), closeness=closeness, gave_up=gave_up, nearest=nearest
        )

    def _smallest(self, fact: Fact, moves: Sequence[Move], trials: Trials) -> Search:
        """What finds the smallest moves that give a verdict."""
        if number_of(moves, MOST_FACTS) <= self._tried:
            return lambda target: trials.smallest(target, MOST_FACTS)
        from pipeline.explain.smallest import Question  # noqa: PLC0415 -- slow to import

        question = Question(self._ruleset, fact, moves, most=MOST_FACTS, steps=self._steps)
        return question.smallest

    def _moves(self, fact: Fact, table: FactTable) -> list[Move]:
        """What may be changed; of values that look alike to every rule, the nearest alone."""
        nearest: dict[tuple[str, Any], Move] = {}
        for candidate in self._candidates:
            cost = float(cost_of(candidate, table)[0])
            name = candidate.spec.name
            looks = self._looks(name, candidate.value)
            if cost == np.inf or looks == self._looks(name, fact.get(name)):
                continue
            known = nearest.get((name, looks))
            if known is None or cost < known[1]:
                nearest[name, looks] = (candidate, cost)
        return list(nearest.values())

    def _looks(self, name: str, value: Any) -> Any:  # noqa: ANN401 -- whatever a fact can be
        """What the rules see of a value of one fact."""
        if name in GONE_WITH:
            return value
        fact = {} if value is None else {name: value}
        return tuple(holds(atom, fact) for atom in self._atoms[name])

    def _verdicts(self, facts: Sequence[Fact]) -> list[int]:
        sums = tally(self._engine.decide(table_of(facts)))
        verdicts: list[int] = decide(self._ruleset, self._verdict_engine, sums).verdict.tolist()
        return verdicts

    def _proved(self, fact: Fact, chosen: Sequence[Move], target: int) -> Flip:
        """The flip, once the engine has said the same."""
        flip = flip_of(fact, chosen, target)
        after = dict(fact)
        for move, _ in chosen:
            after = moved(after, move.spec.name, move.value)
        given = self._verdicts([after])[0]
        if given != target:
            raise FalseFlip(f"{flip}: the search says {flip.verdict}, not {OUTCOMES[given]}")
        return flip

    def _closeness(
        self, fact: Fact, table: FactTable, now: int, trials: Trials
    ) -> tuple[Closeness, Flip | None]:
        steps = [
            Candidate(spec=VOCABULARY[name], value=value)
            for name in self._names
            if name in fact and VOCABULARY[name].actionable
            for value in one_step(VOCABULARY[name], fact[name])
            if possible(table, name, value)[0]
        ]
        near = [(step, float(cost_of(step, table)[0])) for step in steps]
        if step := self._nearest(fact, now, Trials(self._rules, fact, near)):
            return "borderline", step
        nearest = self._nearest(fact, now, trials)
        return ("sensitive" if nearest else "robust"), nearest

    def _nearest(self, fact: Fact, now: int, trials: Trials) -> Flip | None:
        """The least single change that gives another verdict, the first of equal ones."""
        found = trials.nearest(now)
        return self._proved(fact, [found[0]], found[1]) if found else None
