"""pandera models of what a report is made of: constraints only, nothing is coerced."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

VERDICTS = ("project_manager", "program_manager", "undecided")
ROLES = ("project_manager", "program_manager")


class _Closed:
    """Columns in this order, none besides, no coercion."""

    strict = True
    ordered = True
    coerce = False


class Initiatives(pa.DataFrameModel):
    """The decided part of initiatives.csv; canonical and other input columns follow it."""

    initiative_id: Series[str] = pa.Field(unique=True, description="Key of the initiative.")
    name: Series[str] = pa.Field(nullable=True, description="Title; empty only where derived.")
    verdict: Series[str] = pa.Field(isin=VERDICTS, description="Recommended role, or undecided.")
    lean: Series[str] = pa.Field(
        isin=("", *ROLES), description="Better-scored role; empty at a tie or without evidence."
    )
    confidence: Series[float] = pa.Field(
        ge=0, le=1, description="How far the verdict is from flipping; 0 when undecided."
    )
    project_score: Series[int] = pa.Field(ge=0, description="Weights for the project manager.")
    program_score: Series[int] = pa.Field(ge=0, description="Weights for the program manager.")
    complexity_level: Series[pd.Int64Dtype] = pa.Field(
        ge=1, le=4, nullable=True, description="How hard it is, 1 to 4; empty when not known."
    )
    decided_by: Series[str] = pa.Field(description="Id of the verdict rule that decided.")
    evidence: Series[str] = pa.Field(description="Ids of matched evidence rules, joined by ';'.")
    rationale: Series[str] = pa.Field(description="The verdict in words.")
    flips: Series[str] = pa.Field(description="Smallest change that flips it, or empty.")
    advisories: Series[str] = pa.Field(description="Notes for the meeting, joined by '; '.")
    source_line: Series[pd.Int64Dtype] = pa.Field(
        ge=1, nullable=True, description="Row in the source; empty for a derived initiative."
    )

    class Config(_Closed):
        """Other columns follow, so not strict."""

        strict = False


class Evidence(pa.DataFrameModel):
    """One row per matched evidence rule of an initiative."""

    initiative_id: Series[str]
    rule_id: Series[str]
    rule_version: Series[int] = pa.Field(ge=1)
    title: Series[str]
    aspect: Series[str]
    evidence_for: Series[str] = pa.Field(isin=ROLES)
    weight: Series[int] = pa.Field(ge=0, le=3)
    rationale: Series[str]
    facts: Series[str] = pa.Field(description="The values that matched, as name=value; …")
    passage: Series[str] = pa.Field(description="Words of the initiative that matched, or empty.")
    source: Series[str] = pa.Field(description="Document and section the rule stands on.")

    class Config(_Closed):
        """Nothing else."""


class Advisories(pa.DataFrameModel):
    """One row per advisory of an initiative."""

    initiative_id: Series[str]
    rule_id: Series[str]
    severity: Series[str] = pa.Field(isin=("note", "attention"))
    text: Series[str]

    class Config(_Closed):
        """Nothing else."""


class Questions(pa.DataFrameModel):
    """questions.csv: what is missing of each undecided initiative, the most decisive first."""

    initiative_id: Series[str]
    name: Series[str]
    business_unit: Series[str]
    owner: Series[str] = pa.Field(description="Whom to ask, or empty.")
    rank: Series[int] = pa.Field(ge=1, description="1 is the most decisive.")
    question: Series[str]
    columns: Series[str] = pa.Field(description="Columns that hold the answer, joined by '; '.")
    answers: Series[str] = pa.Field(
        description="Verdict by answer, as answer: verdict; empty where none settles it alone."
    )

    class Config(_Closed):
        """Nothing else."""


class Problems(pa.DataFrameModel):
    """quarantine.csv and warnings.csv: one row per problem."""

    source_line: Series[int] = pa.Field(ge=0, description="Row in the source; 0: the whole file.")
    initiative_id: Series[str]
    column: Series[str]
    value: Series[str]
    problem: Series[str] = pa.Field(description="Code of schemas/problems.yaml.")
    hint: Series[str]
    severity: Series[str] = pa.Field(isin=("quarantine", "superseded", "warning", "notice"))
    file: Series[str]
    sheet: Series[str]

    class Config(_Closed):
        """Nothing else."""


class Rules(pa.DataFrameModel):
    """The catalogue of rules that ran."""

    rule_id: Series[str] = pa.Field(unique=True)
    version: Series[int] = pa.Field(ge=1)
    kind: Series[str] = pa.Field(isin=("evidence", "complexity", "verdict", "advisory", "cluster"))
    status: Series[str]
    aspect: Series[str]
    title: Series[str]
    consequence: Series[str] = pa.Field(description="What a match gives, in words.")
    rationale: Series[str]
    source: Series[str]
    matches: Series[int] = pa.Field(ge=0, description="Initiatives it matched in this run.")

    class Config(_Closed):
        """Nothing else."""
