from __future__ import annotations

import runpy
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.decide import Engine
from pipeline.explain.counterfactual import (
    MOST_FACTS,
    Counterfactuals,
    FalseFlip,
)
from pipeline.explain.flips import candidates, cost_of
from pipeline.explain.in_words import changes
from pipeline.explain.moves import moved
from pipeline.facts.table import table_of
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("explain_rulebook.py"))))
PROJECT, PROGRAM, SIMPLE = make.PROJECT, make.PROGRAM, make.SIMPLE
comparison, evidence, ruleset = make.comparison, make.evidence, make.ruleset
either, together = make.either, make.together


def verdicts(rules, facts):
    sums = tally(Engine(rules.evidence).decide(table_of(facts)))
    return [OUTCOMES[place] for place in decide(rules, Engine(rules.verdict), sums).verdict]


def read(text):
    if text == "unknown":
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() else text


def applied(fact, flip):
    for change in flip.changes:
        fact = moved(fact, change.fact, read(change.after))
    return fact


def all_small_changes(rules, fact, most):
    """Every combination of up to ``most`` moves: changed fact, number of moves, total cost."""
    table = table_of([fact])
    moves = [(move, float(cost_of(move, table)[0])) for move in candidates(rules.evidence)]
    moves = [(move, cost) for move, cost in moves if cost < np.inf]
    for count in range(1, most + 1):
        for chosen in combinations(moves, count):
            if len({move.spec.name for move, _ in chosen}) == count:
                changed = fact
                for move, _ in chosen:
                    changed = moved(changed, move.spec.name, move.value)
                yield changed, count, sum(cost for _, cost in chosen)


def smallest_by_force(rules, fact, target, most):
    tried = list(all_small_changes(rules, fact, most))
    if not tried:
        return None
    given = verdicts(rules, [changed for changed, _, _ in tried])
    sizes = [
        (count, round(cost, 5))
        for (_, count, cost), verdict in zip(tried, given, strict=True)
        if verdict == target
    ]
    return min(sizes, default=None)


def test_one_fact_is_enough_where_one_fact_is():
    found = Counterfactuals(
        ruleset(
            evidence("SCO-001", PROGRAM, comparison("team_count", "gte", 4)),
            evidence("SCO-002", PROJECT, comparison("team_count", "lte", 2)),
        )
    ).of({"team_count": 2})
    assert [str(flip) for flip in found.flips] == ["team_count 2→4"]
    assert found.flips[0].verdict == PROGRAM
    assert found.closeness == "borderline"  # three teams are undecided


def test_two_facts_where_no_single_one_flips():
    rules = ruleset(
        evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3)),
        evidence("CHA-001", PROJECT, comparison("team_count", "lte", 2), aspect="challenges"),
        evidence("CHA-002", PROGRAM, comparison("team_count", "gte", 9), aspect="challenges"),
        margin=4,
    )
    found = Counterfactuals(rules).of({"project_count": 2, "team_count": 8})
    assert {flip.verdict: str(flip) for flip in found.flips} == {
        PROGRAM: "project_count 2→3 and team_count 8→9"
    }


def test_the_nearer_of_two_changes_is_taken_not_a_silly_one():
    rules = ruleset(
        evidence("SCO-001", PROJECT, comparison("team_count", "lte", 2)),
        evidence(
            "SCO-002",
            PROGRAM,
            either(comparison("team_count", "gte", 3), comparison("goal_count", "gte", 40)),
            weight=3,
        ),
        evidence(
            "CHA-001", PROGRAM, comparison("goal_count", "gte", 40), weight=3, aspect="challenges"
        ),
    )
    found = Counterfactuals(rules).of({"team_count": 2, "goal_count": 1})
    assert [str(flip) for flip in found.flips] == ["team_count 2→3"]


def test_counts_of_rows_that_are_there_are_not_argued_away():
    rules = ruleset(
        evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3)),
        evidence("SCO-002", PROJECT, comparison("project_count", "equals", 1)),
    )
    free = Counterfactuals(rules).of({"project_count": 5, "child_count": 0})
    assert [str(flip) for flip in free.flips] == ["project_count 5→1"]
    bound = Counterfactuals(rules).of({"project_count": 5, "child_count": 5})
    assert bound.flips == ()
    assert bound.closeness == "robust"


def test_without_an_end_date_there_is_no_duration():
    rules = ruleset(
        evidence("SCO-001", PROJECT, comparison("duration_days", "lte", 90)),
        evidence("SCO-002", PROJECT, comparison("has_end_date", "equals", True)),
        evidence(
            "CHA-001",
            PROGRAM,
            comparison("duration_days", "exists", False),
            weight=3,
            aspect="challenges",
        ),
    )
    found = Counterfactuals(rules).of({"duration_days": 30, "has_end_date": True})
    assert [(str(flip), flip.verdict) for flip in found.flips] == [
        ("has_end_date true→unknown", PROGRAM)
    ]


def test_only_facts_that_can_be_changed_are():
    rules = ruleset(
        evidence("SCO-001", PROGRAM, comparison("terms", "mentions_any", ("board",)), weight=3),
        evidence("SCO-002", PROGRAM, comparison("child_count", "gte", 2), weight=3),
        evidence("CHA-001", PROJECT, comparison("team_count", "lte", 2), aspect="challenges"),
    )
    fact = {"terms": frozenset({"board"}), "child_count": 2, "team_count": 7}
    assert Counterfactuals(rules).of(fact).flips == ()


def test_an_undecided_initiative_has_a_way_to_each_role():
    found = Counterfactuals(SIMPLE).of({})
    assert [(flip.verdict, str(flip)) for flip in found.flips] == [
        (PROJECT, "project_count unknown→1"),
        (PROGRAM, "project_count unknown→3"),
    ]
    assert found.closeness == "sensitive"


def test_closeness_tells_one_step_from_many_and_from_none():
    of = Counterfactuals(SIMPLE).of
    near, far = of({"project_count": 3}), of({"project_count": 9})
    assert (near.closeness, str(near.nearest)) == ("borderline", "project_count 3→2")
    assert near.nearest.verdict == "undecided"
    assert (far.closeness, str(far.nearest)) == ("sensitive", "project_count 9→2")
    both = {"project_count": 9, "team_count": 9}
    assert of(both).closeness == "sensitive"
    heavy = ruleset(
        evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3), weight=3),
        evidence(
            "CHA-001", PROGRAM, comparison("goal_count", "gte", 3), weight=3, aspect="challenges"
        ),
    )
    robust = Counterfactuals(heavy).of({"project_count": 9, "goal_count": 9})
    assert (robust.closeness, robust.nearest) == ("robust", None)


def test_the_single_fact_that_closeness_stands_on_is_told():
    near = Counterfactuals(SIMPLE).of({"project_count": 3})
    assert list(changes(PROGRAM, near)) == [
        "Borderline: one known fact, moved by one step, changes the verdict.",
        "project_count 3→2: Undecided",
        "project_count 3→1: Technical Project Manager",
    ]


def test_a_search_that_is_given_up_says_so():
    assert (
        Counterfactuals(SIMPLE, steps=1, tried=0)
        .of({"team_count": 2, "has_end_date": True})
        .gave_up
    )


def test_equal_facts_are_searched_once():
    search = Counterfactuals(SIMPLE)
    assert search.of({"team_count": 4}) is search.of({"team_count": 4, "people_count": 7})


def test_what_the_engine_does_not_confirm_is_never_shown(monkeypatch):
    search = Counterfactuals(SIMPLE)
    monkeypatch.setattr(search, "_verdicts", lambda facts: [OUTCOMES.index(PROJECT) for _ in facts])
    with pytest.raises(FalseFlip, match="the search says"):
        search.of({"project_count": 1})


# Few facts and thresholds, so that every change can be tried.
NAMES = ("project_count", "team_count", "decision_level", "has_end_date")
COMPARISONS = st.one_of(
    st.builds(
        comparison,
        st.sampled_from(["project_count", "team_count"]),
        st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
        st.integers(1, 5),
    ),
    st.builds(comparison, st.just("team_count"), st.just("exists"), st.booleans()),
    st.builds(
        comparison,
        st.just("decision_level"),
        st.just("one_of"),
        st.sampled_from([("operational",), ("tactical", "strategic")]),
    ),
    st.builds(comparison, st.just("has_end_date"), st.just("equals"), st.just(True)),
)
CONDITIONS = st.one_of(
    COMPARISONS,
    st.builds(together, COMPARISONS, COMPARISONS),
    st.builds(either, COMPARISONS, COMPARISONS),
)


@st.composite
def rulebooks(draw):
    rules = [
        evidence(
            f"SCO-{number:03}",
            draw(st.sampled_from([PROJECT, PROGRAM])),
            draw(CONDITIONS),
            weight=draw(st.integers(1, 3)),
            aspect=draw(st.sampled_from(["scope", "challenges"])),
        )
        for number in range(draw(st.integers(2, 5)))
    ]
    return ruleset(*rules, margin=draw(st.integers(1, 4)))


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "project_count": st.integers(1, 7),
        "child_count": st.integers(0, 3),
        "team_count": st.integers(1, 7),
        "decision_level": st.sampled_from(VOCABULARY["decision_level"].choices),
        "has_end_date": st.just(True),
    },
)


@given(rules=rulebooks(), fact=FACTS)
@settings(max_examples=60, deadline=None)
def test_trying_all_and_the_solver_find_the_same(rules, fact):
    assert Counterfactuals(rules).of(fact) == Counterfactuals(rules, tried=0).of(fact)


@given(rules=rulebooks(), fact=FACTS)
@settings(max_examples=60, deadline=None)
def test_every_flip_flips_and_none_is_smaller(rules, fact):
    found = Counterfactuals(rules).of(fact)
    assert not found.gave_up
    [now] = verdicts(rules, [fact])
    shown = {flip.verdict: flip for flip in found.flips}
    assert now not in shown
    for verdict, flip in shown.items():
        assert verdicts(rules, [applied(fact, flip)]) == [verdict]
        size = (len(flip.changes), round(flip.cost, 5))
        assert size == smallest_by_force(rules, fact, verdict, len(flip.changes))
    wanted = [PROJECT, PROGRAM] if now == "undecided" else [PROJECT, PROGRAM, "undecided"]
    missing = [each for each in wanted if each not in shown and each != now]
    if now == "undecided" or not shown:
        for target in missing:
            assert smallest_by_force(rules, fact, target, MOST_FACTS) is None


@given(rules=rulebooks(), facts=st.lists(FACTS, min_size=2, max_size=3))
@settings(max_examples=10, deadline=None)
def test_what_is_found_hangs_on_no_earlier_question(rules, facts):
    forward = Counterfactuals(rules)
    backward = Counterfactuals(rules)
    there = [forward.of(fact) for fact in facts]
    back = [backward.of(fact) for fact in reversed(facts)]
    assert there == back[::-1]


@given(rules=rulebooks(), facts=st.lists(FACTS, max_size=6))
@settings(max_examples=20, deadline=None)
def test_searched_for_together_or_alone_is_the_same(rules, facts):
    alone = [Counterfactuals(rules).of(fact) for fact in facts]
    assert Counterfactuals(rules).of_all(facts) == alone


def test_the_flips_of_the_sample_portfolio_flip(tmp_path):
    from datetime import date

    from pipeline import facts, run
    from pipeline.rulebook import loader
    from pipeline.rulebook.phrase_matcher import PhraseMatcher
    from pipeline.runlog import RunLog

    root = Path(__file__).resolve().parents[2]
    options = run.Options(
        portfolio=root / "sample_data" / "portfolio.csv",
        output=tmp_path,
        rules=root / "rules",
        as_of=date(2026, 1, 1),
    )
    rules = loader.load(options.rules)
    validated = run.check(options, RunLog()).validated
    table = facts.derive(validated, PhraseMatcher(rules.phrases), as_of=options.as_of).table
    search = Counterfactuals(rules)
    shown = 0
    for position in range(0, table.size, 10):
        fact = table.fact(position)
        for flip in search.of(fact).flips:
            assert verdicts(rules, [applied(fact, flip)]) == [flip.verdict]
            assert len(flip.changes) <= MOST_FACTS
            shown += 1
    assert shown
