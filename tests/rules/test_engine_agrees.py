"""durable_rules, the reference evaluator, whole columns and look-up all give the same answers."""

from __future__ import annotations

import json
import random
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.engine.atoms import atoms, signatures
from pipeline.engine.compiler import END, split
from pipeline.engine.decide import Engine
from pipeline.engine.durable import DurableShard
from pipeline.engine.message import writer
from pipeline.engine.reference import holds, prepared
from pipeline.engine.widths import MAX_TESTS, NARROW
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.rulebook.conditions import comparisons

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
evidence, random_facts = heart["evidence"], heart["random_facts"]
CONDITIONS, FACTS, RULES, LISTS = (
    heart[name] for name in ("CONDITIONS", "FACTS", "RULES", "LISTS")
)

# Whole rulebooks are not shrunk, which would take minutes: the single rule further down is.
BATCH = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RULEBOOKS = st.lists(CONDITIONS, min_size=30, max_size=30).map(
    lambda whens: [evidence(place, when) for place, when in enumerate(whens)]
)
SEEDS = st.integers(0, 2**32)


def answers_of_durable(rules, facts, narrow=NARROW):
    """By the engine, fact by fact, with no classes in between."""
    given_ = [[False] * len(rules) for _ in facts]
    places = {rule.id: place for place, rule in enumerate(rules)}
    for shard in split(rules, narrow):
        durable = DurableShard(shard)
        for answer, fact in zip(given_, facts, strict=True):
            for rule_id in durable.decide(fact):
                answer[places[rule_id]] = True
        durable.close()
    return np.array(given_)


def answers_of_reference(rules, facts):
    return np.array([[heart["plain"](rule.when, fact) for rule in rules] for fact in facts])


# 16 examples of 30 rules and 300 facts: 144,000 decisions, each made in four ways.
@settings(BATCH, max_examples=16)
@given(rules=RULEBOOKS, seed=SEEDS)
def test_four_ways_of_deciding_agree(rules, seed):
    facts = random_facts(seed, 300)
    table = table_of(facts)
    expected = answers_of_reference(rules, facts)
    for narrow in (NARROW, MAX_TESTS):
        assert (answers_of_durable(rules, facts, narrow) == expected).all()
    decisions = Engine(rules).decide(table)
    assert (np.column_stack([decisions.matched(rule.id) for rule in rules]) == expected).all()
    columns = [heart["columnar"](rule.when, table) for rule in rules]
    assert (np.column_stack(columns) == expected).all()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(when=CONDITIONS, facts=st.lists(FACTS, min_size=1, max_size=8))
def test_one_rule_agrees_on_facts_that_hypothesis_can_shrink(when, facts):
    rule = evidence(1, when)
    expected = [heart["plain"](when, fact) for fact in facts]
    assert [holds(when, fact) for fact in facts] == expected
    assert list(map(prepared(when), facts)) == expected
    assert answers_of_durable([rule], facts)[:, 0].tolist() == expected
    assert Engine([rule]).decide(table_of(facts)).matched(rule.id).tolist() == expected


@settings(BATCH, max_examples=6)
@given(rules=RULEBOOKS, seed=SEEDS)
def test_initiatives_of_one_signature_have_one_answer(rules, seed):
    facts = random_facts(seed, 200)
    table = table_of(facts)
    for shard in split(rules):
        [codes] = signatures([atoms(shard.rules)], [table])
        by_code = {}
        for code, fact in zip(codes.tolist(), facts, strict=True):
            answer = tuple(holds(rule.when, fact) for rule in shard.rules)
            assert by_code.setdefault(code, answer) == answer


@settings(BATCH, max_examples=6)
@given(rules=RULEBOOKS, seed=SEEDS)
def test_what_the_engine_is_given_of_a_member_is_all_that_it_reads_of_the_whole_fact(rules, seed):
    facts = random_facts(seed, 40)
    table = table_of(facts)
    for shard in split(rules):
        write = writer(shard)
        given_ = table.facts(range(len(facts)), shard.scalars, shard.terms)
        assert list(map(write, given_)) == list(map(write, facts))
        for rule in shard.rules:
            says = prepared(rule.when)
            assert list(map(says, given_)) == list(map(says, facts))


@settings(BATCH, max_examples=6)
@given(rules=RULEBOOKS, seed=SEEDS)
def test_order_of_rules_does_not_matter(rules, seed):
    table = table_of(random_facts(seed, 100))
    shuffled = list(rules)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    one, other = Engine(rules).decide(table), Engine(shuffled).decide(table)
    for rule in rules:
        assert (one.matched(rule.id) == other.matched(rule.id)).all()
    assert all(one.rules_at(place) == other.rules_at(place) for place in range(table.size))


# The public driver reads the clock with a call that Python 3.12 deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(BATCH, max_examples=6)
@given(rules=RULEBOOKS, seed=SEEDS)
def test_public_driver_of_durable_rules_agrees(rules, seed):
    facts = random_facts(seed, 40)
    expected = answers_of_reference(rules, facts)
    found = np.zeros_like(expected)
    places = {rule.id: place for place, rule in enumerate(rules)}
    for shard in split(rules):
        ruleset, fired = public_ruleset(shard)
        write = writer(shard)
        for position, fact in enumerate(facts):
            fired.clear()
            results = []
            state = ruleset.assert_fact(json.loads(write(fact)))
            ruleset.do_actions(state, lambda error, state: results.append((error, state)))  # noqa: B023
            assert len(results) == 1
            assert results[0][0] is None
            assert "exception" not in results[0][1]
            assert fired[-1] == END
            ruleset.retract_fact({"id": "r"})
            for rule_id in set(fired) - {END}:
                found[position, places[rule_id]] = True
    assert (found == expected).all()


def public_ruleset(shard):
    from durable.engine import Ruleset

    fired = []

    def noting(name):
        return lambda _context: fired.append(name)

    definition = json.loads(json.dumps(shard.definition))
    for name, rule in definition.items():
        rule["run"] = noting(name)
    public_ruleset.count += 1
    return Ruleset(f"public-{public_ruleset.count}", None, definition), fired


public_ruleset.count = 0


def test_rules_of_the_rulebook_agree_on_random_facts():
    """The real rules, on facts around their own constants; the engine checks itself besides."""
    ruleset = loader.load(RULES)
    chance = random.Random(7)  # noqa: S311
    rules = ruleset.rules
    pools = pools_of(rules)
    facts = [
        {
            name: chance.choice(pool)
            if name not in heart["TERMS"]
            else frozenset(item for item in pool if chance.random() < 1 / 4)
            for name, pool in pools.items()
            if name in heart["TERMS"] or chance.random() < 2 / 3
        }
        for _ in range(400)
    ]
    table = table_of(facts)
    decisions = Engine(rules).decide(table)
    for rule in rules:
        assert decisions.matched(rule.id).tolist() == [holds(rule.when, fact) for fact in facts]


def pools_of(rules):
    """Values below, at and above every constant, by fact."""
    pools = {}
    for comparison in (item for rule in rules for item in comparisons(rule.when)):
        pool = pools.setdefault(comparison.fact, [])
        if comparison.operator == "exists":
            continue
        value = comparison.value
        if isinstance(value, tuple):
            pool.extend(value)
        elif isinstance(value, (bool, str)):
            pool.append(value)
        else:
            pool.extend((value - 1, value, value + 1))
    return {name: list(dict.fromkeys(pool)) for name, pool in pools.items() if pool}
