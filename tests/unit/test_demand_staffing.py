from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.demand import solver

_HELPER = runpy.run_path(str(Path(__file__).with_name("demand_portfolio.py")))
PROGRAM = _HELPER["PROGRAM"]
PROJECT = _HELPER["PROJECT"]
demand = _HELPER["demand"]
initiatives = _HELPER["initiatives"]
roster = _HELPER["roster"]
row = _HELPER["row"]

HEAD = "Name,Role,Business unit,Capacity,From,To\n"


def staffing(folder, frame, *people, **capacity):
    return demand(frame, roster(folder, HEAD + "".join(f"{row}\n" for row in people)), **capacity)


def suggested(found):
    frame = found.staffing.assignment
    return dict(zip(frame["initiative_id"], frame["suggested"], strict=True))


def test_gap_by_unit_and_as_a_whole(tmp_path):
    frame = initiatives(*[{"business_unit": "IT"}] * 6, {"business_unit": "HR"})
    found = staffing(tmp_path, frame, "X,Project Manager,IT,,,", "Y,Project Manager,HR,,,")
    short = row(found.staffing.gaps, quarter="2026 Q4", business_unit="IT")
    assert (short["supply"], short["load_low"], short["gap"]) == (1.0, 1.5, -0.5)
    assert (short["coverage"], short["people_missing"]) == ("short", 1)
    assert row(found.staffing.gaps, quarter="2026 Q4", business_unit="HR")["coverage"] == "covered"
    whole = row(found.staffing.total_gaps, quarter="2026 Q4", role=PROJECT)
    assert (whole["people"], whole["gap"], whole["coverage"]) == (2, 0.25, "tight")


@pytest.mark.parametrize(
    ("count", "coverage"), [(0, "idle"), (3, "covered"), (4, "tight"), (5, "short")]
)
def test_coverage(tmp_path, count, coverage):
    frame = initiatives(*[{}] * count, {"verdict": PROGRAM})
    found = staffing(tmp_path, frame, "X,Project Manager,IT,,,")
    assert row(found.staffing.total_gaps, quarter="2026 Q4", role=PROJECT)["coverage"] == coverage


def test_what_is_only_likely_may_be_short(tmp_path):
    frame = initiatives(*[{}] * 4, {"verdict": "undecided", "lean": PROJECT})
    found = staffing(tmp_path, frame, "X,Project Manager,IT,,,")
    gap = row(found.staffing.total_gaps, quarter="2026 Q4", role=PROJECT)
    assert gap["coverage"] == "may_be_short"


def test_who_leaves_is_there_for_a_part_of_the_quarter(tmp_path):
    found = staffing(tmp_path, initiatives({}), "X,Project Manager,IT,,,2026-11-15")
    gaps = found.staffing.total_gaps
    assert row(gaps, quarter="2026 Q4", role=PROJECT)["supply"] == 0.5
    assert row(gaps, quarter="2027 Q1", role=PROJECT)["supply"] == 0


def test_a_unit_that_no_initiative_names_is_told(tmp_path):
    found = staffing(
        tmp_path, initiatives({}), "X,Project Manager,it,,,", "Y,Project Manager,HR,,,"
    )
    assert found.staffing.strange_units == ("HR",)


def test_a_long_roster_leaves_the_units_of_the_portfolio_their_names(tmp_path):
    people = [f"P{n},Project Manager,Unit {n},1,," for n in range(700)]
    found = staffing(tmp_path, initiatives({"business_unit": "Zoo"}), *people)
    assert row(found.staffing.gaps, quarter="2026 Q4", business_unit="Zoo")["load_low"] == 0.25
    assert found.by_unit["business_unit"].unique().tolist() == ["Zoo"]


def test_who_comes_back_without_a_break_is_there_all_the_time(tmp_path):
    people = ("P,Project Manager,IT,1,,2026-12-31", "P,Project Manager,IT,1,2027-01-01,")
    assert suggested(staffing(tmp_path, initiatives({}), *people)) == {"A": "P"}
    broken = ("P,Project Manager,IT,1,,2026-12-31", "P,Project Manager,IT,1,2027-01-02,")
    assert suggested(staffing(tmp_path, initiatives({}), *broken)) == {"A": ""}


def test_overload_of_today_counts_all_that_a_person_leads(tmp_path):
    frame = initiatives(
        *[{"owner": "Brandt, Ilse"}] * 4, {"verdict": "undecided", "owner": "Ilse Brandt"}
    )
    found = staffing(tmp_path, frame, "Ilse Brandt,Project Manager,IT,,,", "Y,Project Manager,,,,")
    people = found.staffing.people
    ilse = row(people, person="Ilse Brandt", quarter="2026 Q4")
    assert (ilse["load_today"], ilse["today"]) == (1.25, "overloaded")
    # The suggestion takes one away, and leaves room for what is undecided.
    assert ilse["load_suggested"] == 1.0
    assert row(people, person="Y", quarter="2026 Q4")["today"] == "idle"
    assert sorted(suggested(found).values()) == ["Ilse Brandt"] * 3 + ["Y"]


def test_who_leads_today_goes_on_even_for_another_unit(tmp_path):
    frame = initiatives({"owner": "Y", "business_unit": "IT"})
    found = staffing(tmp_path, frame, "X,Project Manager,IT,,,", "Y,Project Manager,HR,,,")
    told = found.staffing.assignment.iloc[0]
    assert (told["suggested"], told["change"], told["reason"]) == ("Y", "keeps", "leads it today")


def test_nobody_is_taken_away_to_lead_something_else(tmp_path):
    # One program fits; the one without a lead is larger.
    frame = initiatives(
        {"verdict": PROGRAM, "complexity_level": 4},
        {"verdict": PROGRAM, "complexity_level": 3, "owner": "X"},
    )
    found = staffing(tmp_path, frame, "X,Program Manager,IT,,,")
    assert suggested(found) == {"A": "", "B": "X"}


def test_the_own_unit_comes_first(tmp_path):
    frame = initiatives({"business_unit": "HR"})
    people = ("A,Project Manager,IT,,,", "B,Project Manager,,,,", "C,Project Manager,HR,,,")
    assert suggested(staffing(tmp_path, frame, *people)) == {"A": "C"}
    assert suggested(staffing(tmp_path, frame, *people[:2])) == {"A": "B"}


@pytest.mark.parametrize(
    ("told", "people", "reason"),
    [
        ({}, ["P,Program Manager,,,,"], "no project manager is in the roster"),
        (
            {},
            ["P,Project Manager,,,,2026-12-31"],
            "is there for all of it, from 2026 Q4 to 2027 Q1",
        ),
        ({}, ["P,Project Manager,,0.2,,"], "it takes more of a person than any project manager"),
        (
            {"owner": "P"},
            ["P,Project Manager,,,,2026-12-31", "Q,Project Manager,,,,"],
            "who leads it today leaves on 2026-12-31; works for any unit",
        ),
        (
            {"owner": "P"},
            ["P,Program Manager,,,,", "Q,Project Manager,,,,"],
            "who leads it today is a program manager",
        ),
        (
            {"owner": "Z"},
            ["Q,Project Manager,IT,,,"],
            "who leads it today is not in the roster; same business unit",
        ),
        (
            {"start_date": None, "end_date": None},
            ["Q,Project Manager,IT,,,"],
            "its dates are not known",
        ),
    ],
)
def test_the_reason_is_told(tmp_path, told, people, reason):
    found = staffing(tmp_path, initiatives(told), *people)
    assert reason in found.staffing.assignment["reason"].iloc[0]


def test_no_room_names_the_fullest_quarter(tmp_path):
    frame = initiatives(*[{}] * 5)
    found = staffing(tmp_path, frame, "P,Project Manager,,,,")
    reasons = found.staffing.assignment["reason"]
    told = "no project manager who is there for all of it has room, least of all in 2026 Q4"
    assert (reasons == told).sum() == 1


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        (
            "P,Program Manager,IT,,,2026-12-31",
            "who leads it today leaves on 2026-12-31; no",
        ),
        ("P,Program Manager,IT,0.2,,", "who leads it today has less time than it takes; it takes"),
        ("Q,Program Manager,IT,0.1,,", "who leads it today is not in the roster; it takes"),
    ],
)
def test_where_nobody_is_left_the_lead_of_today_is_told_of(tmp_path, owner, reason):
    found = staffing(tmp_path, initiatives({"verdict": PROGRAM, "owner": "P"}), owner)
    told = found.staffing.assignment.iloc[0]
    assert told["change"] == "nobody"
    assert told["reason"].startswith(reason)


def test_undecided_and_ended_initiatives_get_nobody(tmp_path):
    frame = initiatives({"verdict": "undecided"}, {"end_date": "2020-01-01"})
    assert staffing(tmp_path, frame, "P,Project Manager,,,,").staffing.assignment.empty


def test_one_name_in_two_roles_is_told_apart(tmp_path):
    frame = initiatives({"owner": "P"}, {"verdict": PROGRAM, "owner": "P"})
    found = staffing(tmp_path, frame, "P,Project Manager,IT,0.5,,", "P,Program Manager,IT,0.5,,")
    assert suggested(found) == {"A": "P (project manager, IT)", "B": "P (program manager, IT)"}


_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "verdict": st.sampled_from([PROJECT, PROGRAM, "undecided"]),
            "complexity_level": st.sampled_from([1, 2, 3, 4, None]),
            "business_unit": st.sampled_from(["IT", "HR", None]),
            "start_date": st.sampled_from([None, "2026-01-01", "2026-11-01"]),
            "end_date": st.sampled_from([None, "2026-11-20", "2027-12-31"]),
            "owner": st.sampled_from(["", "P0", "P1", "P2"]),
        }
    ),
    min_size=1,
    max_size=9,
)
_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Project Manager", "Program Manager"]),
        st.sampled_from(["IT", "HR", ""]),
        st.sampled_from(["0.3", "0.5", "1"]),
        st.sampled_from(["", "2026-12-31"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=_ROWS, people=_PEOPLE, most=st.sampled_from([0, 2_500]))
def test_nobody_is_ever_given_more_than_they_can_take(tmp_path, rows, people, most):
    """By the solver and one at a time: within capacity, in the role, there all the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "MOST_PAIRS", most)
        told = [
            f"P{n},{role},{unit},{share},,{end}"
            for n, (role, unit, share, end) in enumerate(people)
        ]
        found = staffing(tmp_path, initiatives(*rows), *told)
    frame, loads = found.staffing.assignment, found.staffing.people
    undecided = set(found.work.loc[found.work["verdict"] == "undecided", "owner"])
    free = loads[~loads["person"].isin(undecided)]
    assert (free["load_suggested"] <= free["supply"] + 1e-6).all()
    roles = dict(zip(loads["person"], loads["role"], strict=True))
    for person, role, last in zip(
        frame["suggested"], frame["role"], frame["last_quarter"], strict=True
    ):
        assert person == "" or roles[person] == role
        if person and last == "2027 Q1":
            quarters = loads[(loads["person"] == person) & (loads["quarter"] == last)]
            assert quarters["supply"].item() > 0
    assert ((frame["change"] == "nobody") == (frame["suggested"] == "")).all()


def test_the_solver_finds_what_one_at_a_time_does_not(tmp_path, monkeypatch):
    """A short and a long initiative fit two people in one way only."""
    frame = initiatives({"complexity_level": 4}, {"complexity_level": 4}, {"complexity_level": 3})
    people = ("P,Project Manager,,0.8,,", "Q,Project Manager,,0.35,,")
    found = staffing(tmp_path, frame, *people)
    assert (found.staffing.assignment["suggested"] != "").all()
    assert found.staffing.methods[0].status == "optimal"
    monkeypatch.setattr(solver, "MOST_PAIRS", 0)
    quick = staffing(tmp_path, frame, *people)
    assert quick.staffing.methods[0].status == "greedy"
    assert "one at a time" in quick.staffing.methods[0].note


def test_equal_work_gives_an_equal_suggestion(tmp_path):
    frame = initiatives(*[{}] * 6)
    people = ("P,Project Manager,,,,", "Q,Project Manager,,,,")
    one, other = (staffing(tmp_path, turned, *people) for turned in (frame, frame.iloc[::-1]))
    assert one.staffing.assignment.equals(other.staffing.assignment)


def test_a_solver_out_of_time_gives_way(tmp_path, monkeypatch):
    monkeypatch.setattr(solver, "solve", lambda _: None)
    found = staffing(tmp_path, initiatives({}), "P,Project Manager,,,,")
    assert found.staffing.methods[0].status == "greedy"
    assert suggested(found) == {"A": "P"}


def test_loads_are_finite_numbers(tmp_path):
    found = staffing(tmp_path, initiatives({}), "P,Project Manager,,0,,")
    assert np.isfinite(found.staffing.people["load_suggested"]).all()
    assert row(found.staffing.gaps, quarter="2026 Q4", business_unit="Not stated")["supply"] == 0
