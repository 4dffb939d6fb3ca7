from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.reference import holds
from pipeline.explain.near_misses import nearest, shortfalls
from pipeline.facts.table import table_of

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("explain_rulebook.py"))))
PROJECT, PROGRAM = make.PROJECT, make.PROGRAM
comparison, evidence, either, together = (
    make.comparison,
    make.evidence,
    make.either,
    make.together,
)


def missed(rules, fact, roles=(PROJECT, PROGRAM), most=9):
    [found] = nearest(rules, table_of([fact]), [roles], most=most)
    return found


def test_the_one_condition_that_failed_is_named():
    rule = evidence(
        "SCO-001",
        PROGRAM,
        together(comparison("team_count", "gte", 4), comparison("domain_count", "gte", 2)),
    )
    [miss] = missed([rule], {"team_count": 3, "domain_count": 2})
    [failed] = miss.shortfalls
    assert (str(failed.comparison), failed.state, failed.found) == (
        "team_count is at least 4",
        "contradicts",
        "3",
    )
    assert failed.distance == 0.25


def test_a_rule_that_matched_is_no_near_miss():
    assert (
        missed(
            [evidence("SCO-001", PROGRAM, comparison("team_count", "gte", 4))], {"team_count": 4}
        )
        == ()
    )


@pytest.mark.parametrize(
    ("when", "fact", "state"),
    [
        pytest.param(comparison("team_count", "gte", 4), {}, "unknown", id="nobody said"),
        pytest.param(
            comparison("team_count", "gte", 4), {"team_count": 1}, "contradicts", id="too few"
        ),
        pytest.param(
            comparison("terms", "mentions_any", ("board",)), {}, "not_mentioned", id="no such words"
        ),
        pytest.param(
            comparison("team_count", "exists", False),
            {"team_count": 1},
            "contradicts",
            id="is known",
        ),
        pytest.param(
            comparison("decision_level", "one_of", ("strategic",)),
            {"decision_level": "tactical"},
            "contradicts",
            id="another level",
        ),
    ],
)
def test_what_is_unknown_is_told_from_what_contradicts(when, fact, state):
    [miss] = missed([evidence("SCO-001", PROGRAM, when)], fact)
    assert [each.state for each in miss.shortfalls] == [state]


def test_of_alternatives_the_nearest_one_counts():
    when = either(
        together(comparison("team_count", "gte", 9), comparison("goal_count", "gte", 9)),
        comparison("unit_count", "gte", 5),
        comparison("domain_count", "gte", 5),
    )
    failed = shortfalls(
        when, {"team_count": 1, "goal_count": 1, "unit_count": 1, "domain_count": 4}
    )
    assert [each.comparison.fact for each in failed] == ["domain_count"]


def test_fewest_conditions_then_structure_then_distance_then_weight_then_id():
    fact = {"team_count": 3, "goal_count": 1}
    rules = [
        evidence("SCO-001", PROGRAM, comparison("terms", "mentions_any", ("board",)), weight=3),
        evidence(
            "SCO-002",
            PROGRAM,
            together(comparison("team_count", "gte", 4), comparison("goal_count", "gte", 2)),
            weight=3,
        ),
        evidence("SCO-003", PROGRAM, comparison("team_count", "gte", 12), weight=3),
        evidence("SCO-004", PROGRAM, comparison("team_count", "gte", 4), weight=1),
        evidence("SCO-005", PROGRAM, comparison("team_count", "gt", 3), weight=1),
        evidence("SCO-006", PROGRAM, comparison("unit_count", "gte", 2), weight=1),
        evidence("SCO-007", PROGRAM, comparison("vendor_count", "gte", 2), weight=2),
    ]
    order = [miss.rule.id for miss in missed(rules, fact)]
    # "more than 3" and "at least 4" ask for the same, but 3 is the limit of the first.
    assert order == ["SCO-005", "SCO-004", "SCO-003", "SCO-007", "SCO-006", "SCO-001", "SCO-002"]


def test_only_the_roles_asked_for_and_only_rules_with_points():
    rules = [
        evidence("SCO-001", PROGRAM, comparison("team_count", "gte", 4)),
        evidence("SCO-002", PROJECT, comparison("team_count", "lte", 2)),
        evidence("SCO-003", PROGRAM, comparison("team_count", "gte", 4), status="experimental"),
    ]
    assert [miss.rule.id for miss in missed(rules, {"team_count": 3}, [PROGRAM])] == ["SCO-001"]


def test_as_many_as_asked_for_of_each_initiative():
    rules = [
        evidence(f"SCO-00{count}", PROGRAM, comparison("team_count", "gte", count))
        for count in range(3, 8)
    ]
    table = table_of([{"team_count": 2}, {"team_count": 5}, {}])
    found = nearest(rules, table, [[PROGRAM]] * 3, most=2)
    assert [[miss.rule.id for miss in misses] for misses in found] == [
        ["SCO-003", "SCO-004"],
        ["SCO-006", "SCO-007"],
        ["SCO-003", "SCO-004"],
    ]


COMPARISONS = st.one_of(
    st.builds(
        comparison,
        st.sampled_from(["team_count", "unit_count"]),
        st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
        st.integers(0, 5),
    ),
    st.builds(comparison, st.just("team_count"), st.just("exists"), st.booleans()),
    st.builds(
        comparison, st.just("terms"), st.just("mentions_any"), st.sampled_from([("a",), ("a", "b")])
    ),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        lambda join, members: together(*members) if join else either(*members),
        st.booleans(),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "team_count": st.integers(0, 6),
        "unit_count": st.integers(0, 6),
        "terms": st.frozensets(st.sampled_from(["a", "b"])),
    },
)


@given(condition=CONDITIONS, fact=FACTS)
def test_nothing_is_missing_exactly_where_the_condition_holds(condition, fact):
    failed = shortfalls(condition, fact)
    assert (failed == ()) == holds(condition, fact)
    assert not any(holds(each.comparison, fact) for each in failed)


@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=3), facts=st.lists(FACTS, min_size=1))
def test_looking_at_columns_gives_what_looking_at_each_row_does(conditions, facts):
    rules = [
        evidence(f"SCO-{place:03}", PROGRAM, condition)
        for place, condition in enumerate(conditions)
    ]
    found = nearest(rules, table_of(facts), [[PROGRAM]] * len(facts), most=9)
    for fact, misses in zip(facts, found, strict=True):
        expected = {rule.id: failed for rule in rules if (failed := shortfalls(rule.when, fact))}
        assert {miss.rule.id: miss.shortfalls for miss in misses} == expected
