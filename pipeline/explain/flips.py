"""The smallest change of one fact that flips a verdict, found by deciding every candidate anew.

For each fact that a PMO can change, the values around the rules' thresholds are tried on all
initiatives at once, through the same engine and verdict rules as the run; so a flip that is
reported does flip, and no single change that flips is missed: between two thresholds nothing
changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.atoms import atoms
from pipeline.explain.consequences import changed, possible
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions, Engine
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import EvidenceRule, Ruleset
    from pipeline.verdict import Verdicts

_UNDECIDED = OUTCOMES.index("undecided")
# Stating what was unknown counts as much as halving or doubling a number.
_FROM_UNKNOWN = 0.5
_NEVER = np.inf


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One fact set to one value; ``None`` makes it unknown."""

    spec: FactSpec
    value: bool | int | float | str | None


def candidates(rules: Sequence[EvidenceRule]) -> Iterator[Candidate]:
    """Every value worth trying: one on each side of every threshold, every choice."""
    values: dict[str, set[bool | int | float | str | None]] = {}
    for atom in atoms(rules):
        spec = VOCABULARY[atom.fact]
        if not spec.actionable:
            continue
        tried = values.setdefault(spec.name, set())
        if spec.kind == "choice":
            tried.update(spec.choices)
        elif spec.kind == "boolean":
            tried.update((True, None))
        elif atom.operator == "exists":
            tried.add(int(spec.least))
        elif isinstance(atom.value, int):
            around = (atom.value - 1, atom.value, atom.value + 1)
            tried.update(value for value in around if spec.least <= value <= spec.most)
    for name in VOCABULARY:
        for value in sorted(values.get(name, ()), key=lambda value: (value is None, value)):
            yield Candidate(spec=VOCABULARY[name], value=value)


def flips(
    ruleset: Ruleset,
    engine: Engine,
    verdict_engine: Engine,
    table: FactTable,
    evidence: Decisions,
    verdicts: Verdicts,
) -> list[str]:
    """The smallest flip of each initiative, as a short text.

    A decided initiative shows the change that gives the other role, or failing that, undecided. An
    undecided one shows one change for each role that a single fact could settle. "unknown" stands
    for a fact that nobody has stated yet.
    """
    size = table.size
    best = {target: np.full(size, _NEVER) for target in range(len(OUTCOMES))}
    texts = {target: np.full(size, "", object) for target in best}
    for candidate in candidates(ruleset.evidence):
        outcome = verdicts_after(candidate, ruleset, engine, verdict_engine, table, evidence)
        cost = cost_of(candidate, table)
        for target, least in best.items():
            better = (outcome == target) & (verdicts.verdict != target) & (cost < least)
            least[better] = cost[better]
            texts[target][better] = _texts(candidate, table, np.flatnonzero(better))
    return [
        _chosen(verdict, [(best[target][place], texts[target][place]) for target in best])
        for place, verdict in enumerate(verdicts.verdict.tolist())
    ]


def verdicts_after(
    candidate: Candidate,
    ruleset: Ruleset,
    engine: Engine,
    verdict_engine: Engine,
    table: FactTable,
    evidence: Decisions,
) -> NDArray[np.int8]:
    """The verdict of each initiative after one change, as a place in ``OUTCOMES``."""
    after, names = changed(table, candidate.spec.name, candidate.value)
    for name in names:
        evidence = engine.decide_again(evidence, after, name)
    return decide(ruleset, verdict_engine, tally(evidence)).verdict


def cost_of(candidate: Candidate, table: FactTable) -> NDArray[np.float64]:
    """How large a change is, by initiative; infinite where it is none or cannot be."""
    step = _steps(candidate, table)
    return np.where(possible(table, candidate.spec.name, candidate.value), step, _NEVER)


def _steps(candidate: Candidate, table: FactTable) -> NDArray[np.float64]:
    known = table.known(candidate.spec.name)
    if candidate.value is None:
        return np.where(known, 1.0, _NEVER)
    # An unknown count that turns out small is likelier than one that turns out large.
    size = float(candidate.value) / 1000 if candidate.spec.kind == "integer" else 0.0
    column = table.columns.get(candidate.spec.name)
    if column is None:
        return np.full(table.size, _FROM_UNKNOWN + size)
    if candidate.spec.kind in ("choice", "boolean"):
        value = (
            candidate.spec.choices.index(str(candidate.value))
            if candidate.spec.choices
            else candidate.value
        )
        step = np.where(column.values == value, _NEVER, 1.0)
    else:
        target = float(candidate.value)
        distance = np.abs(column.values - target)
        larger = np.maximum(np.maximum(column.values, target), 1.0)
        step = np.where(distance == 0, _NEVER, distance / larger)
    return np.where(known, step, _FROM_UNKNOWN + size)


def _texts(
    candidate: Candidate, table: FactTable, positions: NDArray[np.intp]
) -> NDArray[np.object_]:
    spec = candidate.spec
    now = shown(candidate.value)
    column = table.columns.get(spec.name)
    made = np.empty(len(positions), object)
    for place, position in enumerate(positions.tolist()):
        before: object = None
        if column is not None and column.known[position]:
            stored = column.values[position].item()
            before = spec.choices[stored] if spec.choices else stored
        made[place] = f"{spec.name} {shown(before)}→{now}"
    return made


def shown(value: object) -> str:
    """A value in the text of a flip."""
    return "unknown" if value is None else str(value).lower()


def _chosen(verdict: int, offers: list[tuple[float, str]]) -> str:
    """The text for one initiative from the cheapest offer for each outcome."""
    if verdict == _UNDECIDED:
        return "; ".join(
            f"{text}: {OUTCOMES[target].replace('_', ' ')}"
            for target, (cost, text) in enumerate(offers)
            if target != _UNDECIDED and cost < _NEVER
        )
    cost, text = offers[1 - verdict]
    if cost < _NEVER:
        return text
    cost, text = offers[_UNDECIDED]
    return f"{text}: undecided" if cost < _NEVER else ""
