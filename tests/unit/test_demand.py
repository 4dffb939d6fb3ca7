from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from schemas.demand import NOT_DATED

_HELPER = runpy.run_path(str(Path(__file__).with_name("demand_portfolio.py")))
PROGRAM = _HELPER["PROGRAM"]
PROJECT = _HELPER["PROJECT"]
demand = _HELPER["demand"]
initiatives = _HELPER["initiatives"]
row = _HELPER["row"]


def test_one_usual_project_takes_a_quarter_of_a_project_manager():
    total = row(demand(initiatives({})).totals, quarter="2026 Q4", role=PROJECT)
    assert (total["initiatives"], total["load_low"], total["load_high"]) == (1, 0.25, 0.25)
    assert total["people_low"] == 1


def test_one_usual_program_takes_half_of_a_program_manager():
    total = row(demand(initiatives({"verdict": PROGRAM})).totals, quarter="2026 Q4", role=PROGRAM)
    assert total["load_low"] == 0.5


@pytest.mark.parametrize(
    ("level", "load"), [(1, 0.175), (2, 0.25), (3, 0.325), (4, 0.4), (None, 0.25)]
)
def test_complexity_weighs_and_an_unknown_level_counts_as_usual(level, load):
    total = row(
        demand(initiatives({"complexity_level": level})).totals, quarter="2026 Q4", role=PROJECT
    )
    assert total["load_low"] == pytest.approx(load)


def test_capacity_is_configurable():
    total = row(
        demand(initiatives({}, {}), project_manager=2, complexity=(1, 3, 1, 1)).totals,
        quarter="2026 Q4",
        role=PROJECT,
    )
    assert (total["load_low"], total["people_low"]) == (3.0, 3)


def test_only_the_part_of_a_quarter_counts():
    frame = initiatives({"end_date": "2026-11-15"})  # 46 of 92 days
    totals = demand(frame).totals
    assert row(totals, quarter="2026 Q4", role=PROJECT)["load_low"] == 0.125
    assert row(totals, quarter="2027 Q1", role=PROJECT)["load_high"] == 0


@pytest.mark.parametrize(
    ("dates", "now", "later"),
    [
        # Runs today and has no end: sure now, open later.
        ({"end_date": None}, (0.25, 0.25), (0.0, 0.25)),
        # Ends later and nobody knows since when it runs: never sure.
        ({"start_date": None}, (0.0, 0.25), (0.0, 0.25)),
        # Begins next quarter and has no end.
        ({"start_date": "2027-01-01", "end_date": None}, (0.0, 0.0), (0.0, 0.25)),
        ({"start_date": None, "end_date": None}, (0.0, 0.0), (0.0, 0.0)),
    ],
)
def test_a_missing_date_is_never_guessed(dates, now, later):
    totals = demand(initiatives(dates)).totals
    for quarter, loads in (("2026 Q4", now), ("2027 Q1", later)):
        total = row(totals, quarter=quarter, role=PROJECT)
        assert (total["load_low"], total["load_likely"]) == loads


def test_without_dates_it_stands_apart_and_is_told():
    found = demand(initiatives({"start_date": None, "end_date": None}, {}))
    assert found.states["no_dates"] == 1
    apart = row(found.totals, quarter=NOT_DATED, role=PROJECT)
    assert (apart["initiatives"], apart["open_dates"], apart["load_likely"]) == (0, 1, 0.25)
    assert row(found.by_unit, quarter=NOT_DATED, business_unit="IT")["load_likely"] == 0.25


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"end_date": "2026-09-30"}, "ended"),
        ({"end_date": "2026-10-01"}, "counted"),
        ({"start_date": "2027-03-31"}, "counted"),
        ({"start_date": "2027-04-01"}, "beyond_horizon"),
        ({"status": " Closed - Complete"}, "closed"),
        ({"status": "CANCELLED"}, "closed"),
        ({"status": "Not closed yet, although most of the work is done"}, "counted"),
        ({"status": "In delivery"}, "counted"),
    ],
)
def test_who_counts_and_who_does_not(told, state):
    found = demand(initiatives(told))
    assert found.work["state"].tolist() == [state]
    assert found.states[state] == 1
    assert (found.totals["load_high"].sum() > 0) == (state == "counted")


def test_undecided_ones_are_a_range_and_the_lean_is_the_likely_end():
    leaning = {"verdict": "undecided", "lean": PROGRAM}
    totals = demand(initiatives(leaning, {"verdict": "undecided"})).totals
    program = row(totals, quarter="2026 Q4", role=PROGRAM)
    assert (program["load_low"], program["load_likely"], program["load_high"]) == (0.0, 0.5, 1.0)
    assert (program["undecided"], program["leaning"], program["initiatives"]) == (2, 1, 0)
    project = row(totals, quarter="2026 Q4", role=PROJECT)
    assert (project["load_low"], project["load_likely"], project["load_high"]) == (0.0, 0.0, 0.5)


def test_spellings_of_a_unit_are_one_unit_and_none_is_told_as_not_stated():
    units = ["Group IT", "group  it", "Group IT", None]
    found = demand(initiatives(*({"business_unit": unit} for unit in units)))
    now = found.by_unit[found.by_unit["quarter"] == "2026 Q4"]
    assert now["business_unit"].tolist() == ["Group IT", "Not stated"]
    assert now["initiatives"].tolist() == [3, 1]


def test_units_add_up_to_the_totals():
    rows = [
        {"business_unit": unit, "verdict": verdict, "lean": PROJECT if verdict[0] == "u" else ""}
        for unit in ("A", "B", None)
        for verdict in (PROJECT, PROGRAM, "undecided")
    ]
    found = demand(initiatives(*rows))
    numbers = ["initiatives", "undecided", "leaning", "load_low", "load_likely", "load_high"]
    summed = found.by_unit.groupby(["quarter", "role"])[numbers].sum()
    whole = found.totals.set_index(["quarter", "role"])[numbers]
    assert summed.reindex(whole.index, fill_value=0).round(6).equals(whole.astype(summed.dtypes))


def test_very_many_units_are_shown_as_one():
    rows = [{"business_unit": f"Unit {number}"} for number in range(600)]
    frame = initiatives(*rows)
    frame["initiative_id"] = [f"I-{number}" for number in range(600)]
    found = demand(frame)
    assert found.by_unit["business_unit"].nunique() == 501
    assert row(found.by_unit, quarter="2026 Q4", business_unit="All other units")["initiatives"]


def test_projects_that_have_no_row_are_told():
    program = {"verdict": PROGRAM, "project_count": 5}
    child = {"parent_id": "A"}
    assert demand(initiatives(program, child, child)).projects_without_row == 3


def test_order_of_rows_does_not_matter():
    frame = initiatives({}, {"verdict": PROGRAM, "business_unit": "B"}, {"verdict": "undecided"})
    one, other = demand(frame), demand(frame.iloc[::-1])
    assert one.by_unit.equals(other.by_unit)
    assert one.work.equals(other.work)


def test_no_initiatives_at_all():
    found = demand(initiatives({"end_date": "2020-01-01"}))
    assert found.by_unit.empty
    assert len(found.totals) == 6
