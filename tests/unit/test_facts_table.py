from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.table import FactTable, table_of
from schemas.facts import VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
FACTS = st.lists(heart["FACTS"], min_size=1, max_size=8)


def rows_of(table):
    return [dict(table.fact(place)) for place in range(table.size)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(facts=FACTS)
def test_a_table_gives_back_the_facts_it_was_made_of(facts):
    assert rows_of(table_of(facts)) == facts


@settings(max_examples=100, deadline=None, derandomize=True)
@given(facts=FACTS, data=st.data())
def test_take(facts, data):
    positions = data.draw(st.lists(st.integers(0, len(facts) - 1), max_size=10))
    taken = table_of(facts).take(np.array(positions, np.intp))
    assert taken.size == len(positions)
    assert rows_of(taken) == [facts[position] for position in positions]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(facts=FACTS, data=st.data())
def test_with_constant(facts, data):
    name = data.draw(st.sampled_from(sorted(heart["POOLS"])))
    value = data.draw(st.sampled_from((*heart["POOLS"][name], None)))
    table = table_of(facts)
    changed = rows_of(table.with_constant(name, value))
    for before, after in zip(facts, changed, strict=True):
        expected = {key: kept for key, kept in before.items() if key != name}
        assert after == (expected if value is None else {**expected, name: value})
    assert rows_of(table) == facts  # the table itself stays as it was


def test_joined():
    one = table_of([{"team_count": 1, "terms": frozenset({"a"})}, {}])
    other = table_of([{"verdict": "undecided"}, {"team_count": 5, "project_score": 3}])
    assert rows_of(one.joined(other))[0].get("verdict") == "undecided"
    # Where both have a fact, the other one's counts, unknown as it may be.
    assert "team_count" not in rows_of(one.joined(other))[0]
    assert rows_of(one.joined(other))[1]["team_count"] == 5
    assert rows_of(one.joined(other))[0]["terms"] == {"a"}


def test_facts_by_name_only_and_in_that_order():
    table = table_of([{"team_count": 1, "unit_count": 2}])
    assert list(table.fact(0, ("unit_count", "goal_count", "team_count"))) == [
        "unit_count",
        "team_count",
    ]


def test_a_fact_without_a_column_is_unknown_everywhere():
    table = FactTable(size=2, columns={}, terms={})
    assert not table.known("team_count").any()
    assert not table.mentions("terms", "x").any()
    assert table.fact(1) == {"terms": frozenset(), "name_terms": frozenset()}


def test_every_fact_of_the_vocabulary_can_stand_in_a_table():
    values = {"integer": 3, "number": 2.5, "boolean": False}
    fact = {
        spec.name: frozenset({"x"})
        if spec.kind == "terms"
        else spec.choices[-1]
        if spec.kind == "choice"
        else values[spec.kind]
        for spec in VOCABULARY.values()
    }
    assert rows_of(table_of([fact])) == [fact]


def test_facts_of_a_few_hold_what_was_asked_for_and_is_known():
    given = [
        {"team_count": 3, "scope_definition": "fixed", "terms": frozenset({"alpha", "beta"})},
        {"has_end_date": False, "terms": frozenset({"gamma"})},
        {},
    ]
    table = table_of(given)
    names = ("has_end_date", "team_count", "scope_definition", "budget_eur")
    found = table.facts([1, 0, 2], names, [("terms", "beta"), ("terms", "gamma"), ("terms", "x")])
    assert found == [
        {"has_end_date": False, "terms": frozenset({"gamma"})},
        {"team_count": 3, "scope_definition": "fixed", "terms": frozenset({"beta"})},
        {"terms": frozenset()},
    ]
    assert [type(value) for value in found[1].values()] == [int, str, frozenset]
    assert table.facts([], names, []) == []
