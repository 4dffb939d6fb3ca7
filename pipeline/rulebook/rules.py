"""What the rulebook holds once it is read: rules of five kinds, phrase lists, documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.rulebook.conditions import Condition

Role = Literal["project_manager", "program_manager"]
RuleKind = Literal["evidence", "complexity", "verdict", "advisory", "cluster"]
Status = Literal["experimental", "stable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Where a rule's claim stands: a document of ruleset.yaml and a passage in it."""

    document: str
    passage: str
    claim: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What changed in one version of a rule or phrase list."""

    version: int
    date: date
    change: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One case of a rule: facts (and perhaps text), and whether the rule matches."""

    name: str
    facts: Mapping[str, Any]
    text: str
    matches: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What every kind of rule has. ``sha256`` is over the meaning, not the prose."""

    id: str
    kind: RuleKind
    title: str
    status: Status
    version: int
    created: date
    modified: date
    owner: str
    when: Condition
    rationale: str
    references: tuple[Reference, ...] = ()
    known_gaps: tuple[str, ...] = ()
    history: tuple[Revision, ...] = ()
    examples: tuple[Example, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None
    sha256: str = ""

    def is_active(self, as_of: date) -> bool:
        """Whether the rule is in force on that day, both ends included."""
        return (self.effective_from is None or self.effective_from <= as_of) and (
            self.effective_until is None or as_of <= self.effective_until
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceRule(Rule):
    """Points for one role under one aspect. ``decisive`` rules may settle the kind alone.

    ``basis`` is text where any comparison reads text, size where all read sizes, else structure.
    An experimental rule is shown but weighs nothing.
    """

    aspect: str
    evidence_for: Role
    weight: int
    basis: Literal["structure", "text", "size"]
    decisive: bool = False

    @property
    def points(self) -> int:
        """What it adds to the score."""
        return self.weight if self.status == "stable" else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ComplexityRule(Rule):
    """One factor of how hard an initiative is, rated 1 to 4."""

    factor: str
    level: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictRule(Rule):
    """A verdict on the tally; of those that match, the one of least ``order`` decides.

    Confidence grows from ``at_least`` to ``at_most`` with the lead.
    """

    order: int
    verdict: Literal["project_manager", "program_manager", "undecided"]
    at_least: float
    at_most: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AdvisoryRule(Rule):
    """A note for the meeting; ``rationale`` is its text, with facts in braces."""

    severity: Literal["note", "attention"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterRule(Rule):
    """What a cluster of initiatives needs; of those that match, the one of least ``order`` says.

    A program manager of its own, a second look at the next meeting, or nothing.
    """

    order: int
    recommendation: Literal["program_manager", "watch", "leave"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseExample:
    """A text of which a phrase list says whether it is found in it."""

    text: str
    matches: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseList:
    """Spellings of one idea. ``unless`` are phrases in which they mean something else.

    ``sha256`` is over both, whatever their order.
    """

    id: str
    title: str
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    note: str = ""
    version: int = 1
    history: tuple[Revision, ...] = ()
    examples: tuple[PhraseExample, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aspect:
    """A row of the comparison of the two roles.

    ``note`` says which kinds of facts cannot speak for it, and why; "" where any can.
    """

    id: str
    title: str
    prefix: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A source that rules stand on, and the passages that may be cited, by key."""

    id: str
    title: str
    publisher: str
    passages: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruleset:
    """All loaded rules, in order of kind and id; ``sha256`` covers every file that counts.

    ``files`` has the texts they were read from, by path within the rules folder.
    """

    id: str
    version: str
    sha256: str
    hit_policy: str
    aspects: tuple[Aspect, ...]
    factors: Mapping[str, str]
    documents: Mapping[str, Document]
    phrases: Mapping[str, PhraseList]
    evidence: tuple[EvidenceRule, ...]
    complexity: tuple[ComplexityRule, ...]
    verdict: tuple[VerdictRule, ...]
    advisory: tuple[AdvisoryRule, ...]
    cluster: tuple[ClusterRule, ...] = ()
    by_id: Mapping[str, Rule] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, evidence first."""
        return (*self.evidence, *self.complexity, *self.verdict, *self.advisory, *self.cluster)
