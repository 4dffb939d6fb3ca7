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
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.engine.atoms import atoms
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.explain.consequences import AT_LEAST, GONE_WITH, possible
from pipeline.explain.flips import Candidate, candidates, cost_of
from pipeline.explain.moves import flip_of, moved, one_step
from pipeline.explain.search import Search
from pipeline.explain.trial_rules import Rules
from pipeline.explain.trials import Trials, number_of
from pipeline.facts.table import table_of
from pipeline.rulebook.conditions import comparisons
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.explain.moves import Flip, Move
    from pipeline.explain.search import Closeness
    from pipeline.facts.table import Fact, FactTable
    from pipeline.rulebook.conditions import Comparison
    from pipeline.rulebook.rules import Ruleset

# Steps of the solver, not seconds: a search that is given up is given up on every machine.
STEPS = 5_000_000
MOST_FACTS = 4
# Combinations to try, part of a second; z3 needs as long for a question that has a tenth of them.
TRIED = 200_000


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
        return self.of_all([fact])[0]

    def of_all(self, facts: Sequence[Fact]) -> list[Counterfactual]:
        """The counterfactual of each of some initiatives, searched for together."""
        known = [{name: fact[name] for name in self._names if name in fact} for fact in facts]
        keys = [frozenset(own.items()) for own in known]
        new = {key: own for key, own in zip(keys, known, strict=True) if key not in self._found}
        self._found |= zip(new, self._search(list(new.values())), strict=True)
        return [self._found[key] for key in keys]

    def _search(self, facts: Sequence[Fact]) -> list[Counterfactual]:
        searches = [self._begun(fact) for fact in facts]
        self._rules.decide([wanted for search in searches for wanted in search.first])
        for count in range(2, MOST_FACTS + 1):
            self._rules.decide([(each.trials, count) for each in searches if each.is_open])
        found = [_told(search) for search in searches]
        self._prove([proof for _, proofs in found for proof in proofs])
        return [told for told, _ in found]

    def _begun(self, fact: Fact) -> Search:
        table = table_of([fact])
        moves = self._moves(fact, table)
        question = None
        if number_of(moves, MOST_FACTS) > self._tried:
            from pipeline.explain.smallest import Question  # noqa: PLC0415 -- slow to import

            question = Question(self._ruleset, fact, moves, most=MOST_FACTS, steps=self._steps)
        return Search(
            fact=fact,
            trials=Trials(fact, moves),
            steps=Trials(fact, self._steps_of(fact, table)),
            solver=question.smallest if question else None,
        )

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

    def _prove(self, proofs: Sequence[_Proof]) -> None:
        """Let the engine say the same of every initiative, as it is and as it is changed."""
        given = self._verdicts([proof.fact for proof in proofs]) if proofs else []
        for proof, verdict in zip(proofs, given, strict=True):
            if verdict != proof.target:
                raise FalseFlip(
                    f"{proof.change}: the search says {OUTCOMES[proof.target]}, "
                    f"not {OUTCOMES[verdict]}"
                )

    def _steps_of(self, fact: Fact, table: FactTable) -> list[Move]:
        """Every known fact moved by one step."""
        steps = [
            Candidate(spec=VOCABULARY[name], value=value)
            for name in self._names
            if name in fact and VOCABULARY[name].actionable
            for value in one_step(VOCABULARY[name], fact[name])
            if possible(table, name, value)[0]
        ]
        return [(step, float(cost_of(step, table)[0])) for step in steps]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Proof:
    """One initiative after a change, and the verdict that the search gives it."""

    fact: Fact
    change: str
    target: int


def _told(search: Search) -> tuple[Counterfactual, list[_Proof]]:
    """What a search came to, and what the engine has to confirm of it."""
    found, gave_up = search.smallest()
    closeness, nearest = search.closeness()
    changes = [*found, nearest] if nearest else found
    flips = [flip_of(search.fact, chosen, target) for chosen, target in changes]
    proofs = [_Proof(fact=search.fact, change="as it is", target=search.trials.now)]
    for flip, (chosen, target) in zip(flips, changes, strict=True):
        after = search.fact
        for move, _ in chosen:
            after = moved(after, move.spec.name, move.value)
        proofs.append(_Proof(fact=after, change=str(flip), target=target))
    told = Counterfactual(
        flips=tuple(flips[: len(found)]),
        closeness=closeness,
        gave_up=gave_up,
        nearest=flips[-1] if nearest else None,
    )
    return told, proofs
