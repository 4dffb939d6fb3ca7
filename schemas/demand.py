"""pandera models of what a staffing demand is made of: constraints only, nothing is coerced."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa
from pandera.typing.pandas import Series

from schemas.report import ROLES, VERDICTS, _Closed

STATES = ("counted", "no_dates", "ended", "beyond_horizon", "closed")
COVERAGE = ("idle", "covered", "tight", "may_be_short", "short")
LOADS = ("idle", "fits", "tight", "overloaded")
CHANGES = ("keeps", "takes_over", "new", "nobody")
NOT_DATED = "not dated"
"""Stands for a quarter: the initiatives of which neither start nor end is known."""

_QUARTER = r"^\d{4} Q[1-4]$"


def _amount(description: str) -> Any:  # noqa: ANN401 -- stands where an annotation names the type
    """People's time as a share of one who works full time: never negative, never unknown."""
    return pa.Field(ge=0, description=description)


class Work(pa.DataFrameModel):
    """One row per initiative, in order of id: whether and how it counts."""

    initiative_id: Series[str] = pa.Field(unique=True)
    name: Series[str]
    business_unit: Series[str]
    verdict: Series[str] = pa.Field(isin=VERDICTS)
    lean: Series[str] = pa.Field(isin=("", *ROLES))
    state: Series[str] = pa.Field(isin=STATES, description="Counted, or why it is not.")
    dates: Series[str] = pa.Field(
        isin=("both", "start", "end", "none"), description="Which of its dates are known."
    )
    project_share: Series[float] = _amount("Share of a project manager that it would take.")
    program_share: Series[float] = _amount("Share of a program manager that it would take.")
    owner: Series[str]

    class Config(_Closed):
        """Nothing else."""


class _Load(pa.DataFrameModel):
    """What one group of initiatives takes in one quarter.

    Low is what is sure: decided, and active by two known dates, or begun and running today. Likely
    takes in decided ones that run if their missing date does not say otherwise, and undecided ones
    by their lean. High takes in every undecided one.
    """

    initiatives: Series[int] = pa.Field(ge=0, description="Decided for the role, surely active.")
    open_dates: Series[int] = pa.Field(ge=0, description="Decided, active if a missing date fits.")
    undecided: Series[int] = pa.Field(ge=0, description="May be active, for whichever role.")
    leaning: Series[int] = pa.Field(ge=0, description="Of the undecided, leaning to the role.")
    load_low: Series[float] = _amount("People's time, surely.")
    load_likely: Series[float] = _amount("People's time, likely.")
    load_high: Series[float] = _amount("People's time, at most.")
    people_low: Series[int] = pa.Field(ge=0, description="Whole people for the low load.")
    people_likely: Series[int] = pa.Field(ge=0, description="Whole people for the likely load.")
    people_high: Series[int] = pa.Field(ge=0, description="Whole people for the high load.")

    class Config(_Closed):
        """Nothing else."""


class ByUnit(_Load):
    """demand.csv: by quarter, business unit and role; last those that are not dated."""

    quarter: Series[str] = pa.Field(str_matches=rf"{_QUARTER}|^{NOT_DATED}$")
    business_unit: Series[str]
    role: Series[str] = pa.Field(isin=ROLES)

    class Config(_Closed):
        """In any order of columns: the keys of a subclass come last."""

        ordered = False


class Totals(_Load):
    """By quarter and role, as if business units shared their people."""

    quarter: Series[str] = pa.Field(str_matches=rf"{_QUARTER}|^{NOT_DATED}$")
    role: Series[str] = pa.Field(isin=ROLES)

    class Config(_Closed):
        """In any order of columns."""

        ordered = False


class Gaps(pa.DataFrameModel):
    """gaps.csv: supply against demand by quarter, business unit and role.

    Of the totals the business unit is empty.
    """

    quarter: Series[str] = pa.Field(str_matches=_QUARTER)
    business_unit: Series[str]
    role: Series[str] = pa.Field(isin=ROLES)
    people: Series[int] = pa.Field(ge=0, description="People there for at least a day.")
    supply: Series[float] = _amount("Full-time people there.")
    load_low: Series[float] = _amount("As in the demand.")
    load_likely: Series[float] = _amount("As in the demand.")
    load_high: Series[float] = _amount("As in the demand.")
    gap: Series[float] = pa.Field(description="Supply less likely load; below 0: people are short.")
    utilisation: Series[float] = pa.Field(
        ge=0, nullable=True, description="Likely load over supply; empty without supply."
    )
    people_missing: Series[int] = pa.Field(ge=0, description="Whole people for the likely load.")
    coverage: Series[str] = pa.Field(
        isin=COVERAGE,
        description="short: even for the low load; may_be_short: for the likely one; tight: above "
        "the share of time to plan.",
    )

    class Config(_Closed):
        """Nothing else."""


class People(pa.DataFrameModel):
    """people.csv: one row per person of the roster and quarter."""

    person: Series[str]
    role: Series[str] = pa.Field(isin=ROLES)
    business_unit: Series[str]
    quarter: Series[str] = pa.Field(str_matches=_QUARTER)
    supply: Series[float] = _amount("Share of full time that the person is there.")
    load_today: Series[float] = _amount("Taken by what the person leads today.")
    load_suggested: Series[float] = _amount("By the suggestion, and what is undecided besides.")
    today: Series[str] = pa.Field(isin=LOADS, description="Load of today against supply.")

    class Config(_Closed):
        """Nothing else."""


class Assignment(pa.DataFrameModel):
    """assignment.csv: a suggestion for each decided initiative not ended; never a decision."""

    initiative_id: Series[str] = pa.Field(unique=True)
    name: Series[str]
    business_unit: Series[str]
    role: Series[str] = pa.Field(isin=ROLES)
    share: Series[float] = _amount("Share of a person that it takes.")
    first_quarter: Series[str] = pa.Field(description="Of those looked at; empty: not dated.")
    last_quarter: Series[str] = pa.Field(description="Likewise.")
    owner: Series[str] = pa.Field(description="Who leads it today, or empty.")
    suggested: Series[str] = pa.Field(description="Person of the roster; empty for nobody.")
    change: Series[str] = pa.Field(isin=CHANGES)
    reason: Series[str] = pa.Field(description="Why this person, or why nobody.")

    class Config(_Closed):
        """Nothing else."""
