"""Condition coverage: was every comparison seen to decide, both when it held and when it did not?

This is masking MC/DC: a comparison decides for a fact when turning its answer around, all others
staying as they are, turns the answer of the rule around.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.atoms import holds_where
from pipeline.engine.reference import holds
from pipeline.rulebook.conditions import Comparison, Condition, Group, comparisons
from pipeline.ruletools import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.facts.table import Bools, Fact, FactTable
    from pipeline.ruletools.suggest import Found


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """How one comparison of a rule was exercised by some facts.

    ``holds`` and ``fails`` tell that it was seen true and false, ``decides_true`` and
    ``decides_false`` that it decided the rule's outcome on its own while it was.
    """

    path: str
    comparison: Comparison
    holds: bool
    fails: bool
    decides_true: bool
    decides_false: bool

    @property
    def is_covered(self) -> bool:
        """Whether it decided both ways."""
        return self.decides_true and self.decides_false

    @property
    def lacks(self) -> str:
        """What is missing, in words; "" when nothing is."""
        if not self.holds:
            return "never true"
        if not self.fails:
            return "never false"
        if not self.decides_true:
            return "true, but never alone decisive"
        return "" if self.decides_false else "false, but never alone decisive"


def coverage(when: Condition, table: FactTable) -> list[Seen]:
    """How every comparison of a condition is exercised by the initiatives of a table."""
    leaves = list(comparisons(when))
    answers = [holds_where(leaf, table) for leaf in leaves]
    seen = []
    for place, (path, leaf) in enumerate(zip(paths(when), leaves, strict=True)):
        found = answers[place]
        decides = _outcome(when, _with(answers, place, value=True)) ^ _outcome(
            when, _with(answers, place, value=False)
        )
        seen.append(
            Seen(
                path=path,
                comparison=leaf,
                holds=bool(found.any()),
                fails=bool((~found).any()),
                decides_true=bool((decides & found).any()),
                decides_false=bool((decides & ~found).any()),
            )
        )
    return seen


def paths(condition: Condition, path: str = "when") -> Iterator[str]:
    """Where each comparison stands, such as "when.all.0", in the order of ``comparisons``."""
    if isinstance(condition, Comparison):
        yield path
        return
    for index, member in enumerate(condition.members):
        yield from paths(member, f"{path}.{condition.join}.{index}")


def missing(when: Condition, place: int, *, value: bool, near: Sequence[Fact] = ()) -> Found:
    """A fact for which comparison ``place`` has ``value`` and decides the outcome alone."""
    leaf = list(comparisons(when))[place]
    true, false = (_forced(when, place, value=answer) for answer in (True, False))

    def decides(fact: Fact) -> bool:
        return holds(leaf, fact) is value and holds(true, fact) is not holds(false, fact)

    return suggest.find([when], decides, near)


def _with(answers: Sequence[Bools], place: int, *, value: bool) -> Iterator[Bools]:
    yield from answers[:place]
    yield np.full_like(answers[place], value)
    yield from answers[place + 1 :]


def _outcome(condition: Condition, answers: Iterator[Bools]) -> Bools:
    """The condition over the answers of its comparisons, taken in order."""
    if isinstance(condition, Comparison):
        return next(answers)
    members = [_outcome(member, answers) for member in condition.members]
    join = np.logical_and if condition.join == "all" else np.logical_or
    joined: Bools = join.reduce(members)
    return joined


def _forced(condition: Condition, place: int, *, value: bool) -> Condition:
    """The condition with one comparison, counted in order, replaced by a constant."""
    # All of nothing holds, any of nothing does not.
    return _replaced(condition, count(), place, Group(join="all" if value else "any", members=()))


def _replaced(
    condition: Condition, counter: Iterator[int], place: int, constant: Condition
) -> Condition:
    if isinstance(condition, Comparison):
        return constant if next(counter) == place else condition
    return replace(
        condition,
        members=tuple(_replaced(member, counter, place, constant) for member in condition.members),
    )
