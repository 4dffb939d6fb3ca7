"""Every example of every rule and of every phrase list comes out as it says."""

from __future__ import annotations

import runpy
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools import example_checks

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
RULES = heart["RULES"]
RULEBOOK = loader.load(RULES)
MATCHER = PhraseMatcher(RULEBOOK.phrases)


@pytest.mark.parametrize("rule", RULEBOOK.rules, ids=lambda rule: rule.id)
def test_the_engine_decides_every_example_of_a_rule(rule):
    facts = example_checks.example_facts(rule.examples, MATCHER)
    matched = Engine([rule]).decide(table_of(facts)).matched(rule.id).tolist()
    assert matched == [example.matches for example in rule.examples]
    assert {True, False} == set(matched)


@pytest.mark.parametrize("rule", RULEBOOK.rules, ids=lambda rule: rule.id)
def test_the_reference_evaluator_decides_every_example_of_a_rule(rule):
    facts = example_checks.example_facts(rule.examples, MATCHER)
    wrong = [
        example.name
        for example, fact in zip(rule.examples, facts, strict=True)
        if holds(rule.when, fact) is not example.matches
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name, item in RULEBOOK.phrases.items() if item.examples])
def test_every_example_of_a_phrase_list(name):
    examples = RULEBOOK.phrases[name].examples
    folded = fold(pa.array([example.text for example in examples], pa.large_string())).to_pylist()
    wrong = [
        example.text
        for example, text in zip(examples, folded, strict=True)
        if (name in MATCHER.found_in(text)) is not example.matches
    ]
    assert wrong == []


def test_an_example_that_comes_out_otherwise_is_a_fault(tmp_path):
    """The check itself can fail."""
    rule = {
        **heart["BASIC"]["scope/SCO-001.yaml"],
        "examples": {
            "match": [
                {"name": "five", "facts": {"team_count": 5}},
                {"name": "two", "facts": {"team_count": 2}},
            ],
            "no_match": [{"name": "none"}, {"name": "words", "text": "many teams"}],
        },
    }
    folder = heart["write_rulebook"](tmp_path, {"scope/SCO-001.yaml": rule})
    ruleset = loader.load(folder)
    found = [
        fault for fault in example_checks.example_faults(ruleset, folder) if "SCO-001" in str(fault)
    ]
    assert [fault.problem for fault in found] == [
        "SCO-001 does not match its example 'two' {\"team_count\": 2}"
    ]
    assert found[0].code == "R084"
    line = found[0].at.path.read_text(encoding="utf-8").splitlines()[found[0].at.line - 1]
    assert "two" in line
