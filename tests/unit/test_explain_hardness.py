"""How hard an initiative is, said factor by factor."""

from pathlib import Path

import pytest

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.explain.rationale import hardness
from pipeline.facts.table import table_of
from pipeline.rulebook import loader


@pytest.fixture(scope="module")
def ruleset():
    return loader.load(Path(__file__).parents[2] / "rules")


def said(ruleset, *facts):
    table = table_of(facts)
    evidence = Engine(ruleset.evidence).decide(table)
    verdicts = verdict.decide(ruleset, Engine(ruleset.verdict), verdict.tally(evidence))
    return hardness(ruleset, Engine(ruleset.complexity).decide(table), verdicts)


def test_every_known_factor_is_named_with_its_level(ruleset):
    [text] = said(ruleset, {"people_count": 300, "duration_days": 3000, "team_count": 1})
    assert text.startswith("Complexity level 3 of 4: ")
    assert "people at the peak 4" in text
    assert "duration 4" in text
    assert "number and variety of interfaces 1" in text
    assert "financial impact" in text.partition("not known: ")[2]
    assert "social" in text.partition("not known: ")[2]  # no column tells of it
    assert "As a program" not in text


def test_a_program_is_rated_by_the_groups_of_a_program_too(ruleset):
    whole = {"project_count": 30, "team_count": 9, "unit_count": 8, "scope_definition": "evolving"}
    [text] = said(ruleset, whole)
    _, told = text.split("As a program, level 3 of 3: ")
    assert told == (
        "definition 3, delivery 4, complexity of the parts 4; "
        "not known: governance, stakeholder relationships."
    )
    [project] = said(ruleset, {**whole, "project_count": 1, "scope_definition": "fixed"})
    assert "As a program" not in project


def test_one_factor_alone_says_nothing(ruleset):
    assert said(ruleset, {"people_count": 300}, {}) == ["", ""]
