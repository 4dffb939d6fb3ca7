"""How hard an initiative is, said factor by factor."""

from pathlib import Path

import pytest

from pipeline.engine.decide import Engine
from pipeline.explain.rationale import hardness
from pipeline.facts.table import table_of
from pipeline.rulebook import loader


@pytest.fixture(scope="module")
def ruleset():
    return loader.load(Path(__file__).parents[2] / "rules")


def said(ruleset, *facts):
    return hardness(ruleset, Engine(ruleset.complexity).decide(table_of(facts)))


def test_every_known_factor_is_named_with_its_level(ruleset):
    [text] = said(ruleset, {"people_count": 300, "duration_days": 3000, "team_count": 1})
    assert text.startswith("Complexity level 3 of 4: ")
    assert "people at the peak 4" in text
    assert "duration 4" in text
    assert "number and variety of interfaces 1" in text
    assert "financial" not in text


def test_one_factor_alone_says_nothing(ruleset):
    assert said(ruleset, {"people_count": 300}, {}) == ["", ""]
