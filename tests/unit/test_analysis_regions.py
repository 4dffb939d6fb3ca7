"""Regions hold what they are asked for and nothing else; witnesses are the smallest there are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.formulas import holds as formula_of
from pipeline.formulas import subjects
from pipeline.rulebook.conditions import Comparison, Group
from pipeline.ruletools.analysis import regions, witness
from pipeline.ruletools.analysis.regions import Region
from pipeline.ruletools.analysis.solver import Search

# Facts that no law ties to others, with every value that a threshold below can tell apart.
VALUES = {
    "team_count": [None, 0, 1, 2, 3, 4, 5, 6],
    "people_count": [None, 0, 1, 2, 3, 4, 5, 6],
    "decision_level": [None, "operational", "tactical", "strategic"],
    "budget_eur": [None, 0.0, 0.99, 1.0, 1.01, 2.0, 5.0],
}


def compared(name, operator, value):
    return Comparison(fact=name, operator=operator, value=value)


counts = st.builds(
    compared,
    st.sampled_from(["team_count", "people_count"]),
    st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
    st.integers(0, 5),
)
money = st.builds(
    compared,
    st.just("budget_eur"),
    st.sampled_from(["gt", "gte", "lt", "lte"]),
    st.sampled_from([0.0, 1.0, 2.0]),
)
levels = st.builds(
    compared,
    st.just("decision_level"),
    st.just("equals"),
    st.sampled_from(["operational", "tactical", "strategic"]),
)
known = st.builds(compared, st.sampled_from(list(VALUES)), st.just("exists"), st.booleans())
conditions = st.recursive(
    counts | money | levels | known,
    lambda inner: st.builds(
        lambda join, members: Group(join=join, members=tuple(members)),
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=4,
)


def everybody(asked):
    names = sorted(asked)
    for values in product(*(VALUES[name] for name in names)):
        yield {name: v for name, v in zip(names, values, strict=True) if v is not None}


@settings(max_examples=60, deadline=None)
@given(conditions)
def test_regions_cover_the_target_and_only_it(condition):
    asked = subjects(condition)
    found = regions.find(regions.target(formula_of(condition), [condition]), most=20)
    for fact in everybody(asked):
        assert any(region.holds(fact) for region, _ in found) is holds(condition, fact), fact
    for region, example in found:
        assert region.holds(example)


@settings(max_examples=60, deadline=None)
@given(conditions)
def test_a_region_sees_a_table_as_it_sees_each_initiative(condition):
    rows = list(everybody(subjects(condition)))
    region = Region(conditions=(condition,), unmentioned=(("terms", "horizon"),))
    rows += [{**row, "terms": frozenset({"horizon"})} for row in rows]
    assert region.where(table_of(rows)).tolist() == [region.holds(row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(conditions)
def test_a_witness_knows_as_few_facts_as_can_be(condition):
    asked = subjects(condition)
    matching = [fact for fact in everybody(asked) if holds(condition, fact)]
    found = witness.find_for(condition, subjects=asked)
    if not matching:
        assert found is None
        return
    assert holds(condition, found)
    assert len(found) == min(map(len, matching))


def test_a_witness_prefers_early_facts_small_values_and_whole_euros():
    either = Group(
        join="any",
        members=(compared("people_count", "gte", 2), compared("team_count", "gte", 3)),
    )
    assert witness.find_for(either, subjects=subjects(either)) == {"team_count": 3}
    above = compared("budget_eur", "gt", 1000.0)
    assert witness.find_for(above, subjects=subjects(above)) == {"budget_eur": 1001.0}
    between = Group(join="all", members=(above, compared("budget_eur", "lt", 1000.5)))
    assert witness.find_for(between, subjects=subjects(between)) == {"budget_eur": 1000.01}


def test_a_witness_below_zero_is_the_one_nearest_to_it():
    past = compared("days_to_end", "lt", -3)
    found = witness.find_for(past, subjects=subjects(past))
    assert found == {"has_end_date": True, "days_to_end": -4}


def test_a_witness_carries_what_its_facts_bring_along():
    children = compared("child_count", "gte", 2)
    found = witness.find_for(children, subjects=subjects(children))
    assert found == {"project_count": 2, "child_count": 2}
    title = Comparison(fact="name_terms", operator="mentions_any", value=("horizon",))
    both = frozenset({"horizon"})
    assert witness.find_for(title, subjects=subjects(title)) == {"terms": both, "name_terms": both}


def test_regions_say_what_is_not_mentioned():
    said = Comparison(fact="terms", operator="mentions_any", value=("horizon",))
    found = regions.find(regions.target(z3.Not(formula_of(said)), [said]))
    assert [str(region) for region, _ in found] == ["terms do not mention horizon"]


def test_at_most_so_many_regions_are_told():
    values = Group(
        join="any", members=tuple(compared("team_count", "equals", n) for n in (1, 3, 5))
    )
    wanted = regions.Target(
        formula=formula_of(values), conditions=(values,), over=("team_count",), is_whole=True
    )
    found = [str(region) for region, _ in regions.find(wanted)]
    assert found == ["team_count is 1", "team_count is 3", "team_count is 5"]
    assert len(regions.find(wanted, most=2)) == 2


@pytest.mark.parametrize("value", [0, 1, 2, 7, 8, 1000, 10**12])
def test_the_least_value_is_found_whatever_its_size(value):
    term = z3.Int("term")
    assert Search([term >= value]).least(term) == value


def test_an_empty_region_is_everything():
    assert str(Region(conditions=())) == "everything"
    assert Region(conditions=()).where(table_of([{}, {}])).tolist() == [True, True]
    assert np.array_equal(Region(conditions=()).where(table_of([])), np.ones(0, bool))
