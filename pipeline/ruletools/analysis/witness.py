"""The smallest initiative of which some formulas hold: always the same, and easiest to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.engine.reference import holds as really_holds
from pipeline.errors import EngineDisagreement
from pipeline.formulas import FREE, Formula, Variables, as_mention, holds, in_order, scale
from pipeline.ruletools.analysis import world
from pipeline.ruletools.analysis.solver import Search
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.facts.table import Fact
    from pipeline.rulebook.conditions import Condition


def find(
    subjects: Iterable[str], formulas: Sequence[Formula], variables: Variables = FREE
) -> Fact | None:
    """The smallest initiative of which ``formulas`` hold, or ``None`` where there can be none.

    Smallest: fewest facts known and phrase lists mentioned; of those, facts early in the
    vocabulary; then the smallest values, money in whole euro where it can be.

    Args:
        subjects: Everything the formulas ask about that is not bound.
        formulas: What shall hold; the laws of the world are added.
        variables: What the formulas are made of.

    Raises:
        Unsettled: The solver gave up before it found any initiative.
    """
    reached, laws = world.laws(subjects, variables)
    search = Search([*laws, *formulas])
    if not search.possible():
        return None
    ordered = in_order(reached)
    said = _fewest_said(search, ordered, variables)
    return _smallest_values(search, said, variables)


def find_for(condition: Condition, *others: Formula, subjects: Iterable[str]) -> Fact | None:
    """The smallest initiative that matches a condition, checked by the reference evaluator."""
    fact = find(subjects, [holds(condition), *others])
    if fact is not None and not really_holds(condition, fact):
        raise EngineDisagreement(f"{condition}: the solver says {fact} matches")
    return fact


def _fewest_said(search: Search, ordered: list[str], variables: Variables) -> list[str]:
    """Fix which subjects are known or mentioned; the others stay out."""
    fixed = [name for name in ordered if not as_mention(name) and world.is_always_known(name)]
    open_ = [name for name in ordered if name not in fixed]
    said = {name: variables.is_said(name) for name in open_}
    count = 0
    # Where the solver gives up, an initiative of one more fact is as good an example.
    while not search.soon_possible(_at_most(list(said.values()), count)):
        count += 1
    search.add(_at_most(list(said.values()), count))
    chosen: list[str] = []
    for name, formula in said.items():
        if len(chosen) < count and search.soon_possible(formula):
            search.add(formula)
            chosen.append(name)
        else:
            search.add(z3.Not(formula))
    return in_order([*fixed, *chosen])


def _at_most(formulas: list[Formula], count: int) -> Formula:
    return z3.AtMost(*formulas, count) if formulas else z3.BoolVal(True)  # noqa: FBT003


def _smallest_values(search: Search, said: list[str], variables: Variables) -> Fact:
    fact: dict[str, Any] = {}
    mentioned: dict[str, set[str]] = {}
    for name in said:
        found = as_mention(name)
        if found:
            mentioned.setdefault(found[0], set()).add(found[1])
        else:
            fact[name] = _smallest(search, name, variables.value(name))
    return {**fact, **{name: frozenset(lists) for name, lists in mentioned.items()}}


def _smallest(search: Search, name: str, term: Formula) -> bool | int | float | str:
    """Fix one value to the smallest that is possible, and give it as a rule would see it."""
    spec = VOCABULARY[name]
    if spec.kind == "boolean":
        is_true = not search.possible(z3.Not(term))
        search.add(term if is_true else z3.Not(term))
        return is_true
    if scale(name) > 1 and search.possible(term % scale(name) == 0):
        search.add(term % scale(name) == 0)
    steps = search.least(term) if search.possible(term >= 0) else -search.least(-term)
    search.add(term == steps)
    if spec.kind == "choice":
        return spec.choices[steps]
    return steps / scale(name) if scale(name) > 1 else steps
