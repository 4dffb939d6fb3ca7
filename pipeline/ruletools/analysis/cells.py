"""States of one subject that the rules can tell apart: unknown, and a cell between thresholds.

Within a cell no rule can see a difference, so a question about all initiatives is one about cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import (
    FREE,
    Formula,
    Variables,
    as_mention,
    scale,
    steps_of,
    within,
)
from pipeline.rulebook.conditions import Comparison, Condition, Group, comparisons
from pipeline.ruletools.analysis import world
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.facts.table import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One state of a subject: ``low`` to ``high`` in steps, both included.

    Choices and Booleans count from 0; a phrase list is 1 where it is mentioned, else 0. An open end
    is ``None``; an unknown fact has no ends and is not known.
    """

    subject: str
    low: int | None = None
    high: int | None = None
    is_known: bool = True

    def formula(self, variables: Variables = FREE) -> Formula:
        """That an initiative is in this cell."""
        if as_mention(self.subject):
            said = variables.is_said(self.subject)
            return said if self.low else z3.Not(said)
        known = variables.known(self.subject)
        if not self.is_known:
            return z3.Not(known)
        value = variables.value(self.subject)
        if VOCABULARY[self.subject].kind == "boolean":
            return z3.And(known, value if self.low else z3.Not(value))
        return z3.And(known, *within(value, self.low, self.high))

    def has(self, state: int | None) -> bool:
        """Whether a subject in this state is in the cell."""
        if state is None or not self.is_known:
            return state is None and not self.is_known
        return (self.low is None or self.low <= state) and (self.high is None or state <= self.high)


def state(subject: str, fact: Fact) -> int | None:
    """A subject's value in steps, ``None`` where it is unknown."""
    found = as_mention(subject)
    if found:
        lists = fact.get(found[0], frozenset())
        return int(isinstance(lists, frozenset) and found[1] in lists)
    value = fact.get(subject)
    if value is None:
        return None
    if isinstance(value, str):
        return VOCABULARY[subject].choices.index(value)
    return round(float(value) * scale(subject)) if isinstance(value, int | float) else None


def cells(subject: str, conditions: Iterable[Condition]) -> list[Cell]:
    """Every state of a subject that some conditions tell apart, unknown first if it can be."""
    if as_mention(subject):
        return [Cell(subject=subject, low=found, high=found) for found in (0, 1)]
    spec = VOCABULARY[subject]
    unknown = [] if world.is_always_known(subject) else [Cell(subject=subject, is_known=False)]
    if spec.kind in ("choice", "boolean"):
        places = range(len(spec.choices) or 2)
        return [*unknown, *(Cell(subject=subject, low=place, high=place) for place in places)]
    starts = sorted(_starts(subject, conditions))
    least = world.least(subject)
    ends: list[int | None] = [least, *(s for s in starts if least is None or s > least), None]
    numbers = [
        Cell(subject=subject, low=low, high=None if after is None else after - 1)
        for low, after in pairwise(ends)
    ]
    return [*unknown, *numbers]


def _starts(subject: str, conditions: Iterable[Condition]) -> set[int]:
    """Steps at which a comparison begins or ends to hold."""
    found: set[int] = set()
    for condition in conditions:
        for comparison in comparisons(condition):
            if comparison.fact == subject and comparison.operator != "exists":
                low, high = steps_of(comparison)
                found |= {low} if low is not None else set()
                found |= {high + 1} if high is not None else set()
    return found


def in_words(chosen: Sequence[Cell]) -> Condition | None:
    """Some cells of one subject as a condition; ``None`` for a phrase list not mentioned."""
    subject = chosen[0].subject
    found = as_mention(subject)
    if found:
        said = Comparison(fact=found[0], operator="mentions_any", value=(found[1],))
        return said if chosen[0].low else None
    parts: list[Condition] = [
        Comparison(fact=subject, operator="exists", value=False)
        for cell in chosen
        if not cell.is_known
    ]
    known = [cell for cell in chosen if cell.is_known]
    spec = VOCABULARY[subject]
    if spec.kind == "choice" and known:
        names = tuple(spec.choices[cell.low or 0] for cell in known)
        one = len(names) == 1
        parts.append(
            Comparison(
                fact=subject,
                operator="equals" if one else "one_of",
                value=names[0] if one else names,
            )
        )
    elif spec.kind == "boolean":
        parts += [Comparison(fact=subject, operator="equals", value=bool(c.low)) for c in known]
    else:
        parts += [_band(subject, low, high) for low, high in _runs(known)]
    return parts[0] if len(parts) == 1 else Group(join="any", members=tuple(parts))


def _runs(known: Sequence[Cell]) -> list[tuple[int | None, int | None]]:
    """Neighboring cells as one."""
    runs: list[tuple[int | None, int | None]] = []
    for cell in known:
        if runs and runs[-1][1] is not None and cell.low == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], cell.high)
        else:
            runs.append((cell.low, cell.high))
    return runs


def _band(subject: str, low: int | None, high: int | None) -> Condition:
    def compared(operator: str, steps: int) -> Comparison:
        unit = scale(subject)
        value = steps / unit if steps % unit else steps // unit
        return Comparison(fact=subject, operator=operator, value=value)  # type: ignore[arg-type]

    if low is not None and low == high:
        return compared("equals", low)
    open_low = low is None or (low == world.least(subject) and high is not None)
    ends = [
        *([compared("gte", low)] if low is not None and not open_low else []),
        *([compared("lte", high)] if high is not None else []),
    ]
    if not ends:
        return Comparison(fact=subject, operator="exists", value=True)
    return ends[0] if len(ends) == 1 else Group(join="all", members=tuple(ends))
