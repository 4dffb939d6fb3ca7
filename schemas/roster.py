"""pandera models of a roster: the people there are to lead initiatives, and rows set aside."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Index, Series

from schemas.report import ROLES, _Closed


class Roster(pa.DataFrameModel):
    """One row per person and time of service; the index is the row that a person sees in the file.

    A person may have several rows; together they never give more than one person's time.
    """

    source_line: Index[int] = pa.Field(unique=True, ge=1, check_name=True)
    name: Series[str] = pa.Field(str_length={"min_value": 1}, description="Who it is.")
    role: Series[str] = pa.Field(isin=ROLES)
    business_unit: Series[str] = pa.Field(description="Empty: works for any unit.")
    capacity: Series[float] = pa.Field(
        ge=0, le=1, description="Share of full time for leading initiatives; 1 where not stated."
    )
    available_from: Series[pd.Timestamp] = pa.Field(
        nullable=True, description="First day; empty: always has been."
    )
    available_to: Series[pd.Timestamp] = pa.Field(
        nullable=True, description="Last day; empty: no end."
    )

    class Config(_Closed):
        """Nothing else."""


class SetAside(pa.DataFrameModel):
    """roster_quarantine.csv: rows of the roster that do not count, one row per problem."""

    source_line: Series[int] = pa.Field(ge=1)
    name: Series[str]
    column: Series[str]
    value: Series[str]
    problem: Series[str] = pa.Field(description="Code of schemas/demand.yaml or problems.yaml.")
    hint: Series[str]

    class Config(_Closed):
        """Nothing else."""
