"""--verify: single initiatives decided alone, and a fault of the look-up found by it."""

from __future__ import annotations

import dataclasses
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.errors import EngineDisagreement
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.verify import OneByOne, Sample, check_verdicts

pytestmark = pytest.mark.thorough

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
RULEBOOK = loader.load(heart["RULES"])
TABLE = table_of(heart["random_facts"](5, 60))


def test_the_same_seed_picks_the_same_initiatives():
    assert Sample(count=5, seed="a").of(1000) == Sample(count=5, seed="a").of(1000)
    assert Sample(count=5, seed="a").of(1000) != Sample(count=5, seed="b").of(1000)
    assert Sample(count=50, seed="a").of(3) == [0, 1, 2]


@settings(max_examples=5, deadline=None)
@given(st.lists(heart["CONDITIONS"], min_size=12, max_size=12))
def test_what_classes_say_every_initiative_says_alone(conditions):
    rules = [heart["evidence"](number, each) for number, each in enumerate(conditions, 1)]
    decided = Engine(rules).decide(TABLE)
    OneByOne(rules).check(decided, TABLE, range(TABLE.size))


def test_a_rule_looked_up_wrongly_is_named_with_its_fact():
    decided = Engine(RULEBOOK.evidence).decide(TABLE)
    first = decided.shards[0]
    wrong = dataclasses.replace(first, table=~first.table)
    decided = dataclasses.replace(decided, shards=(wrong, *decided.shards[1:]))
    with pytest.raises(EngineDisagreement) as caught:
        OneByOne(RULEBOOK.evidence).check(decided, TABLE, [0])
    assert first.rules[0].id in str(caught.value)
    assert "project_count" in str(caught.value) or "terms" in str(caught.value)


def test_a_sum_that_is_wrong_is_named():
    evidence = Engine(RULEBOOK.evidence).decide(TABLE)
    verdicts = verdict.decide(RULEBOOK, Engine(RULEBOOK.verdict), verdict.tally(evidence))
    sample = Sample(count=60, seed="x")
    check_verdicts(RULEBOOK, verdicts, evidence, sample)
    columns = dict(verdicts.tally.columns)
    score = columns["project_score"]
    columns["project_score"] = dataclasses.replace(score, values=score.values + 1)
    table = table_of([])
    wrong = dataclasses.replace(
        verdicts, tally=dataclasses.replace(table, size=TABLE.size, columns=columns)
    )
    with pytest.raises(EngineDisagreement, match="project_score is"):
        check_verdicts(RULEBOOK, wrong, evidence, sample)


def test_a_verdict_that_is_wrong_is_named():
    evidence = Engine(RULEBOOK.evidence).decide(TABLE)
    verdicts = verdict.decide(RULEBOOK, Engine(RULEBOOK.verdict), verdict.tally(evidence))
    wrong = dataclasses.replace(verdicts, rule=np.where(verdicts.rule == 0, 1, 0).astype(np.intp))
    with pytest.raises(EngineDisagreement, match=r"verdict rule VER-\d+ decided by class"):
        check_verdicts(RULEBOOK, wrong, evidence, Sample(count=60, seed="x"))


def test_a_run_verifies_and_says_so(staffing, portfolio):
    run = staffing.here("classify", str(portfolio), "--verify", "2")
    assert (run.returncode, run.stderr) == (0, "")
    assert "2  decided once more, one by one: the same" in run.stdout


def test_a_run_that_differs_from_itself_ends_with_status_one(staffing, portfolio):
    plug = """
from pipeline.engine import decide
given = decide.Decisions.rules_at
decide.Decisions.rules_at = lambda self, position: given(self, position)[1:]
"""
    run = staffing("classify", str(portfolio), "--verify", "3", plug=plug)
    assert run.returncode == 1
    assert "decided by class False, decided alone True, for the fact {" in run.stderr
    assert not (staffing.folder / "out" / "latest").exists()
