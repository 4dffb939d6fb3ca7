from __future__ import annotations

import itertools
import json
import runpy
from pathlib import Path

import durable_rules_engine
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engine import compiler
from pipeline.engine.compiler import (
    END,
    GUARD,
    NamesCollide,
    compile_condition,
    known_property,
    split,
    term_property,
)
from pipeline.engine.decide import Engine
from pipeline.engine.durable import DurableShard
from pipeline.engine.message import UnsafeFact, writer
from pipeline.engine.widths import MAX_FIRINGS, MAX_GROUPS, MAX_TESTS, RuleTooWide
from pipeline.facts.table import table_of
from pipeline.rulebook.conditions import LARGEST
from schemas.facts import VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, all_of, any_of, evidence = (
    heart[name] for name in ("compare", "all_of", "any_of", "evidence")
)
# Two names of phrase lists that the engine knows by one and the same hash; found by trial.
TWINS = ("tqnrhmt", "ubsnckh")


def one_shard(*whens):
    shards = split([evidence(place, when) for place, when in enumerate(whens)])
    # Together even where the run would keep them apart for speed.
    return compiler._shard([rule for shard in shards for rule in shard.rules])


def chained(count, join="all"):
    """A condition of ``count`` comparisons in one group."""
    members = [compare("team_count", "gte", number) for number in range(count)]
    return (all_of if join == "all" else any_of)(*members)


# ---------------------------------------------------------------- what is compiled


@settings(max_examples=100, deadline=None, derandomize=True)
@given(when=heart["CONDITIONS"])
def test_only_the_safe_subset_reaches_the_engine(when):
    definition = one_shard(when).definition
    assert list(definition) == ["TST-000", END]
    for rule in definition.values():
        assert set(rule) <= {"all", "pri"}
        [pattern] = rule["all"]
        assert list(pattern) == ["m"]
    guarded = definition["TST-000"]["all"][0]["m"]["$and"]
    assert guarded[0] == {GUARD: 1}
    assert_safe(guarded[1])


def assert_safe(node):
    [(key, value)] = node.items()
    if key in ("$and", "$or"):
        assert isinstance(value, list)
        assert value
        for member in value:
            assert_safe(member)
        return
    if key.startswith("$"):
        assert key in ("$gt", "$gte", "$lt", "$lte")
        [(key, value)] = value.items()
    assert value is not None
    assert not key.startswith("$")
    if isinstance(value, str):
        assert value in VOCABULARY[key].choices


def test_a_list_of_one_name_needs_no_group():
    assert compile_condition(compare("terms", "mentions_any", ("alpha",))) == {"terms_alpha": True}


def test_the_sentinel_comes_last_whatever_the_order_of_rules():
    assert one_shard(compare("team_count", "gte", 1)).definition[END]["pri"] > 0


# ---------------------------------------------------------------- how wide


def test_a_rule_of_more_comparisons_than_the_engine_takes_is_refused():
    fits, too_wide = chained(MAX_TESTS - 2), chained(MAX_TESTS - 1)
    assert len(split([evidence(1, fits)])) == 1
    with pytest.raises(RuleTooWide, match=r"TST-001 has 61 comparisons and groups.*60.*Split"):
        split([evidence(1, too_wide)])


def test_as_many_groups_as_are_allowed_work_and_one_more_is_refused():
    pair = compare("terms", "mentions_any", ("alpha", "beta"))
    groups = [any_of(compare("team_count", "gte", number)) for number in range(MAX_GROUPS - 2)]
    widest = all_of(*groups, pair)
    [answer] = decide_all([widest], [{"team_count": 99, "terms": frozenset({"beta"})}])
    assert answer == [True]
    with pytest.raises(RuleTooWide, match="15 groups"):
        split([evidence(1, all_of(*groups, pair, any_of(compare("team_count", "gte", 1))))])


def test_without_the_limit_of_groups_the_engine_would_refuse():
    """Why the limit is where it is: one group more and the engine gives up."""
    nested = {"terms_alpha": True}
    for _ in range(MAX_GROUPS + 1):
        nested = {"$and": [nested]}
    definition = {"A": {"all": [{"m": {"$and": [{GUARD: 1}, nested]}}]}}
    with pytest.raises(durable_rules_engine.error, match="113"):
        durable_rules_engine.create_ruleset("too-many-groups", json.dumps(definition))


def test_a_rule_that_could_fire_thousands_of_times_is_refused():
    names = tuple("abcdef")
    wide = compare("terms", "mentions_any", names)
    assert len(split([evidence(1, all_of(wide, wide, wide))])) == 1
    assert MAX_FIRINGS < 6**4
    with pytest.raises(RuleTooWide, match="1,296 ways"):
        split([evidence(1, all_of(wide, wide, wide, wide))])


def test_the_widest_rule_fires_no_more_than_announced():
    names = ("alpha", "beta", "gamma", "delta")
    wide = compare("terms", "mentions_any", names)
    shard = one_shard(all_of(wide, wide, wide, wide), compare("team_count", "gte", 1))
    assert shard.most_firings == 4**4 + 1 + 1
    fact = {"terms": frozenset(names), "team_count": 2}
    assert DurableShard(shard).decide(fact) == {"TST-000", "TST-001"}


def test_two_hundred_rules_of_one_aspect_are_split_and_stay_right():
    whens = [
        all_of(compare("team_count", "gte", number % 40), compare("days_to_end", "lt", number))
        for number in range(200)
    ]
    shards = split([evidence(number, when) for number, when in enumerate(whens)])
    assert len(shards) > 10
    assert [rule.id for shard in shards for rule in shard.rules] == [
        f"TST-{number:03}" for number in range(200)
    ]
    facts = [{"team_count": 39, "days_to_end": days} for days in (-5, 0, 7, 50, 199)]
    for fact, answer in zip(facts, decide_all(whens, facts), strict=True):
        assert answer == [number > fact["days_to_end"] for number in range(200)]


def test_more_true_tests_than_one_ruleset_could_hold_at_once():
    """Beyond 64 true tests one ruleset fails, on such data only; shards never get there."""
    whens = [compare("team_count", "gte", number) for number in range(150)]
    assert decide_all(whens, [{"team_count": 1000}]) == [[True] * 150]


def decide_all(whens, facts):
    rules = [evidence(number, when) for number, when in enumerate(whens)]
    decisions = Engine(rules).decide(table_of(facts))
    matched = [decisions.matched(rule.id).tolist() for rule in rules]
    return [list(row) for row in zip(*matched, strict=True)]


# ---------------------------------------------------------------- names


def fnv(name):
    code = 2166136261
    for byte in name.encode():
        code = (code ^ byte) * 16777619 % 2**32
    return code


def test_the_engine_takes_two_names_of_one_hash_for_one():
    """The trap itself: were it gone, the refusal below could go too."""
    assert fnv("costarring") == fnv("liquid")
    rules = {
        name: {"all": [{"m": {"$and": [{GUARD: 1}, {name: True}]}}]}
        for name in ("costarring", "liquid")
    }
    handle = durable_rules_engine.create_ruleset("twins", json.dumps(rules))
    fact = {"id": "r", GUARD: 1, "costarring": True, "liquid": False}
    _, state = durable_rules_engine.assert_fact(handle, json.dumps(fact))
    fired = []
    firing = durable_rules_engine.start_action_for_state(handle, state)[1]
    while firing:
        fired.append(firing[2 : firing.index('"', 2)])
        firing = durable_rules_engine.complete_and_start_action(handle, state)
    assert set(fired) != {"costarring"}
    durable_rules_engine.delete_ruleset(handle)


def test_phrase_lists_of_one_hash_are_refused_by_name():
    assert fnv(term_property("terms", TWINS[0])) == fnv(term_property("terms", TWINS[1]))
    when = compare("terms", "mentions_any", TWINS)
    with pytest.raises(NamesCollide) as refused:
        split([evidence(1, when)])
    assert all(f"terms_{name}" in str(refused.value) for name in TWINS)
    assert refused.value.code == "R062"
    assert refused.value.exit_status == 5


def test_no_two_names_of_the_vocabulary_collide():
    names = {GUARD, "id", "sid", "$s", *VOCABULARY, *map(known_property, VOCABULARY)}
    assert len({fnv(name) for name in names}) == len(names) == 4 + 2 * len(VOCABULARY)


# ---------------------------------------------------------------- what is sent


def sent_of(shard, fact):
    return json.loads(writer(shard)(fact))


def test_unknown_is_absent_and_everything_else_is_present():
    shard = one_shard(
        all_of(
            compare("team_count", "gte", 1),
            compare("budget_eur", "gte", 1.0),
            compare("has_end_date", "exists", value := True),
            compare("terms", "mentions_any", ("alpha", "beta")),
        )
    )
    assert value
    assert sent_of(shard, {"terms": frozenset({"beta"})}) == {
        "id": "r",
        GUARD: 1,
        "has_end_date_known": False,
        "terms_alpha": False,
        "terms_beta": True,
    }
    sent = sent_of(shard, {"team_count": 2, "budget_eur": 3, "has_end_date": False})
    assert sent["team_count"] == 2
    assert sent["budget_eur"] == 3.0
    assert isinstance(sent["budget_eur"], float)
    assert sent["has_end_date_known"] is True


def test_facts_that_no_rule_reads_are_not_sent():
    shard = one_shard(compare("team_count", "gte", 1))
    fact = {"team_count": 2, "stakeholder_level": "team", "terms": frozenset({"alpha"})}
    assert set(sent_of(shard, fact)) == {"id", GUARD, "team_count"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("team_count", "3"),
        ("team_count", True),
        ("team_count", 3.0),
        ("team_count", LARGEST),
        ("team_count", -LARGEST),
        ("team_count", 2**63),
        ("budget_eur", float("nan")),
        ("budget_eur", float("inf")),
        ("budget_eur", -float("inf")),
        ("budget_eur", 1e16),
        ("budget_eur", 1e-05),
        ("budget_eur", 0.123456),
        ("budget_eur", "12"),
        ("budget_eur", True),
        ("has_end_date", "true"),
        ("has_end_date", 1),
        ("scope_definition", "open"),
        ("scope_definition", 1),
    ],
)
def test_a_value_that_the_engine_would_misread_is_refused(name, value):
    spec = VOCABULARY[name]
    constant = {"boolean": True, "choice": "fixed", "number": 1.0}.get(spec.kind, 1)
    operator = "gte" if spec.kind in ("integer", "number") else "equals"
    shard = one_shard(compare(name, operator, constant))
    with pytest.raises(UnsafeFact, match=name):
        sent_of(shard, {name: value})


@pytest.mark.parametrize("text", ["x" * 70_000, 'a "quoted"\nword', "fixed ", ""])
def test_text_of_users_never_reaches_the_engine(text):
    shard = one_shard(compare("scope_definition", "equals", "fixed"))
    with pytest.raises(UnsafeFact):
        sent_of(shard, {"scope_definition": text})


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    constant=st.integers(-(10**15) + 1, 10**15 - 1) | st.integers(-5, 5),
    apart=st.integers(-2, 2),
    operator=st.sampled_from(("equals", "gt", "gte", "lt", "lte")),
)
def test_whole_numbers_of_every_size_are_compared_exactly(constant, apart, operator):
    value = max(min(constant + apart, LARGEST - 1), 1 - LARGEST)
    fired = DurableShard(one_shard(compare("days_to_end", operator, constant))).decide(
        {"days_to_end": value}
    )
    assert bool(fired) is heart["OPERATORS"][operator](value, constant)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    units=st.integers(-(10**15), 10**15),
    decimals=st.integers(0, 4),
    apart=st.integers(-1, 1),
    operator=st.sampled_from(("gt", "gte", "lt", "lte")),
)
def test_amounts_are_compared_exactly_to_the_last_decimal(units, decimals, apart, operator):
    constant = round(units / 10**decimals, 4)
    value = round((units + apart) / 10**decimals, 4)
    if max(abs(constant), abs(value)) >= LARGEST:
        return
    fired = DurableShard(one_shard(compare("budget_eur", operator, constant))).decide(
        {"budget_eur": value}
    )
    assert bool(fired) is heart["OPERATORS"][operator](value, constant)


def test_json_of_every_sent_number_is_free_of_exponents():
    """The engine reads "1e-05" as an error."""
    shard = one_shard(compare("budget_eur", "gte", 1.0))
    for value in itertools.chain(heart["DECIMAL"], (0.0001, 999_999_999_999_999.0)):
        assert "e" not in writer(shard)({"budget_eur": value}).rpartition(":")[2]
