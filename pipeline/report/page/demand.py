"""How many leads are needed when, against who is there, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.report import words
from pipeline.report.columns import texts
from pipeline.report.safe_text import displayed
from schemas.demand import NOT_DATED
from schemas.report import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.demand import Demand
    from pipeline.report.data import ReportData

COVERAGE: Final = {
    "idle": "no need",
    "covered": "covered",
    "tight": "tight",
    "may_be_short": "may be short",
    "short": "short",
}
# More than a meeting gets through; gaps.csv has all.
_MOST_UNITS: Final = 15
_LABEL_WIDTH, _WIDTH, _VALUE_WIDTH, _ROW, _BAR = 80, 440, 110, 30, 16
_TEXT_LIMIT: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Whole people of one role in one quarter; ``there`` and ``coverage`` are "" without roster."""

    low: int
    likely: int
    high: int
    there: str
    coverage: str
    css_class: str

    @property
    def told(self) -> str:
        """The need in figures: the likely one, and its range where there is one."""
        span = f" ({self.low:,} to {self.high:,})" if self.low != self.high else ""
        return f"{self.likely:,}{span}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One quarter in a chart, in units of its view box; ``there_x`` is ``None`` without roster."""

    y: int
    label: str
    told: str
    width: float
    low_x: float
    high_x: float
    there_x: float | None
    value_x: float
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedChart:
    """The need for one role by quarter."""

    key: str
    title: str
    told: str
    css_class: str
    height: int
    bars: tuple[Bar, ...]
    width: int = _WIDTH
    left: int = _LABEL_WIDTH
    bar_height: int = _BAR


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownDemand:
    """``rows`` are quarters with the need for each role, in the order of ``ROLES``.

    ``units`` are quarter, business unit, role, likely need, who is there, people missing and
    coverage, of those that are or may be short; ``None`` without a roster. ``left_out`` tells of
    initiatives that no quarter counts.
    """

    charts: tuple[NeedChart, ...]
    rows: tuple[tuple[str, tuple[Need, ...]], ...]
    has_roster: bool
    units: tuple[tuple[str, str, str, str, str, str, str], ...]
    unit_total: int
    left_out: tuple[str, ...]


def needs(demand: Demand) -> dict[str, tuple[Need, ...]]:
    """By quarter, and last by what is not dated where there is any, the need for each role."""
    there: dict[tuple[str, str], tuple[str, str]] = {}
    if demand.staffing is not None:
        gaps = demand.staffing.total_gaps
        for row in gaps.to_dict("records"):
            there[row["quarter"], row["role"]] = (
                f"{round(row['supply'], 1):g}",
                str(row["coverage"]),
            )
    found: dict[tuple[str, str], Mapping[Any, Any]] = {
        (row["quarter"], row["role"]): row for row in demand.totals.to_dict("records")
    }
    quarters = [
        quarter
        for quarter in (*demand.quarters, NOT_DATED)
        if any((quarter, role) in found for role in ROLES)
    ]
    return {
        quarter: tuple(
            _need(found.get((quarter, role), {}), role, there.get((quarter, role), ("", "")))
            for role in ROLES
        )
        for quarter in quarters
    }


def shown_demand(data: ReportData) -> ShownDemand | None:
    """The need by quarter; ``None`` where it was not estimated, or nobody is needed."""
    demand = data.demand
    if demand is None or demand.totals.empty:
        return None
    found = needs(demand)
    short, total = _short_units(demand)
    return ShownDemand(
        charts=tuple(_chart(found, place, role) for place, role in enumerate(ROLES)),
        rows=tuple(found.items()),
        has_roster=demand.staffing is not None,
        units=short,
        unit_total=total,
        left_out=_left_out(demand),
    )


def _need(row: Mapping[Any, Any], role: str, there: tuple[str, str]) -> Need:
    return Need(
        low=int(row.get("people_low", 0)),
        likely=int(row.get("people_likely", 0)),
        high=int(row.get("people_high", 0)),
        there=there[0],
        coverage=COVERAGE.get(there[1], there[1]),
        css_class=role.replace("_", "-"),
    )


def _chart(found: Mapping[str, tuple[Need, ...]], place: int, role: str) -> NeedChart:
    # One scale for both roles, so that their bars can be compared.
    most = max(max(need.high, float(need.there or 0)) for some in found.values() for need in some)
    scale = (_WIDTH - _LABEL_WIDTH - _VALUE_WIDTH) / (most or 1)
    bars = tuple(
        _bar(quarter, some[place], number, scale)
        for number, (quarter, some) in enumerate(found.items())
    )
    title = f"{words.role(role)}s needed"
    return NeedChart(
        key=f"demand-{place}",
        title=title,
        told=". ".join(bar.told for bar in bars),
        css_class=role.replace("_", "-"),
        height=_ROW * len(bars) + 8,
        bars=bars,
    )


def _bar(quarter: str, need: Need, number: int, scale: float) -> Bar:
    there = f", {need.there} there, {need.coverage}" if need.there else ""
    end = max(need.high, float(need.there or 0)) * scale
    return Bar(
        y=4 + _ROW * number,
        label=quarter,
        told=f"{quarter}: {need.told}{there}",
        width=round(need.likely * scale, 2),
        low_x=round(_LABEL_WIDTH + need.low * scale, 2),
        high_x=round(_LABEL_WIDTH + need.high * scale, 2),
        there_x=round(_LABEL_WIDTH + float(need.there) * scale, 2) if need.there else None,
        value_x=round(_LABEL_WIDTH + end + 8, 2),
        value=need.told,
    )


def _short_units(
    demand: Demand,
) -> tuple[tuple[tuple[str, str, str, str, str, str, str], ...], int]:
    if demand.staffing is None:
        return (), 0
    gaps = demand.staffing.gaps
    short = gaps[gaps["coverage"].isin(("short", "may_be_short"))]
    names = ("quarter", "business_unit", "role", "load_likely", "supply", "people_missing")
    rows = zip(
        *(texts(short.head(_MOST_UNITS), name) for name in (*names, "coverage")), strict=True
    )
    return tuple(
        (
            quarter,
            displayed(unit, limit=_TEXT_LIMIT) or "Not stated",
            words.role(role),
            load,
            supply,
            missing,
            COVERAGE[coverage],
        )
        for quarter, unit, role, load, supply, missing, coverage in rows
    ), len(short)


def _left_out(demand: Demand) -> tuple[str, ...]:
    told = []
    if ended := demand.states.get("ended", 0):
        told.append(f"{words.counted(ended, 'initiative')} of the past")
    if closed := demand.states.get("closed", 0):
        told.append(f"{words.counted(closed, 'closed initiative')}")
    if later := demand.states.get("beyond_horizon", 0):
        told.append(f"{words.counted(later, 'initiative')} that begin later")
    if demand.projects_without_row:
        told.append(
            f"{words.counted(demand.projects_without_row, 'project')} of programs that have no row"
        )
    return tuple(told)
