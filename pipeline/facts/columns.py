"""Facts of the columns of a row: counts, levels, dates, money."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.facts.table import FactColumn
from schemas import strict_yaml
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from datetime import date

    from pipeline.facts.table import Bools

# No count is larger; the engine reads no number from 10**15 on.
_MOST = 10**12
_MOST_EUR = 10**14


@cache
def euro_rates() -> dict[str, float]:
    """Rough worth of one unit of each known currency, in euro (``schemas/currencies.yaml``)."""
    text = files("schemas").joinpath("currencies.yaml").read_text(encoding="utf-8")
    return {
        code: float(rate) for code, rate in strict_yaml.load(text, name="currencies.yaml").items()
    }


def column_facts(
    rows: pd.DataFrame,
    child_count: FactColumn,
    *,
    everyone: pd.DataFrame,
    is_derived: Bools,
    as_of: date,
) -> dict[str, FactColumn]:
    """Facts of each row's own cells; a count is the larger of the number and the names given.

    Args:
        rows: Initiatives to describe.
        child_count: Rows that name each as their parent.
        everyone: All rows, quarantined ones too: whether a column is in use at all hangs on no row.
        is_derived: Which have no row of their own.
        as_of: Day of the run.
    """
    facts = {
        "project_count": _larger(_whole(rows["project_count"]), _several(child_count)),
        "team_count": _larger(_whole(rows["team_count"]), _listed(rows["teams"])),
        "domain_count": _listed(rows["technical_domains"]),
        "unit_count": _units(rows),
        "vendor_count": _listed(rows["vendors"]),
        "goal_count": _listed(rows["strategic_goals"]),
        "stakeholder_count": _whole(rows["stakeholder_count"]),
        "people_count": _whole(rows["people_count"]),
        "budget_eur": _budget(rows),
        "has_sponsor": _is_given("sponsor", rows, everyone, is_derived),
        "has_owner": _is_given("owner", rows, everyone, is_derived),
        "is_derived": FactColumn(values=is_derived, known=np.ones(len(rows), bool)),
    }
    for name in (
        "stakeholder_level",
        "decision_level",
        "scope_definition",
        "delivery_model",
        "current_role",
    ):
        facts[name] = _choice(rows[name])
    return facts | _dates(rows, as_of)


def _whole(column: pd.Series[int]) -> FactColumn:
    known = column.notna().to_numpy(bool)
    values = column.fillna(0).to_numpy(np.int64).clip(-_MOST, _MOST)
    return FactColumn(values=values, known=known)


def _listed(column: pd.Series) -> FactColumn:
    """How many distinct items a list has; unknown where there is no list."""
    known = column.notna().to_numpy(bool)
    counts = column.map(lambda items: len(set(items)), na_action="ignore").fillna(0)
    return FactColumn(values=counts.to_numpy(np.int64), known=known)


def _several(column: FactColumn) -> FactColumn:
    """A count of links is a lower bound: two are several, but one or none says nothing."""
    values = column.values  # noqa: PD011 -- a FactColumn, not a frame
    return FactColumn(values=values, known=column.known & (values > 1))


def _larger(one: FactColumn, other: FactColumn) -> FactColumn:
    values = np.maximum(np.where(one.known, one.values, 0), np.where(other.known, other.values, 0))
    return FactColumn(values=values, known=one.known | other.known)


def _units(rows: pd.DataFrame) -> FactColumn:
    """Business units named in the list, and the row's own if the list leaves it out."""
    counted = [
        len({*units, *([own] if isinstance(own, str) else [])}) if isinstance(units, tuple) else 0
        for units, own in zip(rows["business_units"], rows["business_unit"], strict=True)
    ]
    return FactColumn(
        values=np.array(counted, np.int64), known=rows["business_units"].notna().to_numpy(bool)
    )


def _choice(column: pd.Series[str]) -> FactColumn:
    choices = list(VOCABULARY[str(column.name)].choices)
    codes = pd.Categorical(column, categories=choices).codes
    return FactColumn(values=np.asarray(codes, np.int8), known=np.asarray(codes) >= 0)


def _is_given(
    name: str, rows: pd.DataFrame, everyone: pd.DataFrame, is_derived: Bools
) -> FactColumn:
    in_use = bool(everyone[name].notna().any())
    given = rows[name].notna().to_numpy(bool)
    return FactColumn(values=given, known=np.full(len(rows), in_use) & ~is_derived)


def _budget(rows: pd.DataFrame) -> FactColumn:
    rate = rows["currency"].map(euro_rates())
    euro = (rows["budget"].astype("Float64") * rate.astype("Float64")).fillna(np.nan)
    values = np.round(euro.to_numpy(np.float64, na_value=np.nan), 2)
    # NaN compares false with everything, so what is no amount is unknown.
    known = np.abs(values) < _MOST_EUR
    return FactColumn(values=np.where(known, values, 0.0), known=known)


def _dates(rows: pd.DataFrame, as_of: date) -> dict[str, FactColumn]:
    start, end = rows["start_date"], rows["end_date"]
    return {
        "duration_days": _days(end - start),
        "days_to_end": _days(end - pd.Timestamp(as_of)),
        "has_end_date": FactColumn(
            values=end.notna().to_numpy(bool), known=end.notna().to_numpy(bool)
        ),
    }


def _days(spans: pd.Series) -> FactColumn:
    days = spans.dt.days
    return FactColumn(values=days.fillna(0).to_numpy(np.int64), known=days.notna().to_numpy(bool))
