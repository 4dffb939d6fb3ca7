"""The search for the smallest change: moves of facts as switches, verdicts as formulas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline import formulas
from pipeline.engine.reference import holds
from pipeline.explain.consequences import COME_WITH, GONE_WITH
from pipeline.explain.search import GivenUp
from pipeline.rulebook.conditions import Group, comparisons
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.explain.moves import Move
    from pipeline.facts.table import Fact
    from pipeline.formulas import Formula
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

_ALWAYS = Group(join="all", members=())
_MICRO = 1_000_000  # weights of the solver are whole numbers


class Question:
    """Everything that one initiative could become by a few moves.

    Args:
        ruleset: The rules.
        fact: The initiative as it is.
        moves: What may be changed, and how far each change is.
        most: At most so many facts at once.
        steps: After how many of the solver's own steps to give up.
    """

    def __init__(
        self, ruleset: Ruleset, fact: Fact, moves: Sequence[Move], *, most: int, steps: int
    ) -> None:
        self._moves = moves
        self._switches = [z3.Bool(f"move {place}") for place in range(len(moves))]
        self._steps = steps
        rules = list(_open(ruleset.evidence, fact, moves))
        subjects = formulas.subjects(*(rule.when for rule in rules))
        variables = formulas.Variables(
            bound={
                name: self._bound(name, fact)
                for name in formulas.in_order(subjects)
                if formulas.as_mention(name) is None
            }
        )
        tally = formulas.tally(rules, variables)
        self._verdict = formulas.verdict(ruleset.verdict, variables.binding(tally))
        self._laws = [*self._mentioned(subjects, fact, variables), *self._exclusive(most)]

    def smallest(self, target: int) -> list[Move] | None:
        """The smallest moves that make the verdict ``target``; ``None`` where there are none.

        Raises:
            GivenUp: The solver gave up.
        """
        if not self._moves:
            return None
        optimizer = z3.Optimize()
        optimizer.set("rlimit", self._steps)
        wanted = [*self._laws, self._verdict == target]
        optimizer.add(*wanted)
        # Two aims, the first before the second.
        for switch in self._switches:
            optimizer.add_soft(z3.Not(switch), 1, "facts")
        for place, switch in enumerate(self._switches):
            optimizer.add_soft(z3.Not(switch), self._weight(place), "distance")
        answer = optimizer.check()
        if answer == z3.unknown:
            raise GivenUp(optimizer.reason_unknown())
        if answer == z3.unsat:
            return None
        model = optimizer.model()
        on = [bool(model.eval(switch, model_completion=True)) for switch in self._switches]
        return self._first_of_equals(wanted, on)

    def _first_of_equals(self, wanted: list[Formula], on: list[bool]) -> list[Move]:
        """Of all changes as small as the one found, the one with the earliest moves.

        Which of them the solver finds hangs on what it was asked before, and so on the portfolio.
        """
        count = sum(on)
        distance = sum(self._weight(place) for place, is_on in enumerate(on) if is_on)
        solver = z3.SimpleSolver()
        solver.set("rlimit", self._steps)
        solver.add(*wanted, z3.PbEq([(switch, 1) for switch in self._switches], count))
        total = z3.Sum(
            [z3.If(switch, self._weight(place), 0) for place, switch in enumerate(self._switches)]
        )
        solver.add(total == distance)
        chosen: list[Move] = []
        for place, switch in enumerate(self._switches):
            if len(chosen) == count:
                break
            if self._weight(place) > distance:
                continue
            answer = solver.check(switch)
            if answer == z3.unknown:
                raise GivenUp(solver.reason_unknown())
            if answer == z3.sat:
                solver.add(switch)
                chosen.append(self._moves[place])
        return chosen

    def _weight(self, place: int) -> int:
        return round(self._moves[place][1] * _MICRO)

    def _exclusive(self, most: int) -> list[Formula]:
        by_fact: dict[str, list[Formula]] = {}
        for switch, (candidate, _) in zip(self._switches, self._moves, strict=True):
            by_fact.setdefault(candidate.spec.name, []).append(switch)
        one = [z3.AtMost(*switches, 1) for switches in by_fact.values() if len(switches) > 1]
        return [*one, z3.AtMost(*self._switches, most)] if self._switches else one

    @staticmethod
    def _mentioned(
        subjects: frozenset[str], fact: Fact, variables: formulas.Variables
    ) -> list[Formula]:
        laws = []
        for name in formulas.in_order(subjects):
            found = formulas.as_mention(name)
            if found:
                lists: Any = fact.get(found[0], frozenset())
                said = variables.mentions(*found)
                laws.append(said if found[1] in lists else z3.Not(said))
        return laws

    def _bound(self, name: str, fact: Fact) -> formulas.Bound:
        """A fact as what its moves make of it, else as it is."""
        value, known = _value(name, fact.get(name)), z3.BoolVal(name in fact)
        for switch, (candidate, _) in zip(self._switches, self._moves, strict=True):
            mover = candidate.spec.name
            if mover == name:
                known = z3.If(switch, candidate.value is not None, known)
                if candidate.value is not None:
                    value = z3.If(switch, _value(name, candidate.value), value)
            elif candidate.value is None and name in GONE_WITH.get(mover, ()):
                known = z3.And(known, z3.Not(switch))
            elif candidate.value is not None and name in COME_WITH.get(mover, {}):
                known = z3.Or(known, switch)
                value = z3.If(switch, _value(name, COME_WITH[mover][name]), value)
        return formulas.Bound(value=value, known=known)


def _open(
    rules: Iterable[EvidenceRule], fact: Fact, moves: Sequence[Move]
) -> Iterator[EvidenceRule]:
    """The rules, settled where no move can reach them: they match whatever happens, or are out."""
    movers = {candidate.spec.name for candidate, _ in moves}
    reached = movers.union(*(GONE_WITH.get(name, ()) for name in movers))
    reached = reached.union(*(COME_WITH.get(name, ()) for name in movers))
    for rule in rules:
        if any(comparison.fact in reached for comparison in comparisons(rule.when)):
            yield rule
        elif holds(rule.when, fact):
            yield replace(rule, when=_ALWAYS)


def _value(name: str, value: Any) -> Formula:  # noqa: ANN401 -- whatever a fact can be
    """A value as a number of steps, a place among the choices or a Boolean."""
    spec = VOCABULARY[name]
    if spec.kind == "boolean":
        return z3.BoolVal(bool(value))
    if spec.kind == "choice":
        return z3.IntVal(spec.choices.index(str(value)) if value is not None else 0)
    return z3.IntVal(round((value or 0) * formulas.scale(name)))
