"""What people read in place of codes: roles, confidence, aspects; roles are never abbreviated."""

from __future__ import annotations

from typing import Final

ROLES: Final = {"project_manager": "Project manager", "program_manager": "Program manager"}
VERDICTS: Final = {**ROLES, "undecided": "Undecided"}

HIGH, MEDIUM, LOW = "High", "Medium", "Low"
CONFIDENCES: Final = (HIGH, MEDIUM, LOW)
_HIGH_FROM = 0.7
_MEDIUM_FROM = 0.4

DECISION_CODES: Final = {
    "agree": "agree",
    "project_manager": "project manager",
    "program_manager": "program manager",
    "defer": "defer",
}
DECISIONS: Final = tuple(DECISION_CODES.values())


def role(code: str) -> str:
    """The role or verdict in words; "" for an empty code, the code itself for an unknown one."""
    return VERDICTS.get(code, code)


def confidence(verdict: str, value: float) -> str:
    """Confidence in one word; "" where nothing was decided, so that nothing can be trusted."""
    if verdict == "undecided":
        return ""
    if value >= _HIGH_FROM:
        return HIGH
    return MEDIUM if value >= _MEDIUM_FROM else LOW


def spaced(code: str) -> str:
    """A code such as ``decision_making`` as a heading: "Decision making"."""
    text = code.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def flips(column: str) -> tuple[str, ...]:
    """The changes in the column ``flips`` of initiatives.csv: "Team count 1 → 4: undecided"."""
    return tuple(map(_flip, filter(None, column.split("; "))))


def _flip(change: str) -> str:
    step, _, verdict = change.partition(": ")
    fact, _, values = step.partition(" ")
    told = f"{spaced(fact)} {values.replace('→', ' → ')}"
    return f"{told}: {verdict}" if verdict else told


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 rule", "2,000 rules"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
