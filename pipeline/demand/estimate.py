"""The staffing demand of a portfolio, and what a roster makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.demand import gaps, leads, quarters, suggestion, tally
from pipeline.demand import work as initiatives_as_work
from pipeline.demand.names import unit_labels
from pipeline.demand.supply import supply
from pipeline.demand.work import NO_ROLE
from schemas.demand import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from pipeline.demand.quarters import Horizon
    from pipeline.demand.roster import Roster
    from pipeline.demand.suggestion import Method
    from pipeline.demand.work import Work
    from schemas.settings import Capacity


@dataclass(frozen=True, kw_only=True, slots=True)
class Staffing:
    """What a roster makes of a demand; the frames are those of ``schemas.demand``.

    ``gaps`` are by unit, ``total_gaps`` as if units shared their people. ``assignment`` is a
    suggestion, for a person to decide; ``methods`` tell how good it is, one for each role.
    ``strange_units`` are business units of the roster that no initiative names: mostly another
    spelling, which nobody but the owner of the roster can tell.
    """

    roster: Roster
    gaps: pd.DataFrame
    total_gaps: pd.DataFrame
    people: pd.DataFrame
    assignment: pd.DataFrame
    methods: tuple[Method, ...]
    strange_units: tuple[str, ...]

    @property
    def set_aside(self) -> pd.DataFrame:
        """Rows of the roster that do not count, as ``schemas.roster.SetAside``."""
        return self.roster.set_aside


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Leads needed by quarter; the frames are those of ``schemas.demand``.

    ``quarters`` are the quarters looked at, the first one from the day of the run on. ``work``
    tells of each initiative whether and how it counts, ``states`` how many there are of each state.
    ``projects_without_row`` counts the projects that programs are said to have besides their rows;
    each needs a project manager who is in no number. ``staffing`` is ``None`` without a roster.
    """

    quarters: tuple[str, ...]
    capacity: Capacity
    work: pd.DataFrame
    states: Mapping[str, int]
    by_unit: pd.DataFrame
    totals: pd.DataFrame
    projects_without_row: int
    staffing: Staffing | None = None


def estimate(
    initiatives: pd.DataFrame, *, as_of: date, capacity: Capacity, roster: Roster | None = None
) -> Demand:
    """Estimate the demand for leads.

    Args:
        initiatives: As ``ReportData.initiatives``: verdicts and canonical columns.
        as_of: Day of the run; nothing before it counts.
        capacity: What one person can lead, and how many quarters to look at.
        roster: Who is there, if that is known.
    """
    horizon = quarters.horizon(as_of, capacity.quarters)
    work = initiatives_as_work.take(initiatives, horizon, capacity)
    people = [] if roster is None else roster.people["business_unit"].to_list()
    # Apart, so that a long roster leaves the units of the portfolio their names.
    labels = {**unit_labels(people), **unit_labels(work.unit_names)}
    sums = tally.sums(work)
    by_unit = tally.by_unit(sums, horizon, labels)
    totals = tally.totals(sums, horizon)
    frame = work.frame()
    staffing = None
    if roster is not None:
        staffing = _staffing(work, roster, horizon, capacity, (by_unit, totals, labels))
    return Demand(
        quarters=horizon.labels,
        capacity=capacity,
        work=frame,
        states={state: int((frame["state"] == state).sum()) for state in STATES},
        by_unit=by_unit,
        totals=totals,
        projects_without_row=initiatives_as_work.projects_without_row(initiatives, work),
        staffing=staffing,
    )


def _staffing(
    work: Work,
    roster: Roster,
    horizon: Horizon,
    capacity: Capacity,
    needed: tuple[pd.DataFrame, pd.DataFrame, Mapping[str, str]],
) -> Staffing:
    by_unit, totals, labels = needed
    people = supply(roster.people, horizon, labels)
    led = leads.led_by(work, people)
    # That time is not given away, whoever is right for what is undecided.
    undecided = leads.loads_of(work, people, led, work.role == NO_ROLE)
    suggested = suggestion.suggest(work, people, horizon, capacity, (led, undecided))
    today = leads.loads_of(work, people, led, work.is_counted)
    known = set(work.unit)
    return Staffing(
        roster=roster,
        gaps=gaps.gaps(by_unit, people, horizon, capacity, labels),
        total_gaps=gaps.gaps(totals, people, horizon, capacity, None),
        people=leads.people_frame(
            people, horizon, capacity, (today, suggested.loads + undecided), labels
        ),
        assignment=suggested.assignment,
        methods=suggested.methods,
        strange_units=tuple(sorted({labels[key] for key in people.unit if key not in known})),
    )
