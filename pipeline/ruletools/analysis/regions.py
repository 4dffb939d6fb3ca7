"""Where something holds, as few, wide boxes of facts, each with its smallest initiative."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.engine import reference
from pipeline.engine.atoms import holds_where
from pipeline.formulas import (
    FREE,
    Formula,
    Variables,
    as_mention,
    in_order,
    mention,
    subjects,
)
from pipeline.rulebook.conditions import Comparison, Condition, Group
from pipeline.ruletools.analysis import witness, world
from pipeline.ruletools.analysis.cells import Cell, cells, in_words, state
from pipeline.ruletools.analysis.solver import Search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.facts.table import Bools, Fact, FactTable

_MOST_REGIONS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """Initiatives for which all conditions hold, and that mention none of some phrase lists.

    ``unmentioned`` holds pairs of terms fact and phrase list.
    """

    conditions: tuple[Condition, ...]
    unmentioned: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        is_alone = len(self.conditions) + len(self.unmentioned) == 1
        texts = [
            str(each)
            if is_alone or not (isinstance(each, Group) and each.join == "any")
            else f"({each})"
            for each in self.conditions
        ]
        texts += [f"{fact} do not mention {name}" for fact, name in self.unmentioned]
        return " and ".join(texts) or "everything"

    def holds(self, fact: Fact) -> bool:
        """Whether one initiative lies in it."""
        found = [mention(fact_, name) for fact_, name in self.unmentioned]
        return all(reference.holds(each, fact) for each in self.conditions) and not any(
            state(subject, fact) for subject in found
        )

    def where(self, table: FactTable) -> Bools:
        """Which of many initiatives lie in it."""
        inside = np.ones(table.size, bool)
        for condition in self.conditions:
            inside &= holds_where(condition, table)
        for fact, name in self.unmentioned:
            inside &= ~table.mentions(fact, name)
        return inside


def with_mentions(region: Region, mentions: Iterable[str]) -> Region:
    """A region narrowed to initiatives that mention some phrase lists."""
    found = [each for subject in in_order(mentions) if (each := as_mention(subject))]
    said = [Comparison(fact=fact, operator="mentions_any", value=(name,)) for fact, name in found]
    return replace(region, conditions=(*region.conditions, *said))


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What to look for.

    Attributes:
        formula: What shall hold.
        conditions: Conditions that the formula is made of: they give the cells.
        over: Subjects to describe regions by; the formula asks about nothing else but what
            ``given`` settles.
        given: What is taken for granted throughout.
        is_whole: Whether to keep apart what does not lie side by side, such as 0 and 6 to 10.
    """

    formula: Formula
    conditions: tuple[Condition, ...]
    over: tuple[str, ...] = ()
    given: tuple[Formula, ...] = ()
    is_whole: bool = False


def target(formula: Formula, conditions: Iterable[Condition]) -> Target:
    """Look for a formula over all that its conditions ask about."""
    listed = tuple(conditions)
    return Target(formula=formula, conditions=listed, over=tuple(in_order(subjects(*listed))))


def find(
    wanted: Target, variables: Variables = FREE, *, most: int = _MOST_REGIONS
) -> list[tuple[Region, Fact]]:
    """Boxes that together hold every initiative of the target, or the first few of them.

    Every initiative of a box is one of the target; no box can be made wider along any fact.
    """
    asked = subjects(*wanted.conditions) | set(wanted.over)
    reached, laws = world.laws(asked, variables)
    outside = Search([*laws, *wanted.given, z3.Not(wanted.formula)])
    possible = Search([*laws, *wanted.given])
    states = {
        name: [
            cell
            for cell in cells(name, wanted.conditions)
            if possible.possible(cell.formula(variables))
        ]
        for name in wanted.over
    }
    found: list[tuple[Region, Fact]] = []
    rest: list[Formula] = [*wanted.given, wanted.formula]
    while len(found) < most:
        example = witness.find(reached, rest, variables)
        if example is None:
            break
        box = _widest(states, example, outside, variables, is_whole=wanted.is_whole)
        rest.append(z3.Not(_formula(box, variables)))
        found.append((_region(box, states), example))
    return found


def _widest(
    states: Mapping[str, Sequence[Cell]],
    example: Fact,
    outside: Search,
    variables: Variables,
    *,
    is_whole: bool,
) -> dict[str, list[Cell]]:
    """The cells around one initiative, widened while all of the box is in the target."""
    box = {
        name: [cell for cell in row if cell.has(state(name, example))]
        for name, row in states.items()
    }
    # Last facts first: what is left to tell the region by are the first of the vocabulary.
    for name in reversed(list(box)):
        row = states[name]
        start = row.index(box[name][0])
        for cell in (*row[start + 1 :], *reversed(row[:start])):
            if is_whole and not _is_beside(cell, box[name], row):
                continue
            slice_ = {**box, name: [cell]}
            if not outside.possible(_formula(slice_, variables)):
                box[name] = [each for each in row if each in box[name] or each == cell]
    return box


def _is_beside(cell: Cell, chosen: Sequence[Cell], row: Sequence[Cell]) -> bool:
    place = row.index(cell)
    return any(abs(row.index(each) - place) == 1 for each in chosen)


def _formula(box: Mapping[str, Sequence[Cell]], variables: Variables) -> Formula:
    return z3.And([z3.Or([cell.formula(variables) for cell in row]) for row in box.values()])


def _region(box: Mapping[str, Sequence[Cell]], states: Mapping[str, Sequence[Cell]]) -> Region:
    told = [row for name, row in box.items() if len(row) < len(states[name])]
    conditions = [in_words(row) for row in told]
    unmentioned = [
        found
        for row, condition in zip(told, conditions, strict=True)
        if condition is None and (found := as_mention(row[0].subject))
    ]
    return Region(
        conditions=tuple(each for each in conditions if each is not None),
        unmentioned=tuple(unmentioned),
    )
