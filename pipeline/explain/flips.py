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
from pipeline.explain.consequences import possible
from pipeline.explain.outcomes import Outcomes
from pipeline.verdict import OUTCOMES
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions, Engine
    from pipeline.facts.table import Bools, FactTable
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
    tried = list(candidates(ruleset.evidence))
    best = {target: np.full(table.size, _NEVER) for target in range(len(OUTCOMES))}
    chosen = {target: np.full(table.size, -1, np.int32) for target in best}
    outcomes = Outcomes(ruleset, (engine, verdict_engine), table, evidence)
    changes = [(candidate.spec.name, candidate.value) for candidate in tried]
    for number, outcome in enumerate(outcomes.after(changes)):
        cost = cost_of(tried[number], table)
        differs = outcome.verdict != verdicts.verdict
        for target, least in best.items():
            better = (outcome.verdict == target) & differs & (cost < least)
            least[better] = cost[better]
            chosen[target][better] = number
    return _told(verdicts.verdict, {t: _Offers(tried, table, each) for t, each in chosen.items()})


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


class _Offers:
    """The cheapest change for one outcome, by initiative.

    Args:
        tried: All candidates.
        table: Facts as they are.
        chosen: The candidate of each initiative, -1 for none.
    """

    def __init__(
        self, tried: Sequence[Candidate], table: FactTable, chosen: NDArray[np.int32]
    ) -> None:
        self._tried, self._table, self._chosen = tried, table, chosen
        self.are_there: Bools = chosen >= 0

    def texts(self, where: Bools) -> NDArray[np.object_]:
        """The change in words for some initiatives, all of which have one."""
        positions = np.flatnonzero(where)
        made = np.empty(len(positions), object)
        numbers = self._chosen[positions]
        for number in np.unique(numbers).tolist():
            mine = numbers == number
            made[mine] = _texts(self._tried[number], self._table, positions[mine])
        return made


def _texts(
    candidate: Candidate, table: FactTable, positions: NDArray[np.intp]
) -> NDArray[np.object_]:
    spec = candidate.spec
    column = table.columns.get(spec.name)

    def text(before: object) -> str:
        return f"{spec.name} {shown(before)}→{shown(candidate.value)}"

    made = np.full(len(positions), text(None), object)
    if column is not None:
        known = column.known[positions]
        values, of = np.unique(column.values[positions[known]], return_inverse=True)
        stored = [spec.choices[value] if spec.choices else value for value in values.tolist()]
        made[known] = np.array([text(value) for value in stored], object).take(of)
    return made


def shown(value: object) -> str:
    """A value in the text of a flip."""
    return "unknown" if value is None else str(value).lower()


def _told(verdicts: NDArray[np.int8], offers: Mapping[int, _Offers]) -> list[str]:
    """The text for each initiative from the cheapest offer for each outcome."""
    told = np.full(len(verdicts), "", object)
    is_open = verdicts == _UNDECIDED
    for target, offer in offers.items():
        if target == _UNDECIDED:
            continue
        where = is_open & offer.are_there
        gap = np.where(told[where] == "", "", "; ").astype(object)
        role = OUTCOMES[target].replace("_", " ")
        told[where] = told[where] + gap + offer.texts(where) + f": {role}"
        other = verdicts == 1 - target
        where = other & offer.are_there
        told[where] = offer.texts(where)
        where = other & ~offer.are_there & offers[_UNDECIDED].are_there
        told[where] = offers[_UNDECIDED].texts(where) + ": undecided"
    texts: list[str] = told.tolist()
    return texts
