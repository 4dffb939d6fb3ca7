"""Matched rules, initiative by initiative, with their rationale filled in."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A rule that matched one initiative, and its rationale with the facts filled in."""

    rule: Rule
    text: str


def by_initiative(decisions: Decisions, table: FactTable) -> list[list[Match]]:
    """The matches of every initiative, in order of rule id.

    Args:
        decisions: What the engine decided on ``table``.
        table: Facts, to fill the rationales from.
    """
    found: list[list[Match]] = [[] for _ in range(decisions.size)]
    rules = sorted(
        (rule for shard in decisions.shards for rule in shard.rules), key=lambda rule: rule.id
    )
    for rule in rules:
        positions = np.flatnonzero(decisions.matched(rule.id))
        for position, match in zip(
            positions.tolist(), _filled(rule, table, positions), strict=True
        ):
            found[position].append(match)
    return found


def _filled(rule: Rule, table: FactTable, positions: NDArray[np.intp]) -> Iterator[Match]:
    """One match a position; initiatives with the same values share it."""
    names = [name for _, name, _, _ in string.Formatter().parse(rule.rationale) if name]
    if not len(positions):
        return  # then a fact that it names may have no column at all
    if not names:
        match = Match(rule=rule, text=rule.rationale.format())
        yield from (match for _ in positions)
        return
    values = [table.columns[name].values[positions].tolist() for name in names]
    made: dict[tuple[object, ...], Match] = {}
    for row in zip(*values, strict=True):
        if row not in made:
            shown = {name: show(name, value) for name, value in zip(names, row, strict=True)}
            made[row] = Match(rule=rule, text=rule.rationale.format_map(shown))
        yield made[row]


def show(name: str, value: object) -> str:
    """A fact's stored value in words: codes as their choice, money in whole units."""
    spec = VOCABULARY[name]
    if spec.kind == "choice":
        return spec.choices[int(str(value))].replace("_", " ")
    if spec.kind == "number":
        return f"{float(str(value)):,.0f}"
    if spec.kind == "integer":
        return f"{int(str(value)):,}"
    return str(value).lower()
