from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts import derive
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.validate import Validated

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
frame, row = heart["frame"], heart["row"]
AS_OF = dt.date(2026, 11, 24)
DAY = pd.Timestamp


def initiatives_of(rows, bad=()):
    """Rows by line in the file; those in ``bad`` (ids) are quarantined."""
    everything = frame(*rows)
    is_bad = everything["initiative_id"].isin(bad)
    validated = Validated(
        accepted=everything[~is_bad], quarantined=everything[is_bad], problems=(), superseded=0
    )
    return derive(validated, PhraseMatcher({}), as_of=AS_OF)


def facts_of(*rows, bad=()):
    initiatives = initiatives_of(rows, bad)
    ids = initiatives.rows["initiative_id"].to_list()
    return {key: dict(initiatives.table.fact(place)) for place, key in enumerate(ids)}


def derived_of(*rows, bad=()):
    made = initiatives_of(rows, bad).rows
    return made[made.index < 0]


def only(fact, *names):
    return {name: fact.get(name) for name in names}


# ---------------------------------------------------------------- parents and children


def test_children_are_counted_with_their_units():
    facts = facts_of(
        row("P"),
        row("A", parent_id="P", business_unit="x"),
        row("B", parent_id="P", business_unit="y"),
        row("C", parent_id="P"),
        row("D", parent_id="A"),
    )
    names = ("child_count", "child_unit_count", "has_parent", "project_count")
    assert only(facts["P"], *names) == dict(zip(names, (3, 2, None, 3), strict=True))
    assert only(facts["A"], *names) == dict(zip(names, (1, None, True, None), strict=True))
    assert only(facts["D"], *names) == dict(zip(names, (0, None, True, None), strict=True))


def test_without_any_parent_nobody_knows_of_children():
    facts = facts_of(row("A"), row("B", depends_on=("A",)))
    assert all(
        not {"child_count", "child_unit_count", "has_parent"} & fact.keys()
        for fact in facts.values()
    )


def test_the_larger_of_children_and_the_number_given_counts():
    rows = [row("A", parent_id="P"), row("B", parent_id="P")]
    assert facts_of(row("P", project_count=7), *rows)["P"]["project_count"] == 7
    assert facts_of(row("P", project_count=1), *rows)["P"]["project_count"] == 2
    assert facts_of(row("P", project_count=0), *rows)["P"]["project_count"] == 2


def test_a_cycle_of_parents_ends():
    facts = facts_of(row("A", parent_id="B"), row("B", parent_id="A"), row("C", parent_id="A"))
    assert (facts["A"]["child_count"], facts["B"]["child_count"]) == (2, 1)
    assert facts["A"]["has_parent"]


# ---------------------------------------------------------------- dependencies


def test_dependencies_are_counted_both_ways():
    facts = facts_of(
        row("A", depends_on=("B", "C", "Z", "B")), row("B", depends_on=("C",)), row("C")
    )
    names = ("dependency_count", "dependent_count", "unknown_dependency_count")
    assert only(facts["A"], *names) == dict(zip(names, (3, 0, 1), strict=True))
    assert only(facts["B"], *names) == dict(zip(names, (1, 1, 0), strict=True))
    assert only(facts["C"], *names) == dict(zip(names, (None, 2, None), strict=True))


def test_without_any_dependency_nobody_knows_of_dependents():
    facts = facts_of(row("A", business_unit="x"), row("B", parent_id="A"))
    names = {"dependency_count", "dependent_count", "cross_unit_dependency_count"}
    assert all(not names & fact.keys() for fact in facts.values())


def test_a_cycle_of_dependencies_ends():
    facts = facts_of(row("A", depends_on=("B",)), row("B", depends_on=("A",)))
    assert only(facts["A"], "dependency_count", "dependent_count") == {
        "dependency_count": 1,
        "dependent_count": 1,
    }


def test_dependencies_that_cross_units_count_at_both_ends():
    facts = facts_of(
        row("A", business_unit="x", depends_on=("B", "C")),
        row("B", business_unit="y", depends_on=("C",)),
        row("C", business_unit="x"),
        row("D", business_unit="x"),
    )
    crossing = {key: fact.get("cross_unit_dependency_count") for key, fact in facts.items()}
    assert crossing == {"A": 1, "B": 2, "C": 1, "D": 0}


def test_where_a_unit_is_unknown_none_that_cross_is_not_known_to_be_none():
    facts = facts_of(
        row("A", business_unit="x", depends_on=("B",)),
        row("B", depends_on=("C",)),
        row("C", business_unit="z", depends_on=("A", "Z")),
        row("D", business_unit="z"),
        row("E", business_unit="z", depends_on=("B",)),
    )
    crossing = {key: fact.get("cross_unit_dependency_count") for key, fact in facts.items()}
    # C crosses to A for certain, and perhaps to Z besides; D has no dependency at all.
    assert crossing == {"A": 1, "B": None, "C": 1, "D": 0, "E": None}


def test_a_parent_without_a_row_is_no_unknown_dependency():
    facts = facts_of(row("A", parent_id="P"), row("B", depends_on=("P", "Q")))
    assert facts["B"]["unknown_dependency_count"] == 1
    assert facts["P"]["dependent_count"] == 1


# ---------------------------------------------------------------- parents without a row


def test_a_parent_without_a_row_is_made_from_its_children():
    made = derived_of(
        row("A", parent_id="P", parent_name="The P", business_unit="x", sponsor="Ann"),
        row("B", parent_id="P", business_unit="y", sponsor="Ann", teams=("t", "u")),
        row("C", parent_id="Q", teams=("u",), vendors=("v",)),
    )
    assert made["initiative_id"].to_list() == ["P", "Q"]
    assert made.index.to_list() == [-1, -2]
    assert made["name"].to_list() == ["The P", "Q"]
    assert made["sponsor"].to_list()[0] == "Ann"
    assert made["sponsor"].isna().to_list() == [False, True]
    assert made["business_unit"].isna().all()
    assert made["business_units"].to_list()[0] == ("x", "y")
    assert made["teams"].to_list() == [("t", "u"), ("u",)]
    assert made["vendors"].to_list() == [None, ("v",)]
    assert made["project_count"].to_list() == [2, 1]
    assert made["description"].isna().all()


def test_what_one_child_leaves_open_is_unknown():
    made = derived_of(
        row("A", parent_id="P", sponsor="Ann", business_unit="x"),
        row("B", parent_id="P", business_unit="x"),
    )
    assert made["sponsor"].isna().all()
    assert made["business_unit"].to_list() == ["x"]


def dates(start, end):
    return {
        "start_date": DAY(start) if start else None,
        "end_date": DAY(end) if end else None,
    }


def test_dates_span_the_children_where_all_are_known():
    made = derived_of(
        row("A", parent_id="P", **dates("2026-02-01", "2026-05-01")),
        row("B", parent_id="P", **dates("2026-01-01", "2026-04-01")),
        row("C", parent_id="Q", **dates("2026-02-01", None)),
        row("D", parent_id="Q", **dates("2026-03-01", "2026-04-01")),
    )
    assert made["start_date"].to_list() == [DAY("2026-01-01"), DAY("2026-02-01")]
    assert made["end_date"].isna().to_list() == [False, True]
    assert made["end_date"].iloc[0] == DAY("2026-05-01")


@pytest.mark.parametrize(
    ("money", "total"),
    [
        ([(10.0, "EUR"), (5.0, "EUR")], 15.0),
        ([(10.0, "EUR"), (5.0, "USD")], None),
        ([(10.0, "EUR"), (None, "EUR")], None),
        ([(10.0, "EUR"), (5.0, None)], None),
        ([(10.0, None), (5.0, None)], None),
        ([(10.0, "EUR")], 10.0),
    ],
)
def test_a_budget_is_summed_in_one_currency_where_all_are_known(money, total):
    made = derived_of(
        *(
            row(f"R{place}", parent_id="P", budget=budget, currency=currency)
            for place, (budget, currency) in enumerate(money)
        )
    )
    [budget] = made["budget"].to_list()
    assert budget == total if total else pd.isna(budget)


def test_derived_initiatives_come_in_order_of_first_mention_in_the_file():
    rows = [row("A", parent_id="Z"), row("B", parent_id="M"), row("C", parent_id="Z")]
    assert derived_of(*rows, row("D", parent_id="A2"))["initiative_id"].to_list() == [
        "Z",
        "M",
        "A2",
    ]
    # A is quarantined: Z is still mentioned first.
    assert derived_of(*rows, bad={"A"})["initiative_id"].to_list() == ["Z", "M"]


def test_derived_initiatives_are_facts_like_others_but_say_so():
    facts = facts_of(row("A", parent_id="P", sponsor="Ann"), row("B", parent_id="P"))
    assert facts["P"]["is_derived"] is True
    assert facts["A"]["is_derived"] is False
    assert facts["P"]["child_count"] == facts["P"]["project_count"] == 2
    # Nobody can have left out the sponsor of a row that does not exist.
    assert "has_sponsor" not in facts["P"]


def test_a_quarantined_parent_is_not_made_again():
    rows = [row("P"), row("A", parent_id="P")]
    assert derived_of(*rows, bad={"P"}).empty
    assert facts_of(*rows, bad={"P"}).keys() == {"A"}


def test_a_parent_that_only_quarantined_rows_name_is_not_made():
    assert derived_of(row("A", parent_id="P"), row("B"), bad={"A"}).empty


def test_quarantined_children_are_counted():
    rows = [row("A", parent_id="P"), row("B", parent_id="P"), row("Q"), row("C", parent_id="Q")]
    facts = facts_of(*rows, bad={"B", "C"})
    assert facts["P"]["project_count"] == facts["P"]["child_count"] == 2
    assert facts["Q"]["child_count"] == 1


def test_a_superseded_report_is_no_initiative_of_its_own():
    accepted = frame(row("A", parent_id="P"), row("P"), first_line=2)
    older = frame(row("A", parent_id="P"), row("A", parent_id="P"), first_line=10)
    validated = Validated(accepted=accepted, quarantined=older, problems=(), superseded=2)
    initiatives = derive(validated, PhraseMatcher({}), as_of=AS_OF)
    assert initiatives.table.fact(1)["child_count"] == 1


# ---------------------------------------------------------------- one bad row

KEYS = ("A", "B", "C", "D", "E")
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "parent_id": st.sampled_from((*KEYS, "P", "Q")),
            "depends_on": st.lists(
                st.sampled_from((*KEYS, "Z")), min_size=1, max_size=3, unique=True
            ).map(tuple),
            "business_unit": st.sampled_from(("x", "y")),
            "sponsor": st.just("Ann"),
            "team_count": st.integers(0, 4),
            "teams": st.sampled_from((("t",), ("t", "u"))),
            "budget": st.sampled_from((0.0, 10.0)),
            "currency": st.sampled_from(("EUR", "USD")),
        },
    ),
    min_size=2,
    max_size=5,
)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(cells=ROWS, bad=st.integers(0, 4))
def test_a_damaged_row_changes_nobody_elses_facts(cells, bad):
    rows = [row(key, **more) for key, more in zip(KEYS, cells, strict=False)]
    damaged = KEYS[bad % len(rows)]
    sound, without = facts_of(*rows), facts_of(*rows, bad={damaged})
    assert damaged not in without
    lost = sound.keys() - without.keys() - {damaged}
    # A derived parent may go with its only accepted child; nothing else goes, nothing comes.
    parents = {more.get("parent_id") for more in cells}
    assert lost <= parents - set(KEYS[: len(rows)])
    assert without == {key: fact for key, fact in sound.items() if key in without}


@settings(max_examples=8, deadline=None, derandomize=True)
@given(cells=ROWS)
def test_order_of_rows_does_not_matter(cells):
    rows = [row(key, **more) for key, more in zip(KEYS, cells, strict=False)]
    assert facts_of(*rows) == facts_of(*reversed(rows))


def test_an_empty_portfolio_has_no_facts():
    initiatives = initiatives_of([])
    assert initiatives.table.size == 0
    assert initiatives.derived_count == 0


@pytest.mark.parametrize("named", ["P1", "p1", "The  big PROGRAM"])
def test_a_parent_may_be_named_by_id_in_any_case_or_by_title(named):
    facts = facts_of(
        row("P1", name="The big program"), row("A", parent_id=named), row("B", parent_id=named)
    )
    assert facts["P1"]["child_count"] == 2
    assert set(facts) == {"P1", "A", "B"}


def test_a_title_that_two_rows_bear_names_neither():
    facts = facts_of(row("P1", name="Big"), row("P2", name="Big"), row("A", parent_id="Big"))
    assert "Big" in facts
    assert facts["P1"]["child_count"] == 0


def test_a_row_that_names_its_own_title_is_the_parents_row():
    facts = facts_of(row("P1", name="Big", parent_id="Big"), row("A", parent_id="Big"))
    assert set(facts) == {"P1", "A"}
    assert "has_parent" not in facts["P1"]
