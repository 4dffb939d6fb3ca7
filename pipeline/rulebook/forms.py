"""The closed set of keys of each file of the rulebook, checked by pydantic.

``when`` is left to ``reader``: a recursive union here gives many messages for one fault.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

RULE_ID = r"^[A-Z]{3}-[0-9]{3}$"
NAME = r"^[a-z][a-z0-9_]*$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=RULE_ID)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]*$")]
Name = Annotated[str, StringConstraints(pattern=NAME)]
# Strict: YAML has already told numbers from text, and `weight: "2"` should be mended, not read.
Whole = Annotated[int, Field(strict=True)]


def _as_written(value: Any) -> Any:  # noqa: ANN401
    """The value, if written as a day; pydantic alone would take a number for seconds since 1970."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("is no day; one is written as 2026-11-24")
    return value


Day = Annotated[
    date,
    BeforeValidator(_as_written),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DATE.pattern}$"}),
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReferenceForm(_Form):
    """A passage that the rule stands on, with what it claims in our own words."""

    document: Key = Field(description="Id of a document declared in ruleset.yaml.")
    passage: Text = Field(description="Key of one of that document's passages.")
    claim: Text = Field(description="What the passage says, in our words.")


class HistoryForm(_Form):
    """What changed in one version, for those who ask why the rule is as it is."""

    version: Annotated[Whole, Field(ge=1)]
    date: Day
    change: Text = Field(description="What changed and why, in a sentence.")


class ExampleForm(_Form):
    """One case; text is read like the name and description of an initiative."""

    name: Text
    facts: dict[str, Any] = Field(default_factory=dict, description="Fact name to value.")
    text: str = Field(default="", description="Name and description, to be searched for phrases.")


class ExamplesForm(_Form):
    """Cases the rule must match, and near misses it must not."""

    match: list[ExampleForm] = Field(min_length=2)
    no_match: list[ExampleForm] = Field(min_length=2)


class RuleForm(_Form):
    """The keys of every rule, in the order they are written."""

    id: RuleId = Field(
        description="Prefix of its folder and a number; the file name; never reused."
    )
    title: Text
    status: Literal["experimental", "stable"] = Field(
        description="experimental: shown, weighs nothing. stable: counts."
    )
    version: Annotated[Whole, Field(ge=1)] = Field(
        description="Raised with every change of meaning; `staffing rules check` checks."
    )
    created: Day
    modified: Day
    owner: Text = Field(description="Who answers for the rule.")
    effective_from: Day | None = None
    effective_until: Day | None = None
    when: dict[str, Any] = Field(description="all:, any:, or {fact: …, operator: …}.")
    rationale: Text = Field(description="Shown with each match; {fact} is filled with its value.")
    references: list[ReferenceForm] = Field(default_factory=list)
    known_gaps: list[Text] = Field(default_factory=list)
    history: list[HistoryForm] = Field(
        default_factory=list, description="An entry for each version after the first."
    )
    examples: ExamplesForm


class EvidenceForm(RuleForm):
    """A rule that gives points to one role under one aspect."""

    aspect: Name
    evidence_for: Literal["project_manager", "program_manager"]
    weight: Annotated[Whole, Field(ge=1, le=3)] = Field(description="1 hint, 2 typical, 3 strong.")
    decisive: bool = Field(default=False, description="May settle the kind alone; structure only.")
    references: list[ReferenceForm] = Field(min_length=1)


class ComplexityForm(RuleForm):
    """A rule that rates one factor of how hard an initiative is."""

    factor: Name
    level: Annotated[Whole, Field(ge=1, le=4)]
    references: list[ReferenceForm] = Field(min_length=1)


class ConfidenceForm(_Form):
    """Confidence at no lead and at a lead of ten points or more."""

    at_least: float = Field(ge=0, le=1)
    at_most: float = Field(ge=0, le=1)


class VerdictForm(RuleForm):
    """A rule that decides on the tally."""

    order: Whole = Field(description="Of the rules that match, the least decides.")
    verdict: Literal["project_manager", "program_manager", "undecided"]
    confidence: ConfidenceForm


class AdvisoryForm(RuleForm):
    """A note for the meeting; the rationale is its text."""

    severity: Literal["note", "attention"]


class ClusterForm(RuleForm):
    """A rule that says what a cluster of initiatives needs."""

    order: Whole = Field(description="Of the rules that match, the least says.")
    recommendation: Literal["program_manager", "watch", "leave"]


class PhraseExamplesForm(_Form):
    """Texts in which a phrase list is found, and near misses in which it is not."""

    match: list[Text] = Field(default_factory=list)
    no_match: list[Text] = Field(default_factory=list)


class PhraseForm(_Form):
    """Spellings of one idea, searched as whole words without regard to case and accents."""

    id: Name
    title: Text
    version: Annotated[Whole, Field(ge=1)] = Field(
        default=1, description="Raised whenever a phrase comes, goes or changes."
    )
    note: str = ""
    phrases: list[Text] = Field(min_length=1)
    unless: list[Text] = Field(default_factory=list)
    history: list[HistoryForm] = Field(
        default_factory=list, description="An entry for each version after the first."
    )
    examples: PhraseExamplesForm = Field(
        default_factory=PhraseExamplesForm, description="Texts that are read to test the list."
    )


class AspectForm(_Form):
    """A row of the comparison of the two roles."""

    id: Name
    title: Text
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    note: str = Field("", description="Which kinds of facts cannot speak for it, and why.")


class DocumentForm(_Form):
    """A source, and the passages of it that may be cited."""

    title: Text
    publisher: Text
    passages: dict[Text, Text]


class RulesetForm(_Form):
    """ruleset.yaml."""

    id: Key
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    hit_policy: Literal["collect_sum"]
    aspects: list[AspectForm] = Field(min_length=1)
    factors: dict[Name, Text]
    documents: dict[Key, DocumentForm]


FORMS: dict[str, type[RuleForm]] = {
    "evidence": EvidenceForm,
    "complexity": ComplexityForm,
    "verdict": VerdictForm,
    "advisory": AdvisoryForm,
    "cluster": ClusterForm,
}
