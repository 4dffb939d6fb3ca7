from __future__ import annotations

import gc
import resource
import runpy
from pathlib import Path

import durable_rules_engine
import pytest

from pipeline.engine import durable
from pipeline.engine.compiler import END, split
from pipeline.engine.durable import DurableShard
from pipeline.errors import EngineDisagreement

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, any_of, evidence = heart["compare"], heart["any_of"], heart["evidence"]


def shard_of(*whens):
    [shard] = split([evidence(place, when) for place, when in enumerate(whens)])
    return shard


TEAMS = shard_of(compare("team_count", "gte", 3), compare("team_count", "gte", 5))


class Engine:
    """durable_rules_engine with some of its functions replaced."""

    def __init__(self, **replaced):
        self.__dict__.update(replaced)

    def __getattr__(self, name):
        return getattr(durable_rules_engine, name)


def sabotage(monkeypatch, **replaced):
    monkeypatch.setattr(durable, "durable_rules_engine", Engine(**replaced))


def test_no_fact_is_remembered():
    shard = DurableShard(TEAMS)
    for teams, rules in ((5, 2), (1, 0), (3, 1), (5, 2), (0, 0)):
        assert len(shard.decide({"team_count": teams})) == rules
    assert shard.decide({}) == frozenset()


def test_a_rule_with_several_true_branches_matches_once():
    shard = DurableShard(shard_of(any_of(*(compare("team_count", "gte", n) for n in range(5)))))
    assert shard.decide({"team_count": 9}) == {"TST-000"}


def lossy(firings):
    """The engine's own loop, ended after so many firings."""
    left = [firings]

    def proceed(handle, state):
        left[0] -= 1
        return (
            durable_rules_engine.complete_and_start_action(handle, state) if left[0] > 0 else None
        )

    return proceed


def test_firings_lost_on_the_way_are_noticed(monkeypatch):
    shard = DurableShard(TEAMS)
    sabotage(monkeypatch, complete_and_start_action=lossy(2))
    with pytest.raises(EngineDisagreement, match="lost firings"):
        shard.decide({"team_count": 9})


def test_no_firing_at_all_is_noticed(monkeypatch):
    shard = DurableShard(TEAMS)
    sabotage(monkeypatch, start_action_for_state=lambda _handle, _state: None)
    with pytest.raises(EngineDisagreement, match="lost firings"):
        shard.decide({"team_count": 1})


@pytest.mark.parametrize("names", [[END, "TST-000"], [END, END], ["TST-000", END, "TST-001"]])
def test_a_sentinel_that_is_not_the_one_last_firing_is_noticed(monkeypatch, names):
    shard = DurableShard(TEAMS)
    monkeypatch.setattr(shard, "_fire", lambda _text: names)
    with pytest.raises(EngineDisagreement, match="lost firings"):
        shard.decide({"team_count": 1})


def test_a_rule_that_nobody_wrote_is_noticed(monkeypatch):
    shard = DurableShard(TEAMS)
    monkeypatch.setattr(shard, "_fire", lambda _text: ["TST-777", END])
    with pytest.raises(EngineDisagreement, match="unknown rules"):
        shard.decide({"team_count": 1})


def test_firing_without_an_end_is_stopped(monkeypatch):
    shard = DurableShard(TEAMS)
    sabotage(monkeypatch, complete_and_start_action=lambda _handle, _state: '{"TST-000":{}}')
    with pytest.raises(EngineDisagreement, match="does not stop firing"):
        shard.decide({"team_count": 9})


def test_a_fact_that_was_not_taken_is_noticed(monkeypatch):
    """As when the one before was not retracted: the engine then calls it a duplicate."""
    shard = DurableShard(TEAMS)
    with monkeypatch.context() as patched:
        sabotage(patched, retract_fact=lambda _handle, _text: (0, 1))
        shard.decide({"team_count": 9})
        with pytest.raises(EngineDisagreement, match="did not take"):
            shard.decide({"team_count": 1})
    assert shard.decide({"team_count": 1}) == frozenset()


def test_after_a_failure_no_stale_firing_comes_with_the_next_fact(monkeypatch):
    shard = DurableShard(TEAMS)
    shard.decide({"team_count": 9})
    with monkeypatch.context() as patched:
        sabotage(patched, complete_and_start_action=lossy(1))
        with pytest.raises(EngineDisagreement):
            shard.decide({"team_count": 9})
    assert shard.decide({"team_count": 1}) == frozenset()
    assert shard.decide({"team_count": 3}) == {"TST-000"}


def test_an_error_of_the_engine_leaves_a_shard_that_still_works(monkeypatch):
    shard = DurableShard(TEAMS)

    def fail(_handle, _state):
        raise durable_rules_engine.error("303")

    with monkeypatch.context() as patched:
        sabotage(patched, start_action_for_state=fail)
        with pytest.raises(durable_rules_engine.error):
            shard.decide({"team_count": 9})
    assert shard.decide({"team_count": 4}) == {"TST-000"}


def test_memory_is_given_back():
    def used():
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def many(count):
        for teams in range(count):
            shard = DurableShard(TEAMS)
            shard.decide({"team_count": teams})
            if teams % 2:
                shard.close()

    many(300)
    before = used()
    many(3000)
    assert used() - before < 12_000  # KiB; without freeing it is over 500,000


def test_a_shard_closes_twice_and_before_it_has_decided_anything():
    shard = DurableShard(TEAMS)
    shard.close()
    shard.close()
