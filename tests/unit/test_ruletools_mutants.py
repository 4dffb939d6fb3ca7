"""Mutants of conditions, facts that tell them apart, and condition coverage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.rulebook.conditions import Comparison, Group, comparisons
from pipeline.ruletools import suggest
from pipeline.ruletools.coverage import coverage, missing
from pipeline.ruletools.mutants import mutants


def compare(fact, operator, value):
    return Comparison(fact=fact, operator=operator, value=value)


def both(join, *members):
    return Group(join=join, members=members)


def told(condition):
    return {str(mutant.condition) for mutant in mutants(condition)}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # gt 4 is gte 5 for whole numbers, so it is no mutant of its own
        (("team_count", "gte", 4), {"is at least 3", "is at least 5"}),
        (("team_count", "lt", 4), {"is less than 3", "is less than 5"}),
        (
            ("budget_eur", "lte", 10.0),
            {"is at most 9.99", "is at most 10.01", "is less than 10.0"},
        ),
        (("team_count", "equals", 4), {"is 3", "is 5"}),
        (("has_parent", "equals", True), {"is false"}),
        (("has_parent", "exists", False), {"is known"}),
        (
            ("stakeholder_level", "equals", "team"),
            {
                "is one of department or executive",
                "is one of team or department",
                "is one of team or executive",
            },
        ),
        (
            ("stakeholder_level", "one_of", ("team", "department")),
            {
                "is one of team",
                "is one of department",
                "is one of team or department or executive",
            },
        ),
        (("terms", "mentions_any", ("a", "b")), {"mention a", "mention b"}),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_a_comparison_is_changed_in_every_way(condition, expected):
    assert told(compare(*condition)) == {f"{condition[0]} {words}" for words in expected}


def test_the_only_phrase_list_dropped_never_holds():
    (mutant,) = mutants(compare("terms", "mentions_any", ("a",)))
    assert not holds(mutant.condition, {"terms": frozenset("a")})
    assert "never" in mutant.change


def test_a_group_swaps_its_join_and_loses_each_member():
    one, two = compare("team_count", "gte", 4), compare("has_parent", "equals", True)
    changed = list(mutants(both("all", one, two)))
    conditions = [mutant.condition for mutant in changed]
    assert both("any", one, two) in conditions
    assert both("all", two) in conditions
    assert both("all", one) in conditions
    assert {mutant.path for mutant in changed} == {"when", "when.all.0", "when.all.1"}


def test_mutants_reach_nested_groups():
    inner = both("any", compare("team_count", "gte", 4), compare("has_parent", "equals", True))
    outer = both("all", compare("domain_count", "gte", 2), inner)
    assert "when.all.1.any.1" in {mutant.path for mutant in mutants(outer)}


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "team_count": st.integers(0, 8),
        "budget_eur": st.sampled_from([0.0, 1.99, 2.0, 2.01, 3.0, 99.0]),
        "has_parent": st.booleans(),
        "stakeholder_level": st.sampled_from(["team", "department", "executive"]),
        "terms": st.frozensets(st.sampled_from(["a", "b", "c"])),
    },
)
COMPARISONS = st.one_of(
    st.builds(
        compare,
        st.just("team_count"),
        st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
        st.integers(0, 6),
    ),
    st.builds(
        compare,
        st.just("budget_eur"),
        st.sampled_from(["gt", "gte", "lt", "lte"]),
        st.sampled_from([2.0, 3.0]),
    ),
    st.builds(compare, st.just("has_parent"), st.sampled_from(["equals", "exists"]), st.booleans()),
    st.builds(
        compare,
        st.just("stakeholder_level"),
        st.just("equals"),
        st.sampled_from(["team", "executive"]),
    ),
    st.builds(
        compare,
        st.just("terms"),
        st.just("mentions_any"),
        st.sampled_from([("a",), ("a", "b"), ("b", "c")]),
    ),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        lambda join, members: both(join, *members),
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, st.lists(FACTS, min_size=1, max_size=20))
def test_a_mutant_without_a_suggestion_is_the_rule_itself(condition, facts):
    for mutant in mutants(condition):
        found = suggest.differing(mutant.condition, condition)
        if found.fact is not None:
            assert holds(mutant.condition, found.fact) is not holds(condition, found.fact)
        else:
            assert found.is_proof
            assert all(holds(mutant.condition, f) is holds(condition, f) for f in facts)


def test_a_suggestion_is_as_small_as_can_be():
    one = both("any", compare("team_count", "gte", 4), compare("domain_count", "gte", 2))
    found = suggest.differing(one, compare("domain_count", "gte", 2))
    assert found.fact == {"team_count": 4}
    assert suggest.name_of(found.fact) == "team_count 4"


def test_no_suggestion_has_a_negative_count_but_a_lead_may_be_negative():
    count, lead = compare("team_count", "gte", 0), compare("program_lead", "gte", 0)
    assert suggest.differing(count, compare("team_count", "gte", -1)).is_proof
    assert suggest.differing(count, compare("team_count", "gte", -1)).fact is None
    assert suggest.differing(lead, compare("program_lead", "gte", -1)).fact == {"program_lead": -1}


def test_too_many_facts_to_try_all_start_from_the_examples():
    names = [
        *("project_count", "team_count", "domain_count", "unit_count", "vendor_count"),
        *("goal_count", "child_count", "dependency_count", "stakeholder_count", "people_count"),
    ]
    condition = both("all", *(compare(name, "gte", 5) for name in names))
    mutant = both("all", *(compare(name, "gte", 5) for name in names[1:]))
    example = dict.fromkeys(names, 5)
    blind = suggest.differing(condition, mutant)
    assert (blind.fact, blind.is_proof) == (None, False)
    near = suggest.differing(condition, mutant, [example]).fact
    assert near is not None
    assert holds(mutant, near)
    assert not holds(condition, near)


ALL = both("all", compare("team_count", "gte", 4), compare("domain_count", "gte", 2))


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        ([{"team_count": 3, "domain_count": 2}], ["never true", "never false"]),
        (
            [{"team_count": 4, "domain_count": 2}, {"team_count": 3, "domain_count": 2}],
            ["", "never false"],
        ),
        # both false at once shows neither to decide
        (
            [{"team_count": 4, "domain_count": 2}, {}],
            ["false, but never alone decisive", "false, but never alone decisive"],
        ),
        (
            [
                {"team_count": 4, "domain_count": 2},
                {"team_count": 3, "domain_count": 2},
                {"team_count": 4},
            ],
            ["", ""],
        ),
    ],
)
def test_coverage_tells_what_was_never_seen_to_decide(facts, lacks):
    assert [seen.lacks for seen in coverage(ALL, table_of(facts))] == lacks


def test_coverage_of_lists_counts_the_comparison_once():
    condition = both(
        "any",
        compare("terms", "mentions_any", ("a", "b")),
        compare("stakeholder_level", "one_of", ("team", "department")),
    )
    facts = [{"terms": frozenset("b")}, {"stakeholder_level": "department"}, {}]
    assert [seen.is_covered for seen in coverage(condition, table_of(facts))] == [True, True]


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, st.lists(FACTS, min_size=1, max_size=10))
def test_coverage_agrees_with_turning_one_answer_around(condition, facts):
    """The columns say what one fact at a time says by the reference evaluator."""
    leaves = list(comparisons(condition))
    for place, seen in enumerate(coverage(condition, table_of(facts))):
        answers = {holds(leaves[place], fact) for fact in facts}
        assert (seen.holds, seen.fails) == (True in answers, False in answers)
        for value, is_shown in ((True, seen.decides_true), (False, seen.decides_false)):
            if not is_shown:
                continue
            found = missing(condition, place, value=value)
            assert found.fact is not None  # what was seen can be found, too
            assert holds(leaves[place], found.fact) is value


def test_a_comparison_that_another_swallows_can_never_decide():
    condition = both("all", compare("team_count", "gte", 4), compare("team_count", "gte", 2))
    found = missing(condition, 1, value=True)
    assert holds(condition, found.fact)
    assert missing(condition, 1, value=False).is_proof
    assert missing(condition, 1, value=False).fact is None
