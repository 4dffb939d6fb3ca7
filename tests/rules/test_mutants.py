"""The rulebook that comes along: its examples hold its rules in place."""

from pathlib import Path

import pytest

from pipeline.rulebook import loader
from pipeline.ruletools.rule_tests import rulebook_result
from pipeline.ruletools.survivors import percent

RULES = Path(__file__).parents[2] / "rules"
# Least percent; raise it as examples are added (`staffing rules test --suggest`), never lower it.
LEAST_KILLED = 95
LEAST_COVERED = 95


@pytest.fixture(scope="module")
def result():
    return rulebook_result(loader.load(RULES), RULES)


def test_every_example_of_rules_and_phrase_lists_comes_out_as_it_says(result):
    assert result.faults == ()
    assert result.examples > len(result.rules)


def test_examples_notice_changes_of_the_rules(result):
    killed = sum(rule.killed for rule in result.rules)
    count = sum(rule.mutants - rule.same for rule in result.rules)
    left = [
        f"{rule.file}: {item.path}: {item.change}: {item.example}"
        for rule in result.rules
        for item in rule.survivors
    ]
    assert percent(killed, count) >= LEAST_KILLED, "\n".join(left)


def test_examples_show_every_condition_to_decide(result):
    left = [
        f"{rule.file}: {gap.path}: {gap.comparison}" for rule in result.rules for gap in rule.gaps
    ]
    assert result.covered_share >= LEAST_COVERED, "\n".join(left)


def test_no_condition_is_idle(result):
    assert [f"{rule.file}: {path}" for rule in result.rules for path in rule.idle] == []
