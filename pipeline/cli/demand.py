"""staffing demand: how many leads are needed, when and where, against who is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from pipeline import outlets
from pipeline.cli.options import (
    QUARANTINED,
    format_option,
    options_from,
    portfolio_options,
    roster_option,
    rules_option,
)
from pipeline.cli.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from pipeline.demand import Demand, Staffing

_ROLES: Final = {
    "project_manager": "Technical Project Manager",
    "program_manager": "Technical Program Manager",
}
_NOT_COUNTED: Final = {
    "no_dates": "without dates, in no quarter",
    "ended": "ended before this day",
    "beyond_horizon": "begin after these quarters",
    "closed": "closed by their status",
}
_CHANGES: Final = {
    "keeps": "keep their lead of today",
    "takes_over": "change their lead",
    "new": "have no lead today and get one",
    "nobody": "stay without",
}
_SHOWN: Final = 30


@click.command(epilog="Example: staffing demand portfolio.csv --roster people.csv")
@portfolio_options
@rules_option
@roster_option
@format_option
def demand(portfolio: Path, config: Path | None, layout: str, **flags: Any) -> int:  # noqa: ANN401
    """Estimate how many leads PORTFOLIO needs by quarter and business unit; write nothing.

    What counts is what is known: a date that is missing is not guessed. "Surely" are initiatives
    with a verdict and both dates, and those running today; "likely" takes in those that run unless
    a missing date says otherwise, and undecided ones by their lean; "at most" takes in all
    undecided ones. With --roster: gaps, overload and a suggested assignment.

    Exit status: 3 if some rows of the roster are set aside.
    """
    from pipeline import run  # noqa: PLC0415 -- slow to import

    options, _ = options_from(portfolio, config, flags)
    found = run.find_demand(options)
    staffing = found.staffing
    if layout == "json":
        click.echo(json.dumps(_data(found), indent=1))
    else:
        click.echo(f"{click.format_filename(portfolio)}, as of {options.as_of}")
        for line in _told(found):
            click.echo(outlets.printable(line))
    return QUARANTINED if staffing and staffing.roster.rows_set_aside else 0


def _data(found: Demand) -> dict[str, Any]:
    data = {
        "quarters": list(found.quarters),
        "capacity": found.capacity.model_dump(),
        "states": dict(found.states),
        "projects_without_row": found.projects_without_row,
        "totals": records(found.totals),
        "by_unit": records(found.by_unit),
        "initiatives": records(found.work),
    }
    if found.staffing is None:
        return data
    staffing = found.staffing
    return data | {
        "gaps": records(staffing.gaps),
        "total_gaps": records(staffing.total_gaps),
        "people": records(staffing.people),
        "suggested_assignment": records(staffing.assignment),
        "methods": [
            {"role": each.role, "status": each.status, "gap": each.gap, "note": each.note}
            for each in staffing.methods
        ],
        "roster_set_aside": records(staffing.set_aside),
        "roster_units_unknown": list(staffing.strange_units),
    }


def _told(found: Demand) -> Iterator[str]:
    there = {}
    if found.staffing is not None:
        gaps = records(found.staffing.total_gaps)
        there = {(row["quarter"], row["role"]): f"{row['supply']:.1f}" for row in gaps}
    for role, title in _ROLES.items():
        yield ""
        yield f"{title}s needed, as full-time people"
        head = f"  {'':<10}{'surely':>9}{'likely':>9}{'at most':>9}"
        yield head + (f"{'there':>9}" if there else "")
        for row in records(found.totals[found.totals["role"] == role]):
            loads = (row["load_low"], row["load_likely"], row["load_high"])
            numbers = "".join(f"{load:>9.1f}" for load in loads)
            supply = there.get((row["quarter"], role), "")
            yield f"  {row['quarter']:<10}{numbers}{supply:>9}".rstrip()
    yield ""
    yield from _left_out(found)
    if found.staffing is None:
        yield from _by_unit(found.by_unit)
        return
    yield from _against(found.staffing)


def _left_out(found: Demand) -> Iterator[str]:
    counted = found.states.get("counted", 0)
    yield f"{counted:,} of {len(found.work):,} initiatives count in these quarters"
    for state, words in _NOT_COUNTED.items():
        if found.states.get(state):
            yield f"  {found.states[state]:>6,}  {words}"
    if found.projects_without_row:
        yield (
            f"  {found.projects_without_row:>6,}  more projects that programs are said to have "
            "are in no row, so their leads are in no number"
        )


def _by_unit(frame: pd.DataFrame) -> Iterator[str]:
    """The quarter of most likely need of each unit and role."""
    most = frame.loc[frame.groupby(["business_unit", "role"])["load_likely"].idxmax()]
    most = most[most["load_likely"] > 0].sort_values(
        ["load_likely", "business_unit"], ascending=[False, True], kind="stable"
    )
    yield ""
    yield "Most needed at once, by business unit"
    for row in records(most.head(_SHOWN)):
        yield (
            f"  {row['load_likely']:>5.1f}  {_ROLES[row['role']]}, {row['business_unit']}, "
            f"{row['quarter']}"
        )
    yield from _rest(len(most), "demand.csv")


def _against(staffing: Staffing) -> Iterator[str]:
    yield from _set_aside(staffing)
    yield from _short(staffing.gaps)
    yield from _overloaded(staffing.people)
    yield from _suggested(staffing)


def _set_aside(staffing: Staffing) -> Iterator[str]:
    rows = staffing.set_aside
    if len(rows):
        yield ""
        yield f"Rows of the roster set aside: {staffing.roster.rows_set_aside:,}"
        for row in records(rows.head(_SHOWN)):
            value = f" {row['value']!r}" if row["value"] else ""
            yield f"  line {row['source_line']}: {row['problem']}{value}. {row['hint']}"
        yield from _rest(len(rows), "roster_quarantine.csv")
    if staffing.strange_units:
        units = staffing.strange_units
        rest = f" and {len(units) - _SHOWN:,} more" if len(units) > _SHOWN else ""
        yield ""
        yield f"Units of the roster that no initiative names: {'; '.join(units[:_SHOWN])}{rest}"


def _short(gaps: pd.DataFrame) -> Iterator[str]:
    """The worst quarter of each unit and role that is short of people."""
    short = gaps[gaps["coverage"].isin(("short", "may_be_short"))]
    worst = short.sort_values(["gap", "quarter", "business_unit"], kind="stable")
    worst = worst.drop_duplicates(["business_unit", "role"])
    yield ""
    yield "Short of people, each unit on its own, in its worst quarter"
    for row in records(worst.head(_SHOWN)):
        surely = "" if row["coverage"] == "short" else ", perhaps"
        yield (
            f"  {row['gap']:>5.1f}  {_ROLES[row['role']]}, {row['business_unit']}, "
            f"{row['quarter']}: {row['load_likely']:.1f} needed, {row['supply']:.1f} there{surely}"
        )
    yield from _rest(len(worst), "gaps.csv")


def _overloaded(people: pd.DataFrame) -> Iterator[str]:
    over = people[people["today"] == "overloaded"]
    if over.empty:
        return
    order = (over["load_today"] - over["supply"]).sort_values(ascending=False, kind="stable")
    worst = over.loc[order.index].drop_duplicates("person")
    yield ""
    yield "Overloaded by what they lead today, in their worst quarter"
    for row in records(worst.head(_SHOWN)):
        yield (
            f"  {row['person']}, {row['quarter']}: {row['load_today']:.1f} to lead, "
            f"{row['supply']:.1f} there"
        )
    yield from _rest(len(worst), "people.csv")


def _suggested(staffing: Staffing) -> Iterator[str]:
    frame = staffing.assignment
    yield ""
    yield "Suggested assignment: a suggestion, for you to decide"
    for change, words in _CHANGES.items():
        yield f"  {int((frame['change'] == change).sum()):>6,}  {words}"
    for method in staffing.methods:
        yield f"  {_ROLES[method.role]}s: {method.note}"
    for row in records(frame.head(_SHOWN)):
        person = row["suggested"] or "nobody"
        yield f"  {row['initiative_id']}  {row['name']}: {person} ({row['reason']})"
    yield from _rest(len(frame), "assignment.csv")


def _rest(count: int, file: str) -> Iterator[str]:
    if count == 0:
        yield "  none"
    elif count > _SHOWN:
        yield f"  and {count - _SHOWN:,} more; `staffing classify` writes all to {file}"
