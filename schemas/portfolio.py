"""pandera models of typed rows: constraints only, pipeline.parse has typed every cell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Index, Series

from schemas.columns import BY_NAME, NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

FAR_YEARS = 60


# pa.Field is untyped too: it stands where an annotation names the type.
def _text(name: str) -> Any:  # noqa: ANN401
    return pa.Field(nullable=True, description=BY_NAME[name].meaning)


def _choice(name: str) -> Any:  # noqa: ANN401
    column = BY_NAME[name]
    return pa.Field(nullable=True, isin=column.choices, description=column.meaning)


def _number(name: str) -> Any:  # noqa: ANN401
    return pa.Field(nullable=True, ge=0, description=BY_NAME[name].meaning)


class Portfolio(pa.DataFrameModel):
    """One accepted row per initiative, in input order; unknown is missing.

    The index ``source_line`` is the row that a person sees in the file. A list is a tuple of text,
    never an empty one. Constraints that a row of a user can break are named by the code of their
    problem, with underscores; breaking any other one is a fault of pipeline.parse.
    """

    source_line: Index[int] = pa.Field(unique=True, ge=1, check_name=True)
    initiative_id: Series[str] = pa.Field(
        unique=True, str_length={"min_value": 1}, description=BY_NAME["initiative_id"].meaning
    )
    name: Series[str] = _text("name")
    description: Series[str] = _text("description")
    business_unit: Series[str] = _text("business_unit")
    sponsor: Series[str] = _text("sponsor")
    status: Series[str] = _text("status")
    priority: Series[str] = _text("priority")
    parent_id: Series[str] = _text("parent_id")
    depends_on: Series[object] = _text("depends_on")
    project_count: Series[pd.Int64Dtype] = _number("project_count")
    team_count: Series[pd.Int64Dtype] = _number("team_count")
    teams: Series[object] = _text("teams")
    people_count: Series[pd.Int64Dtype] = _number("people_count")
    technical_domains: Series[object] = _text("technical_domains")
    business_units: Series[object] = _text("business_units")
    vendors: Series[object] = _text("vendors")
    stakeholder_level: Series[str] = _choice("stakeholder_level")
    stakeholder_count: Series[pd.Int64Dtype] = _number("stakeholder_count")
    decision_level: Series[str] = _choice("decision_level")
    strategic_goals: Series[object] = _text("strategic_goals")
    deliverable_type: Series[str] = _text("deliverable_type")
    scope_definition: Series[str] = _choice("scope_definition")
    delivery_model: Series[str] = _choice("delivery_model")
    start_date: Series[pd.Timestamp] = _text("start_date")
    end_date: Series[pd.Timestamp] = _text("end_date")
    budget: Series[pd.Float64Dtype] = _number("budget")
    currency: Series[str] = pa.Field(
        nullable=True, str_matches=r"^[A-Z]{3}$", description=BY_NAME["currency"].meaning
    )
    current_role: Series[str] = _choice("current_role")
    owner: Series[str] = _text("owner")
    parent_name: Series[str] = _text("parent_name")
    reported_on: Series[pd.Timestamp] = _text("reported_on")

    class Config:
        """All canonical columns in their order, none besides; nothing is coerced."""

        strict = True
        ordered = True
        coerce = False

    @pa.check("name", ignore_na=False)
    @classmethod
    def name_missing(cls, names: pd.Series[str]) -> pd.Series[bool]:
        """Every row has a name."""
        return names.notna()

    @pa.dataframe_check
    @classmethod
    def end_before_start(cls, rows: pd.DataFrame) -> pd.Series[bool]:
        """A row without one of the two dates passes."""
        return ~(rows["end_date"] < rows["start_date"])

    @pa.check("start_date", "end_date", "reported_on")
    @classmethod
    def whole_days(cls, dates: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """A date has no time of day."""
        return dates == dates.dt.normalize()

    @pa.check(
        "depends_on|teams|technical_domains|business_units|vendors|strategic_goals",
        regex=True,
        element_wise=True,
    )
    @classmethod
    def list_of_text(cls, elements: object) -> bool:
        """A list is a tuple of text, and unknown rather than empty."""
        return (
            isinstance(elements, tuple)
            and bool(elements)
            and all(isinstance(element, str) for element in elements)
        )


def doubts(as_of: dt.date) -> pa.DataFrameSchema:
    """Soft constraints: a row that breaks one is classified, with a warning named by its check."""
    earliest = pd.Timestamp(as_of) - pd.DateOffset(years=FAR_YEARS)
    latest = pd.Timestamp(as_of) + pd.DateOffset(years=FAR_YEARS)

    def near(dates: pd.Series) -> pd.Series[bool]:
        return dates.between(earliest, latest)

    def column(check: Callable[..., object], name: str) -> pa.Column:
        return pa.Column(None, pa.Check(check, name=name), nullable=True)

    return pa.DataFrameSchema(
        {
            "start_date": column(near, "date-far"),
            "end_date": column(near, "date-far"),
            "budget": column(lambda amounts: amounts != 0, "budget-zero"),
        },
        checks=[
            pa.Check(_depends_on_others, name="depends-on-itself"),
            pa.Check(lambda rows: ~is_own_parent(rows), name="parent-itself"),
        ],
    )


def is_own_parent(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose parent is themselves."""
    return (rows["parent_id"] == rows["initiative_id"]).fillna(value=False).astype(bool)


def depends_on_itself(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows that list themselves among what they depend on."""
    pairs = zip(rows["depends_on"], rows["initiative_id"], strict=True)
    return pd.Series(
        [isinstance(ids, tuple) and own in ids for ids, own in pairs], index=rows.index, dtype=bool
    )


def _depends_on_others(rows: pd.DataFrame) -> pd.Series[bool]:
    return ~depends_on_itself(rows)


# A column added to schemas.columns and forgotten here must not wait for a portfolio to be noticed.
if tuple(name for name in Portfolio.__annotations__ if name != "source_line") != NAMES:
    raise ImportError("schemas/portfolio.py and schemas/columns.py list different columns")
