"""The rulebook that comes along: its examples hold its rules in place."""

from pathlib import Path

import pytest

from pipeline.rulebook import loader
from pipeline.ruletools.rule_tests import rulebook_result

RULES = Path(__file__).parents[2] / "rules"
# Percent, as `staffing rules test` asks for; `--suggest` writes the examples that are missing.
LEAST = 100


@pytest.fixture(scope="module")
def result():
    return rulebook_result(loader.load(RULES), RULES)


def test_every_example_of_rules_and_phrase_lists_comes_out_as_it_says(result):
    assert result.faults == ()
    assert result.examples > len(result.rules)


def test_examples_notice_changes_of_rules_and_phrase_lists(result):
    left = [
        f"{tested.file}: {item.path}: {item.change}: {item.example}"
        for tested in (*result.rules, *result.phrases)
        for item in tested.survivors
    ]
    assert result.killed_share >= LEAST, "\n".join(left)


def test_examples_show_every_condition_to_decide(result):
    left = [
        f"{rule.file}: {gap.path}: {gap.comparison}" for rule in result.rules for gap in rule.gaps
    ]
    assert result.covered_share >= LEAST, "\n".join(left)


def test_no_condition_is_idle(result):
    assert [f"{rule.file}: {path}" for rule in result.rules for path in rule.idle] == []
