"""pandera models of what is remembered of earlier runs: constraints only, nothing is coerced."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas.report import VERDICTS

CHANGES = ("added", "gone", "flipped", "evidence")
CAUSES = ("", "data", "rules", "data or rules", "data and rules")
DECISIONS = ("agree", "project_manager", "program_manager", "defer")
STATES = ("in_force", "reopened")
_DAY = r"^\d{4}-\d{2}-\d{2}$"


class _Closed:
    """Columns in this order, none besides, no coercion."""

    strict = True
    ordered = True
    coerce = False


class Changes(pa.DataFrameModel):
    """changes.csv: one row per initiative that differs from the run before; text is never null.

    Flips come first, then what is new, what is gone, and where only the evidence differs.
    """

    initiative_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(description="Title of today, or of then where it is gone.")
    change: Series[str] = pa.Field(isin=CHANGES)
    verdict_before: Series[str] = pa.Field(isin=("", *VERDICTS), description="Empty where added.")
    verdict_after: Series[str] = pa.Field(isin=("", *VERDICTS), description="Empty where gone.")
    cause: Series[str] = pa.Field(
        isin=CAUSES,
        description="What alone suffices for the flip, or made the evidence another one; empty "
        "where no cause can be told.",
    )
    fields: Series[str] = pa.Field(description="Facts that differ: project_count 3→1; ….")
    rules_began: Series[str] = pa.Field(
        description="Ids of evidence rules that match now only, joined by ';'."
    )
    rules_stopped: Series[str] = pa.Field(
        description="Ids of evidence rules that matched then only, joined by ';'."
    )
    points: Series[str] = pa.Field(
        description="Evidence rules that match in both runs and give other points: SCO-001 2→3; …."
    )
    explanation: Series[str] = pa.Field(description="The change in a sentence.")

    class Config(_Closed):
        """Nothing else."""


class Decisions(pa.DataFrameModel):
    """decisions.csv: the latest decision on each initiative; text is never null."""

    initiative_id: Series[str] = pa.Field(unique=True)
    decision: Series[str] = pa.Field(isin=DECISIONS)
    decided_by: Series[str]
    decided_on: Series[str] = pa.Field(str_matches=_DAY, description="ISO day.")
    comment: Series[str]
    run_id: Series[str] = pa.Field(description="The run whose workbook it was typed into.")
    state: Series[str] = pa.Field(isin=STATES)
    reason: Series[str] = pa.Field(description="Why it was re-opened; empty while in force.")

    class Config(_Closed):
        """Nothing else."""


class Past(pa.DataFrameModel):
    """What was decided about each initiative before: one row per spell of equal verdicts."""

    initiative_id: Series[str]
    first_run: Series[str]
    first_as_of: Series[str] = pa.Field(str_matches=_DAY)
    last_run: Series[str]
    last_as_of: Series[str] = pa.Field(str_matches=_DAY)
    verdict: Series[str] = pa.Field(isin=VERDICTS)
    confidence: Series[float] = pa.Field(ge=0, le=1)

    class Config(_Closed):
        """Nothing else."""
