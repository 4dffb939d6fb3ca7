"""What is missing: the unknown facts that could change a verdict, as questions to the owner.

Every answer that makes a difference to any rule is tried through the engine and verdict rules of
the run, so what a question promises is what the next run would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.atoms import atoms
from pipeline.explain.consequences import changed
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Decisions, Engine
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import EvidenceRule, Ruleset
    from pipeline.verdict import Verdicts

UNDECIDED = "undecided"
MOST = 5
_LARGEST = 10**12  # pipeline.facts holds no larger count
Value = bool | int | float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Some answers, such as "3 or more", and the verdict that each of them would give."""

    values: str
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An unknown fact and what stating it would do.

    ``answers`` are in order of value and leave out those that change nothing; ``always`` tells that
    whatever the answer, the verdict changes. ``points`` is the most that an answer moves the lead.
    """

    fact: str
    text: str
    columns: tuple[str, ...]
    answers: tuple[Answer, ...]
    always: bool
    points: int

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        """Smaller is more decisive; then the order of the vocabulary."""
        verdicts = {answer.verdict for answer in self.answers}
        return (
            not self.answers,
            not self.always,
            -len(verdicts),
            -self.points,
            _PLACES[self.fact],
        )


_PLACES = {name: place for place, name in enumerate(VOCABULARY)}


def askable(rules: Sequence[EvidenceRule]) -> dict[str, tuple[Value, ...]]:
    """For each fact an owner can state and a rule reads, one answer for each way it can matter.

    Between two neighboring answers nothing changes, so they stand for all that lie between.
    """
    values: dict[str, set[Value]] = {}
    for atom in atoms(rules):
        spec = VOCABULARY[atom.fact]
        if not spec.question:
            continue
        tried = values.setdefault(spec.name, set())
        if spec.kind == "choice":
            tried.update(spec.choices)
        elif spec.kind == "boolean":
            tried |= {True}
        else:
            most = spec.most if spec.actionable else _LARGEST
            tried |= {int(spec.least), int(most)}
            if atom.operator != "exists" and isinstance(atom.value, int | float):
                near = (atom.value - spec.step, atom.value, atom.value + spec.step)
                tried.update(each for each in near if spec.least <= each <= most)
    return {
        name: _in_order(VOCABULARY[name], values[name]) for name in VOCABULARY if name in values
    }


def _in_order(spec: FactSpec, values: set[Value]) -> tuple[Value, ...]:
    if spec.kind == "choice":
        return spec.choices
    return tuple(sorted(values, key=float))


def questions(  # noqa: PLR0913 -- the two engines and what they decided
    ruleset: Ruleset,
    engine: Engine,
    verdict_engine: Engine,
    table: FactTable,
    evidence: Decisions,
    verdicts: Verdicts,
    *,
    most: int = MOST,
) -> list[tuple[Question, ...]]:
    """The questions worth asking of each initiative, the most decisive first.

    A question that no answer of which changes the verdict by itself is asked only of undecided
    initiatives for which there is none better.
    """
    found: list[list[Question]] = [[] for _ in range(table.size)]
    before = verdicts.tally.columns["project_lead"].values
    engines = (engine, verdict_engine)
    for name, values in askable(ruleset.evidence).items():
        unknown = np.flatnonzero(~table.known(name))
        if not len(unknown):
            continue
        outcomes = np.empty((len(values), table.size), np.int8)
        leads = np.empty((len(values), table.size), np.int64)
        for place, value in enumerate(values):
            given = _verdicts_with(name, value, ruleset, engines, table, evidence)
            outcomes[place] = given.verdict
            leads[place] = np.abs(given.tally.columns["project_lead"].values - before)
        answers = _Answers(VOCABULARY[name], values)
        for position in unknown.tolist():
            question = answers.question(
                outcomes[:, position],
                now=int(verdicts.verdict[position]),
                points=int(leads[:, position].max()),
            )
            if question.points or question.answers:
                found[position].append(question)
    return [
        _asked(asked, OUTCOMES[verdict], most)
        for asked, verdict in zip(found, verdicts.verdict.tolist(), strict=True)
    ]


def _verdicts_with(
    name: str,
    value: Value,
    ruleset: Ruleset,
    engines: tuple[Engine, Engine],
    table: FactTable,
    evidence: Decisions,
) -> Verdicts:
    """What the verdicts would be if everybody had stated one fact."""
    after, names = changed(table, name, value)
    for each in names:
        evidence = engines[0].decide_again(evidence, after, each)
    return decide(ruleset, engines[1], tally(evidence))


def _asked(asked: list[Question], verdict: str, most: int) -> tuple[Question, ...]:
    ranked = sorted(asked, key=lambda question: question.rank)
    decisive = [question for question in ranked if question.answers]
    return tuple((decisive or (ranked if verdict == UNDECIDED else []))[:most])


class _Answers:
    """Makes the questions about one fact, each different one once."""

    def __init__(self, spec: FactSpec, values: tuple[Value, ...]) -> None:
        self._spec = spec
        self._values = values
        self._made: dict[tuple[bytes, int, int], Question] = {}

    def question(self, outcomes: NDArray[np.int8], *, now: int, points: int) -> Question:
        key = (outcomes.tobytes(), now, points)
        if key not in self._made:
            given = outcomes.tolist()
            self._made[key] = Question(
                fact=self._spec.name,
                text=self._spec.question,
                columns=self._spec.columns,
                answers=tuple(
                    Answer(values=self._range(start, end), verdict=OUTCOMES[verdict])
                    for start, end, verdict in _runs(given)
                    if verdict != now
                ),
                always=now not in given,
                points=points,
            )
        return self._made[key]

    def _range(self, start: int, end: int) -> str:
        """The values from one place to another, in words."""
        values = self._values
        if self._spec.kind == "boolean":
            return "yes"
        if self._spec.kind == "choice":
            return " or ".join(str(value).replace("_", " ") for value in values[start : end + 1])
        low, high = _number(values[start]), _number(values[end])
        if end == len(values) - 1:
            return "any number" if start == 0 else f"{low} or more"
        if start == end:
            return low
        return f"up to {high}" if start == 0 and values[0] == 0 else f"{low} to {high}"


def _number(value: Value) -> str:
    return f"{value:,}"


def _runs(given: Sequence[int]) -> list[tuple[int, int, int]]:
    """First place, last place and verdict of each run of equal verdicts."""
    runs: list[tuple[int, int, int]] = []
    for place, verdict in enumerate(given):
        if runs and runs[-1][2] == verdict:
            runs[-1] = (runs[-1][0], place, verdict)
        else:
            runs.append((place, place, verdict))
    return runs
