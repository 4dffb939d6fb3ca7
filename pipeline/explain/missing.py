"""What is missing: the unknown facts that could change a verdict, as questions to the owner.

Every answer that makes a difference to any rule is tried through the engine and verdict rules of
the run, so what a question promises is what the next run would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.atoms import atoms
from pipeline.explain.outcomes import Outcomes
from pipeline.verdict import OUTCOMES
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
    asked = {
        name: values
        for name, values in askable(ruleset.evidence).items()
        if not table.known(name).all()
    }
    outcomes = Outcomes(ruleset, (engine, verdict_engine), table, evidence).after(
        [(name, value) for name, values in asked.items() for value in values]
    )
    for name, values in asked.items():
        unknown = np.flatnonzero(~table.known(name))
        given = list(islice(outcomes, len(values)))
        moved = np.abs(np.stack([each.project_lead for each in given]) - before)
        verdicts_given = [each.verdict for each in given]
        cases = np.vstack([*verdicts_given, verdicts.verdict, moved.max(axis=0)])[:, unknown]
        distinct, of = np.unique(cases, axis=1, return_inverse=True)
        made = [_question(VOCABULARY[name], values, case) for case in distinct.T]
        for position, place in zip(unknown.tolist(), of.reshape(-1).tolist(), strict=True):
            question = made[place]
            if question.points or question.answers:
                found[position].append(question)
    return _asked(found, verdicts.verdict.tolist(), most)


def _asked(
    found: Sequence[list[Question]], outcomes: Sequence[int], most: int
) -> list[tuple[Question, ...]]:
    """Of each initiative the questions to ask, in order; equal lists are put in order once."""
    chosen: dict[tuple[int, ...], tuple[Question, ...]] = {}
    asked = []
    for questions_, outcome in zip(found, outcomes, strict=True):
        key = (outcome, *map(id, questions_))
        if key not in chosen:
            ranked = sorted(questions_, key=lambda question: question.rank)
            decisive = [question for question in ranked if question.answers]
            rest = ranked if OUTCOMES[outcome] == UNDECIDED else []
            chosen[key] = tuple((decisive or rest)[:most])
        asked.append(chosen[key])
    return asked


def _question(spec: FactSpec, values: tuple[Value, ...], case: NDArray[np.int64]) -> Question:
    """The question about one fact.

    Args:
        spec: The fact.
        values: The answers tried.
        case: Outcome of each answer, then the outcome without one, then the points it can move.
    """
    *given, now, points = case.tolist()
    return Question(
        fact=spec.name,
        text=spec.question,
        columns=spec.columns,
        answers=tuple(
            Answer(values=_range(spec, values, start, end), verdict=OUTCOMES[verdict])
            for start, end, verdict in _runs(given)
            if verdict != now
        ),
        always=now not in given,
        points=points,
    )


def _range(spec: FactSpec, values: tuple[Value, ...], start: int, end: int) -> str:
    """The values from one place to another, in words."""
    if spec.kind == "boolean":
        return "yes"
    if spec.kind == "choice":
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
