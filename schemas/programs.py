"""pandera models of what is found about programs nobody declared: constraints only."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas.report import VERDICTS

RECOMMENDATIONS = ("program_manager", "watch", "leave")
FINDING_KINDS = (
    "dependency_cycle",
    "parent_cycle",
    "unknown_dependency",
    "quarantined_dependency",
    "program_without_lead",
    "bridge",
)
_CLUSTER_ID = r"^C-[0-9a-f]{8}$"


class _Closed:
    """Columns in this order, none besides, no coercion."""

    strict = True
    ordered = True
    coerce = False


class Clusters(pa.DataFrameModel):
    """One row per cluster: those for a program manager first, then by number of members."""

    cluster_id: Series[str] = pa.Field(
        unique=True,
        str_matches=_CLUSTER_ID,
        description="C- and 8 digits of the sha256 of its members' ids: same members, same id.",
    )
    name: Series[str] = pa.Field(description="Suggested from what most of its members share.")
    recommendation: Series[str] = pa.Field(isin=RECOMMENDATIONS)
    rule_id: Series[str] = pa.Field(description="Cluster rule that decided; empty where none did.")
    rationale: Series[str]
    ties: Series[str] = pa.Field(description="What ties its members, strongest first.")
    member_count: Series[int] = pa.Field(ge=2)
    unit_count: Series[int] = pa.Field(ge=0, description="Business units; 0 where none is named.")
    declared_programs: Series[str] = pa.Field(
        description="Ids of parents whose children it has, joined by '; '."
    )
    dependencies: Series[int] = pa.Field(ge=0, description="Between its members.")
    cross_team_dependencies: Series[int] = pa.Field(
        ge=0, description="Of these, between two business units or teams."
    )
    budget: Series[pd.Float64Dtype] = pa.Field(
        nullable=True, description="Of all members; empty unless all are known in one currency."
    )
    currency: Series[str] = pa.Field(description="Empty where the budget is.")
    members: Series[str] = pa.Field(description="Their ids, joined by '; '.")

    class Config(_Closed):
        """Nothing else."""


class Members(pa.DataFrameModel):
    """One row per member of a cluster, in order of cluster and id."""

    cluster_id: Series[str] = pa.Field(str_matches=_CLUSTER_ID)
    initiative_id: Series[str] = pa.Field(unique=True)
    name: Series[str]
    verdict: Series[str] = pa.Field(isin=VERDICTS)
    ties: Series[str] = pa.Field(description="What ties it to the others.")

    class Config(_Closed):
        """Nothing else."""


class Findings(pa.DataFrameModel):
    """What the graph shows besides: one row a finding, in order of kind and id."""

    kind: Series[str] = pa.Field(isin=FINDING_KINDS)
    initiative_id: Series[str] = pa.Field(description="Where to begin.")
    name: Series[str]
    others: Series[str] = pa.Field(description="Other ids concerned, joined by '; '.")
    text: Series[str]

    class Config(_Closed):
        """Nothing else."""
