from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts import derive
from pipeline.facts.columns import euro_rates
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import PhraseList
from pipeline.validate import Validated
from schemas.columns import COLUMNS
from schemas.facts import VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
frame, row = heart["frame"], heart["row"]
AS_OF = dt.date(2026, 11, 24)
DAY = pd.Timestamp
MATCHER = PhraseMatcher(
    {"many_teams": PhraseList(id="many_teams", title="", phrases=("many teams",))}
)


def facts_of(*rows, quarantined=()):
    """The fact of every accepted row and derived initiative, by id."""
    validated = Validated(
        accepted=frame(*rows),
        quarantined=frame(*quarantined, first_line=1000),
        problems=(),
        superseded=0,
    )
    initiatives = derive(validated, MATCHER, as_of=AS_OF)
    ids = initiatives.rows["initiative_id"].to_list()
    return {key: dict(initiatives.table.fact(place)) for place, key in enumerate(ids)}


def fact_of(**cells):
    return facts_of(row("A", **cells))["A"]


ALWAYS = {"is_derived", "terms", "name_terms"}


def test_a_row_of_which_nothing_is_known_has_no_facts():
    fact = facts_of({"initiative_id": "A"})["A"]
    assert fact == {"is_derived": False, "terms": frozenset(), "name_terms": frozenset()}


CELLS = {
    "identifier": "X-1",
    "text": "some words",
    "list": ("one", "two"),
    "count": 3,
    "money": 1000.0,
    "date": DAY("2027-01-01"),
    "currency": "EUR",
}


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.name != "initiative_id"])
def test_a_cell_makes_known_only_facts_of_its_column(column):
    value = column.choices[0] if column.choices else CELLS[column.kind]
    fact = fact_of(**{"name": None, column.name: value})
    made = set(fact) - ALWAYS
    allowed = {spec.name for spec in VOCABULARY.values() if column.name in spec.columns}
    # Who else links to it is known of every row once the portfolio has links.
    assert made <= allowed
    assert all(fact[name] is not None for name in made)


def test_what_is_missing_is_unknown_for_one_row_and_known_for_its_neighbor():
    given = {
        column.name: (column.choices[0] if column.choices else CELLS[column.kind])
        for column in COLUMNS
        if column.name not in ("initiative_id", "name", "parent_id")
    }
    facts = facts_of(row("A", **given), row("B"))
    cells = {spec.name for spec in VOCABULARY.values() if spec.family in ("structure", "size")}
    assert cells - facts["A"].keys() == {"duration_days"} - facts["A"].keys()
    assert not cells & facts["B"].keys()
    assert {"stakeholder_level", "decision_level", "current_role", "days_to_end"} & facts[
        "B"
    ].keys() == set()


@pytest.mark.parametrize(
    ("cells", "name", "value"),
    [
        ({"project_count": 4}, "project_count", 4),
        ({"project_count": 0}, "project_count", 0),
        ({"team_count": 2, "teams": ("a", "b", "c")}, "team_count", 3),
        ({"team_count": 5, "teams": ("a", "b", "c")}, "team_count", 5),
        ({"teams": ("a", "b", "a")}, "team_count", 2),
        ({"technical_domains": ("x", "y", "x")}, "domain_count", 2),
        ({"vendors": ("v",)}, "vendor_count", 1),
        ({"strategic_goals": ("g", "h")}, "goal_count", 2),
        ({"business_units": ("a", "b")}, "unit_count", 2),
        ({"business_units": ("a", "b"), "business_unit": "a"}, "unit_count", 2),
        ({"business_units": ("a", "b"), "business_unit": "c"}, "unit_count", 3),
        ({"business_unit": "c"}, "unit_count", None),
        ({"stakeholder_count": 7}, "stakeholder_count", 7),
        ({"people_count": 70}, "people_count", 70),
        ({"people_count": 10**18}, "people_count", 10**12),
        ({"stakeholder_level": "executive"}, "stakeholder_level", "executive"),
        ({"scope_definition": "evolving"}, "scope_definition", "evolving"),
        ({"current_role": "program_manager"}, "current_role", "program_manager"),
        ({"end_date": DAY("2026-11-30")}, "days_to_end", 6),
        ({"end_date": DAY("2026-11-14")}, "days_to_end", -10),
        ({"end_date": DAY("2026-11-14")}, "has_end_date", True),
        ({"start_date": DAY("2026-11-14")}, "has_end_date", None),
        ({"end_date": DAY("2026-11-14")}, "duration_days", None),
        (
            {"start_date": DAY("2024-02-28"), "end_date": DAY("2024-03-01")},
            "duration_days",
            2,
        ),
        ({"budget": 100.0, "currency": "EUR"}, "budget_eur", 100.0),
        ({"budget": 100.0}, "budget_eur", None),
        ({"currency": "EUR"}, "budget_eur", None),
        ({"budget": 100.0, "currency": "XXX"}, "budget_eur", None),
        ({"budget": 0.0, "currency": "EUR"}, "budget_eur", 0.0),
        ({"budget": 1e14, "currency": "EUR"}, "budget_eur", None),
        ({"budget": 1e300, "currency": "EUR"}, "budget_eur", None),
        ({"budget": float("nan"), "currency": "EUR"}, "budget_eur", None),
        ({"budget": 1e-5, "currency": "EUR"}, "budget_eur", 0.0),
        ({"budget": 1 / 3, "currency": "EUR"}, "budget_eur", 0.33),
    ],
)
def test_a_fact_of_its_cells(cells, name, value):
    assert fact_of(**cells).get(name) == value


@pytest.mark.parametrize("currency", sorted(euro_rates()))
def test_every_currency_has_a_rate(currency):
    fact = fact_of(budget=1_000_000.0, currency=currency)
    assert fact["budget_eur"] == round(1_000_000.0 * euro_rates()[currency], 2)
    assert 0 < euro_rates()[currency] < 10


def test_numbers_that_the_engine_gets_are_exact():
    """Whatever the amounts, every known budget is below the limit and has two decimals."""

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(amounts=st.lists(st.floats(0, 1e16), min_size=1, max_size=30))
    def check(amounts):
        rows = [
            row(f"R{place}", budget=amount, currency="USD") for place, amount in enumerate(amounts)
        ]
        for fact in facts_of(*rows).values():
            value = fact.get("budget_eur")
            assert value is None or (value < 1e14 and round(value, 4) == value)

    check()


def test_a_sponsor_is_unknown_only_where_the_whole_portfolio_names_none():
    facts = facts_of(row("A", sponsor="Ann"), row("B"))
    assert (facts["A"]["has_sponsor"], facts["B"]["has_sponsor"]) == (True, False)
    assert "has_owner" not in facts["A"]
    assert "has_sponsor" not in facts_of(row("A"), row("B"))["A"]


def test_values_have_the_types_that_the_engine_needs():
    fact = fact_of(
        team_count=3,
        budget=10.0,
        currency="USD",
        end_date=DAY("2027-01-01"),
        scope_definition="fixed",
    )
    assert type(fact["team_count"]) is int
    assert type(fact["budget_eur"]) is float
    assert type(fact["has_end_date"]) is bool
    assert type(fact["scope_definition"]) is str
    assert not any(isinstance(value, np.generic) for value in fact.values())
