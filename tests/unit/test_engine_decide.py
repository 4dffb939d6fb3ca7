from __future__ import annotations

import random
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import decide
from pipeline.engine.atoms import atoms, evaluate, signatures
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.errors import EngineDisagreement
from pipeline.facts.table import table_of

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, all_of, any_of, evidence = (
    heart[name] for name in ("compare", "all_of", "any_of", "evidence")
)

TEAMS = evidence(1, compare("team_count", "gte", 3))
FIXED = evidence(2, compare("scope_definition", "equals", "fixed"))
WORDS = evidence(3, compare("terms", "mentions_any", ("alpha", "beta")), aspect="challenges")


@pytest.mark.parametrize("wrong", [True, False])
def test_an_oracle_that_says_otherwise_stops_the_run(monkeypatch, wrong):
    monkeypatch.setattr(decide, "prepared", lambda _when: lambda _fact: wrong)
    facts = [{"team_count": 5}, {"team_count": 1}]
    with pytest.raises(EngineDisagreement) as stopped:
        Engine([TEAMS]).decide(table_of(facts))
    message = str(stopped.value)
    assert "TST-001" in message
    assert "team_count is at least 3" in message
    assert "'team_count': " in message


def test_the_disagreement_names_the_rule_that_differs(monkeypatch):
    monkeypatch.setattr(
        decide,
        "prepared",
        lambda when: lambda fact: holds(when, fact) is not (when is FIXED.when),
    )
    facts = [{"team_count": 5, "scope_definition": "evolving"}]
    with pytest.raises(EngineDisagreement, match=r"TST-002.*the engine says False.*evaluator True"):
        Engine([TEAMS, FIXED]).decide(table_of(facts))


def test_two_rules_of_one_id_are_refused():
    with pytest.raises(ValueError, match="share an id"):
        Engine([TEAMS, evidence(1, FIXED.when)])


def test_no_initiatives_and_no_rules():
    assert Engine([TEAMS]).decide(table_of([])).matched("TST-001").tolist() == []
    decisions = Engine([]).decide(table_of([{"team_count": 1}]))
    assert decisions.shards == ()
    assert decisions.rules_at(0) == []


def test_rules_of_one_initiative_come_in_order_of_id():
    facts = [{"team_count": 5, "scope_definition": "fixed", "terms": frozenset({"beta"})}, {}]
    decisions = Engine([WORDS, TEAMS, FIXED]).decide(table_of(facts))
    assert [rule.id for rule in decisions.rules_at(0)] == ["TST-001", "TST-002", "TST-003"]
    assert decisions.rules_at(1) == []


def test_aspects_never_share_a_ruleset():
    decisions = Engine([TEAMS, FIXED, WORDS]).decide(table_of([{}]))
    assert [[rule.id for rule in shard.rules] for shard in decisions.shards] == [
        ["TST-001", "TST-002"],
        ["TST-003"],
    ]


def test_a_class_is_decided_once_however_many_initiatives_are_in_it(monkeypatch):
    engine = Engine([TEAMS])
    asked = []
    shard = engine._durable[0]
    decide_one = shard.decide
    monkeypatch.setattr(shard, "decide", lambda fact: asked.append(fact) or decide_one(fact))
    facts = [{"team_count": number % 7} for number in range(500)]
    assert int(engine.decide(table_of(facts)).matched("TST-001").sum()) == sum(
        fact["team_count"] >= 3 for fact in facts
    )
    engine.decide(table_of(facts))
    assert len(asked) == 2


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    whens=st.lists(heart["CONDITIONS"], min_size=3, max_size=10),
    seeds=st.lists(st.integers(0, 2**32), min_size=2, max_size=5),
)
def test_one_engine_for_many_tables_answers_as_a_fresh_one_for_each(whens, seeds):
    """Answers are kept by class; tables of other sizes, facts and lists must not mix them up."""
    rules = [evidence(number, when) for number, when in enumerate(whens)]
    engine = Engine(rules)
    for seed in (*seeds, *reversed(seeds)):
        facts = heart["random_facts"](seed, 1 + seed % 40)
        if seed % 2:  # a fact that is known nowhere has no column at all
            facts = [{**fact, "terms": frozenset()} for fact in facts]
            for fact in facts:
                fact.pop("team_count", None)
        table = table_of(facts)
        kept, fresh = engine.decide(table), Engine(rules).decide(table)
        for rule in rules:
            expected = [holds(rule.when, fact) for fact in facts]
            assert kept.matched(rule.id).tolist() == expected
            assert fresh.matched(rule.id).tolist() == expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    whens=st.lists(heart["CONDITIONS"], min_size=2, max_size=8),
    seed=st.integers(0, 2**32),
    name=st.sampled_from(sorted(heart["POOLS"])),
)
def test_deciding_again_after_one_change_is_deciding_anew(whens, seed, name):
    rules = [
        evidence(number, when, aspect=f"aspect_{number % 3}") for number, when in enumerate(whens)
    ]
    rules.sort(key=lambda rule: rule.aspect)
    engine = Engine(rules)
    table = table_of(heart["random_facts"](seed, 30))
    before = engine.decide(table)
    for value in (*heart["POOLS"][name], None):
        changed = table.with_constant(name, value)
        again = engine.decide_again(before, changed, {name})
        anew = Engine(rules).decide(changed)
        for rule in rules:
            assert (again.matched(rule.id) == anew.matched(rule.id)).all()


def test_where_a_rule_matches_is_made_once_while_anybody_holds_it():
    decisions = Engine([TEAMS]).decide(table_of([{"team_count": number} for number in range(6)]))
    held = decisions.matched("TST-001")
    assert np.shares_memory(decisions.matched("TST-001"), held)
    assert decisions.matched("TST-001", 2, 4).tolist() == [False, True]
    assert np.shares_memory(decisions.matched("TST-001", 2, 4), held)
    del held
    assert decisions.matched("TST-001", 2, 4).tolist() == [False, True]
    assert decisions.matched("TST-001").tolist() == [False] * 3 + [True] * 3


def test_what_is_shared_cannot_be_changed():
    found = Engine([TEAMS]).decide(table_of([{"team_count": 3}])).matched("TST-001")
    with pytest.raises(ValueError, match="read-only"):
        found[0] = False


def test_every_rule_of_every_initiative_as_a_grid():
    facts = [{"team_count": 5}, {"scope_definition": "fixed", "terms": frozenset({"beta"})}, {}]
    decisions = Engine([TEAMS, FIXED, WORDS]).decide(table_of(facts))
    assert decisions.grid().tolist() == [
        [True, False, False],
        [False, True, True],
        [False, False, False],
    ]
    assert Engine([]).decide(table_of(facts)).grid().shape == (3, 0)


def test_an_engine_closes_twice():
    engine = Engine([TEAMS])
    engine.close()
    engine.close()


# ---------------------------------------------------------------- single tests on columns


def test_an_atom_is_false_where_its_fact_is_unknown():
    table = table_of([{"team_count": 0}, {}, {"has_end_date": False}])
    for operator in ("equals", "gt", "gte", "lt", "lte"):
        for value in (-1, 0, 1):
            hits = evaluate(compare("team_count", operator, value), table)
            assert hits.tolist()[1:] == [False, False]
    assert evaluate(compare("team_count", "exists", value=False), table).tolist() == [
        False,
        True,
        True,
    ]
    assert evaluate(compare("has_end_date", "equals", value=False), table).tolist() == [
        False,
        False,
        True,
    ]
    # No column at all: unknown everywhere.
    assert not evaluate(compare("budget_eur", "lt", 5.0), table).any()
    assert evaluate(compare("budget_eur", "exists", value=False), table).all()


def test_one_of_and_lists_of_phrases_become_single_tests():
    rule = evidence(
        1,
        all_of(
            compare("scope_definition", "one_of", ("fixed", "evolving")),
            compare("terms", "mentions_any", ("alpha", "beta")),
            any_of(compare("scope_definition", "equals", "fixed"), compare("team_count", "gte", 1)),
        ),
    )
    assert [str(atom) for atom in atoms([rule])] == [
        "scope_definition is fixed",
        "scope_definition is evolving",
        "terms mention alpha",
        "terms mention beta",
        "team_count is at least 1",
    ]


def test_sixty_tests_have_sixty_bits():
    tests = [compare("team_count", "equals", number) for number in range(60)]
    chance = random.Random(1)  # noqa: S311
    counts = [chance.randrange(60) for _ in range(200)]
    [codes] = signatures([tests], [table_of([{"team_count": count} for count in counts])])
    assert codes.dtype == np.uint64
    assert codes.tolist() == [1 << count for count in counts]
