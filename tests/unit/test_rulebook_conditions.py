from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.reference import holds
from pipeline.rulebook.conditions import Comparison, comparisons, needed_facts
from pipeline.rulebook.reader import ConditionReader, did_you_mean

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, all_of, any_of = heart["compare"], heart["all_of"], heart["any_of"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (compare("team_count", "equals", 3), "team_count is 3"),
        (compare("team_count", "gt", 3), "team_count is more than 3"),
        (compare("team_count", "gte", 3), "team_count is at least 3"),
        (compare("team_count", "lt", 3), "team_count is less than 3"),
        (compare("team_count", "lte", 3), "team_count is at most 3"),
        (compare("team_count", "exists", value=True), "team_count is known"),
        (compare("team_count", "exists", value=False), "team_count is unknown"),
        (compare("has_end_date", "equals", value=True), "has_end_date is true"),
        (compare("terms", "mentions_any", ("a", "b")), "terms mention a or b"),
        (
            compare("scope_definition", "one_of", ("fixed", "evolving")),
            "scope_definition is one of fixed or evolving",
        ),
        (
            all_of(
                compare("team_count", "gt", 1),
                any_of(compare("team_count", "lt", 9), compare("has_end_date", "equals", False)),
            ),
            "team_count is more than 1 and (team_count is less than 9 or has_end_date is false)",
        ),
    ],
)
def test_a_condition_in_words(condition, words):
    assert str(condition) == words


@settings(max_examples=100, deadline=None, derandomize=True)
@given(condition=heart["CONDITIONS"], facts=st.lists(heart["FACTS"], min_size=1, max_size=20))
def test_needed_facts_are_known_in_every_match(condition, facts):
    for fact in facts:
        if holds(condition, fact):
            assert needed_facts(condition) <= fact.keys()


def test_needed_facts_of_each_form():
    teams, units = compare("team_count", "gte", 1), compare("unit_count", "gte", 1)
    absent = compare("goal_count", "exists", value=False)
    assert needed_facts(teams) == {"team_count"}
    assert needed_facts(absent) == frozenset()
    assert needed_facts(all_of(teams, units, absent)) == {"team_count", "unit_count"}
    assert needed_facts(any_of(teams, units)) == frozenset()
    assert needed_facts(any_of(teams, all_of(teams, units))) == {"team_count"}


def written(condition):
    """A condition as a rule file has it."""
    if isinstance(condition, Comparison):
        value = condition.value
        shown = list(value) if isinstance(value, tuple) else value
        return {"fact": condition.fact, condition.operator: shown}
    return {condition.join: [written(member) for member in condition.members]}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(condition=heart["CONDITIONS"])
def test_what_is_written_is_what_is_read(condition):
    reader = ConditionReader(kind="advisory", phrase_lists=heart["LISTS"], lines={})
    assert reader.read(written(condition)) == condition
    assert reader.faults == []


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=True)
    | st.sampled_from(("all", "any", "fact", "team_count", "terms", "gte", "budget_eur", "")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("all", "any", "fact", "gte", "equals", "exists", "mentions_any", "one_of", 1, None)
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(node=junk, kind=st.sampled_from(("evidence", "complexity", "verdict", "advisory")))
def test_whatever_is_written_is_read_or_refused_with_a_cure(node, kind):
    reader = ConditionReader(kind=kind, phrase_lists=["alpha"], lines={("when",): 7})
    condition = reader.read(node)
    assert (condition is None) is bool(reader.faults)
    assert all(fault.line >= 1 and fault.problem and fault.hint for fault in reader.faults)
    assert len(list(comparisons(condition))) >= 1 if condition else True


def test_did_you_mean():
    assert did_you_mean("tem_count", ["team_count", "x"], "no") == "Did you mean 'team_count'?"
    assert did_you_mean("zzz", ["team_count"], "See there") == "See there"
    assert did_you_mean("zzz", [], "See there") == "See there"
