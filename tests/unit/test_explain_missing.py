from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine.decide import Engine
from pipeline.explain.consequences import COME_WITH
from pipeline.explain.in_words import asked
from pipeline.explain.missing import askable, questions
from pipeline.facts.table import table_of
from pipeline.verdict import OUTCOMES, decide, tally
from schemas.facts import VOCABULARY

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("explain_rulebook.py"))))
PROJECT, PROGRAM, SIMPLE = make.PROJECT, make.PROGRAM, make.SIMPLE
comparison, evidence, ruleset = make.comparison, make.evidence, make.ruleset


def ask(rules, *facts, most=9):
    engine, verdict_engine = Engine(rules.evidence), Engine(rules.verdict)
    table = table_of(facts)
    decisions = engine.decide(table)
    verdicts = decide(rules, verdict_engine, tally(decisions))
    return questions(rules, engine, verdict_engine, table, decisions, verdicts, most=most)


def decided(rules, fact):
    sums = tally(Engine(rules.evidence).decide(table_of([fact])))
    return OUTCOMES[int(decide(rules, Engine(rules.verdict), sums).verdict[0])]


def test_every_fact_a_pmo_can_state_has_a_question():
    assert [
        spec.name for spec in VOCABULARY.values() if spec.actionable and not spec.question
    ] == []


def test_the_most_decisive_question_comes_first_with_its_answers():
    [found] = ask(SIMPLE, {})
    assert [question.fact for question in found] == ["project_count", "team_count"]
    assert asked(found[0]) == (
        "How many discrete projects is it made of? 1 → project manager, 3 or more → program manager"
    )
    assert [(answer.values, answer.verdict) for answer in found[1].answers] == [
        ("4 or more", PROGRAM)
    ]
    assert not found[0].always
    assert found[0].points == 3


def test_what_is_known_is_not_asked():
    [found] = ask(SIMPLE, {"project_count": 2})
    assert "project_count" not in [question.fact for question in found]


def test_a_decided_initiative_is_asked_only_what_could_change_it():
    strong = ruleset(
        evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3), weight=3),
        evidence("SCO-002", PROJECT, comparison("team_count", "lte", 1), weight=3),
        evidence("SCO-003", PROGRAM, comparison("goal_count", "gte", 3), weight=1),
    )
    [found] = ask(strong, {"project_count": 5})
    assert [question.fact for question in found] == ["team_count"]
    assert [answer.verdict for answer in found[0].answers] == ["undecided"]


def test_where_nothing_settles_it_the_weightiest_questions_are_asked():
    weak = ruleset(
        evidence("SCO-001", PROGRAM, comparison("goal_count", "gte", 3), weight=1),
        evidence("SCO-002", PROGRAM, comparison("team_count", "gte", 3), weight=2),
        margin=5,
    )
    [found] = ask(weak, {})
    assert [(question.fact, question.points, question.answers) for question in found] == [
        ("team_count", 2, ()),
        ("goal_count", 1, ()),
    ]
    assert "by 2 points, but not settle it alone" in asked(found[0])
    assert "by 1 point, but" in asked(found[1])


def test_a_question_that_any_answer_settles_goes_first():
    rules = ruleset(
        evidence("SCO-001", PROGRAM, comparison("project_count", "gte", 3), weight=3),
        evidence("SCO-002", PROJECT, comparison("project_count", "equals", 1), weight=3),
        evidence("SCO-003", PROGRAM, comparison("unit_count", "gte", 2), weight=2),
        evidence("SCO-004", PROJECT, comparison("unit_count", "lte", 1), weight=2),
    )
    [found] = ask(rules, {})
    assert [(question.fact, question.always) for question in found] == [
        ("unit_count", True),
        ("project_count", False),
    ]


def test_levels_and_yes_are_answers_too():
    rules = ruleset(
        evidence("SCO-001", PROJECT, comparison("has_end_date", "equals", True)),
        evidence(
            "SCO-002", PROGRAM, comparison("decision_level", "one_of", ("tactical", "strategic"))
        ),
    )
    [found] = ask(rules, {})
    shown = {question.fact: [answer.values for answer in question.answers] for question in found}
    assert shown == {"decision_level": ["tactical or strategic"], "has_end_date": ["yes"]}


def test_a_duration_brings_its_end_date_along():
    rules = ruleset(
        evidence("SCO-001", PROJECT, comparison("duration_days", "lte", 90), weight=1),
        evidence(
            "CHA-001",
            PROJECT,
            comparison("has_end_date", "equals", True),
            weight=1,
            aspect="challenges",
        ),
    )
    [found] = ask(rules, {})
    assert [
        (question.fact, [answer.values for answer in question.answers]) for question in found
    ] == [("duration_days", ["up to 90"])]


def test_no_more_than_asked_for():
    assert [len(found) for found in ask(SIMPLE, {}, {"team_count": 1}, most=1)] == [1, 1]


COMPARISONS = st.builds(
    comparison,
    st.sampled_from(["project_count", "team_count", "duration_days"]),
    st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
    st.integers(1, 9),
)
RULEBOOKS = st.builds(
    lambda items, margin: ruleset(
        *(
            evidence(f"SCO-{place:03}", role, when, weight=weight)
            for place, (role, when, weight) in enumerate(items)
        ),
        margin=margin,
    ),
    st.lists(
        st.tuples(st.sampled_from([PROJECT, PROGRAM]), COMPARISONS, st.integers(1, 3)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 3),
)


def says(values, number):
    low, _, high = values.replace("up to ", "0 to ").replace(",", "").partition(" to ")
    if values == "any number":
        return True
    if low.endswith(" or more"):
        return number >= int(low.removesuffix(" or more"))
    return int(low) <= number <= int(high or low)


@given(rules=RULEBOOKS, teams=st.one_of(st.none(), st.integers(1, 9)), number=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_every_answer_does_what_the_question_promises(rules, teams, number):
    fact = {} if teams is None else {"team_count": teams}
    now = decided(rules, fact)
    [found] = ask(rules, fact)
    asked_for = {question.fact: question for question in found}
    for name in askable(rules.evidence):
        if name in fact:
            continue
        then = decided(rules, {**fact, name: number, **COME_WITH.get(name, {})})
        answers = asked_for[name].answers if name in asked_for else ()
        promised = [answer.verdict for answer in answers if says(answer.values, number)]
        assert promised == ([then] if then != now else [])
