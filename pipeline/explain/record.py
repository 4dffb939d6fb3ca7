"""One initiative explained: the data that terminal, page and JSON show alike.

As JSON (``as_json``) it has the fields of ``Explanation`` under the same names: objects for
dataclasses, arrays for tuples, ``null`` for what is unknown. Verdicts and roles are the codes of
initiatives.csv. ``format`` rises when a field changes its meaning; fields may be added.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.explain.counterfactual import Counterfactual
    from pipeline.explain.missing import Question
    from pipeline.facts.cells import Cell

FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FactShown:
    """A fact that a rule read, in words, and the cells it was made from.

    ``cells`` is empty for facts read off other rows, such as those that name it as their parent.
    """

    name: str
    value: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """One matched rule. ``passage`` holds the words that matched, "" where it reads no text."""

    rule_id: str
    version: int
    title: str
    aspect: str
    role: str
    points: int
    rationale: str
    facts: tuple[FactShown, ...]
    passage: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """What speaks for each role under one aspect; over all aspects the points add to the scores."""

    aspect: str
    title: str
    project_points: int
    program_points: int
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """One condition that did not hold: ``wanted`` in words.

    ``state`` is unknown (nobody has stated the fact), contradicts, or not_mentioned; ``found`` is
    the value, "" unless it contradicts.
    """

    fact: str
    wanted: str
    state: str
    found: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """A rule that nearly matched, and all that was missing."""

    rule_id: str
    title: str
    aspect: str
    role: str
    points: int
    failed: tuple[Failed, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """An advisory for the meeting."""

    rule_id: str
    severity: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why, why not, what would change it, what is missing.

    ``source_line`` is ``None`` for an initiative without a row; ``complexity_level`` where it is
    not known; ``complexity`` says it with the level of each factor. ``counterfactual`` is ``None``
    where nobody asked for the search.
    """

    initiative_id: str
    name: str
    source_line: int | None
    verdict: str
    lean: str
    confidence: float
    project_score: int
    program_score: int
    complexity_level: int | None
    complexity: str
    decided_by: str
    decided_by_title: str
    rationale: str
    why: tuple[Balance, ...]
    why_not: tuple[Missed, ...]
    missing: tuple[Question, ...]
    counterfactual: Counterfactual | None
    advisories: tuple[Note, ...]


def as_json(explanation: Explanation, *, ruleset: str, run_id: str = "") -> str:
    """The explanation as JSON text, with the hash of the rules that it stands on.

    Args:
        explanation: What to write.
        ruleset: Its sha256.
        run_id: The run that decided it, if one was published.
    """
    head = {"format": FORMAT, "status": "explained", "run_id": run_id, "ruleset": ruleset}
    # In ASCII: a cell may hold what steers a terminal, or half of a surrogate pair.
    return json.dumps({**head, **asdict(explanation)}, indent=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVerdict:
    """What a run published about an initiative, where it cannot be explained anew.

    ``note`` says why not. ``evidence`` has the ids of the rules that matched.
    """

    initiative_id: str
    name: str
    verdict: str
    lean: str
    confidence: float
    project_score: int
    program_score: int
    decided_by: str
    evidence: tuple[str, ...]
    rationale: str
    flips: str
    advisories: str
    note: str


def stored_as_json(stored: StoredVerdict, *, ruleset: str, run_id: str) -> str:
    """A stored verdict as JSON text; ``status`` tells it from an explanation."""
    head = {"format": FORMAT, "status": "stored", "run_id": run_id, "ruleset": ruleset}
    return json.dumps({**head, **asdict(stored)}, indent=2)
