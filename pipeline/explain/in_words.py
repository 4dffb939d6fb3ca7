"""An explanation as lines for a terminal: plain text, each with the part it plays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.explain.counterfactual import MOST_FACTS
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.explain.counterfactual import Counterfactual
    from pipeline.explain.missing import Question
    from pipeline.explain.record import (
        Balance,
        Explanation,
        Failed,
        Missed,
        Proof,
        StoredVerdict,
    )

Part = Literal["title", "verdict", "head", "body", "detail", "note"]
ROLE = {
    "project_manager": "Technical Project Manager",
    "program_manager": "Technical Program Manager",
    "undecided": "Undecided",
}
CLOSENESS = {
    "borderline": "Borderline: one known fact, moved by one step, changes the verdict.",
    "sensitive": "Sensitive: a single fact can change the verdict.",
    "robust": "Robust: no single fact changes the verdict.",
}
# Whatever steers a terminal, hides, or turns the direction of writing; line ends become spaces.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line; nothing in ``text`` can steer a terminal."""

    text: str
    part: Part = "body"


def harmless(text: str) -> str:
    """The text on one line, without characters that steer a terminal or reorder what is read."""
    return _STEERING.sub("", " ".join(text.split()))


def lines(explanation: Explanation) -> Iterator[Line]:
    """The explanation, from the verdict to what is missing."""
    yield from _head(explanation)
    yield from _why(explanation)
    yield from _why_not(explanation)
    if explanation.counterfactual is not None:
        yield from _change(explanation.verdict, explanation.counterfactual)
    yield from _missing(explanation)
    if explanation.advisories:
        yield _title("Notes")
        for note in explanation.advisories:
            yield _line(f"{note.text} ({note.rule_id}, {note.severity})", indent=2)


def stored_lines(stored: StoredVerdict) -> Iterator[Line]:
    """What a run published, where it cannot be explained anew."""
    yield _line(f"{stored.initiative_id}  {stored.name}", part="title")
    yield _line(_verdict(stored), part="verdict")
    yield _line(stored.note, part="note")
    yield _title("As published")
    yield _line(stored.rationale, indent=2)
    yield _line(f"Decided by {stored.decided_by}", indent=2)
    yield _line(f"Rules that matched: {', '.join(stored.evidence) or 'none'}", indent=2)
    if stored.flips:
        yield _line(f"Smallest change: {stored.flips}", indent=2)
    if stored.advisories:
        yield _line(f"Notes: {stored.advisories}", indent=2)


def _line(text: str, *, indent: int = 0, part: Part = "body") -> Line:
    return Line(text=" " * indent + harmless(text), part=part)


def _title(text: str) -> Line:
    return Line(text=f"\n{text}", part="head")


def _verdict(said: Explanation | StoredVerdict) -> str:
    scores = f"{said.project_score} for project, {said.program_score} for program"
    if said.verdict == "undecided":
        lean = f", leans to {ROLE[said.lean]}" if said.lean else ""
        return f"Undecided{lean} ({scores})"
    return f"{ROLE[said.verdict]}, confidence {said.confidence:.2f} ({scores})"


def _head(explanation: Explanation) -> Iterator[Line]:
    line = explanation.source_line
    where = f"row {line}" if line else "no row of its own"
    yield _line(f"{explanation.initiative_id}  {explanation.name}  ({where})", part="title")
    yield _line(_verdict(explanation), part="verdict")
    yield _line(f"Decided by {explanation.decided_by}: {explanation.decided_by_title}")
    if explanation.complexity_level:
        yield _line(explanation.complexity)


def _why(explanation: Explanation) -> Iterator[Line]:
    yield _title("Why")
    if not explanation.why:
        yield _line("No rule matched: nothing in the row speaks for either role.", indent=2)
        return
    for balance in explanation.why:
        points = f"project {balance.project_points}, program {balance.program_points}"
        yield _line(f"{balance.title}: {points}", indent=2)
        for proof in balance.proofs:
            yield from _proof(proof)
    yield _line(
        f"Sum: project {_sum(explanation.why, 'project_points')}, "
        f"program {_sum(explanation.why, 'program_points')}",
        indent=2,
        part="verdict",
    )


def _sum(why: tuple[Balance, ...], points: str) -> str:
    parts = [value for balance in why if (value := getattr(balance, points))]
    if len(parts) < 2:  # noqa: PLR2004 -- one number is its own sum
        return str(sum(parts))
    return f"{' + '.join(map(str, parts))} = {sum(parts)}"


def _proof(proof: Proof) -> Iterator[Line]:
    side = proof.role.removesuffix("_manager")
    yield _line(f"+{proof.points} {side}  {proof.title} ({proof.rule_id})", indent=4)
    for fact in proof.facts:
        cells = ", ".join(f"{cell.header}: {cell.text}" for cell in fact.cells)
        yield _line(
            f"{fact.name} = {fact.value}" + (f"  <- {cells}" if cells else ""),
            indent=8,
            part="detail",
        )
    if proof.passage:
        yield _line(f'"{proof.passage}"', indent=8, part="detail")
    if proof.source:
        yield _line(f"Stands on: {proof.source}", indent=8, part="detail")


def _why_not(explanation: Explanation) -> Iterator[Line]:
    if not explanation.why_not:
        return
    other = {"project_manager": "program_manager", "program_manager": "project_manager"}
    role = other.get(explanation.verdict)
    yield _title(f"Why not a {ROLE[role]}" if role else "Rules that nearly matched")
    for miss in explanation.why_not:
        yield from _missed(miss)


def _missed(miss: Missed) -> Iterator[Line]:
    side = miss.role.removesuffix("_manager")
    yield _line(f"+{miss.points} {side}  {miss.title} ({miss.rule_id})", indent=2)
    for failed in miss.failed:
        yield _line(fell_short(failed), indent=6, part="detail")


def fell_short(failed: Failed) -> str:
    """What a rule asked for, and what there was."""
    if failed.state == "not_mentioned":
        return f"not met: {failed.wanted}; the text has no such words"
    if failed.state == "unknown":
        return f"not known: {failed.wanted}; nobody has stated {_stated_as(failed.fact)}"
    return f"not met: {failed.wanted}; it is {failed.found}"


def _stated_as(fact: str) -> str:
    """A fact, and the columns it is made of where it is none itself."""
    columns = VOCABULARY[fact].columns
    made = columns and fact not in columns
    return f"{fact}, which comes from {' and '.join(columns)}" if made else fact


def _change(verdict: str, counterfactual: Counterfactual) -> Iterator[Line]:
    yield _title("What would change it")
    for text in changes(verdict, counterfactual):
        yield _line(text, indent=2)


def changes(verdict: str, counterfactual: Counterfactual) -> Iterator[str]:
    """How near the verdict is to another one, and what would give that."""
    if verdict != "undecided":
        yield CLOSENESS[counterfactual.closeness]
    nearest = counterfactual.nearest
    if verdict != "undecided" and nearest is not None and nearest not in counterfactual.flips:
        yield f"{nearest}: {ROLE[nearest.verdict]}"
    for flip in counterfactual.flips:
        yield f"{flip}: {ROLE[flip.verdict]}"
    if counterfactual.gave_up:
        yield "The search was given up before its end; there may be a change that is not shown."
    elif not counterfactual.flips:
        yield f"No change of up to {MOST_FACTS} facts does."


def _missing(explanation: Explanation) -> Iterator[Line]:
    if not explanation.missing:
        return
    yield _title("What is missing")
    for question in explanation.missing:
        yield _line(asked(question), indent=2)


def asked(question: Question) -> str:
    """A question with its answers, such as "How many teams? 4 or more → program manager"."""
    answers = ", ".join(
        f"{answer.values} → {answer.verdict.replace('_', ' ')}" for answer in question.answers
    )
    if not answers:
        points = "1 point" if question.points == 1 else f"{question.points} points"
        return f"{question.text} It can move the balance by {points}, but not settle it alone."
    return f"{question.text} {answers}"
