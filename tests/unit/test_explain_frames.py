from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import pytest

from pipeline import facts as facts_step
from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.explain import frames
from pipeline.explain.matches import by_initiative
from pipeline.explain.passages import Passages
from pipeline.facts.text import search_text
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.validate import Validated
from schemas import report

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
frame, row = heart["frame"], heart["row"]
ADVISORY = {
    "id": "ADV-001",
    **heart["HEAD"],
    "severity": "attention",
    "when": {
        "all": [
            {"fact": "verdict", "equals": "program_manager"},
            {"fact": "program_score", "gte": 0},
        ]
    },
    "rationale": "Talk about {program_score} points.",
    "examples": heart["EXAMPLES"],
}


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory):
    files = {"advisory/ADV-001.yaml": ADVISORY}
    return loader.load(heart["write_rulebook"](tmp_path_factory.mktemp("small"), files))


def initiatives_of(ruleset, *rows):
    empty = frame()
    validated = Validated(accepted=frame(*rows), quarantined=empty, problems=(), superseded=0)
    matcher = PhraseMatcher(ruleset.phrases)
    return facts_step.derive(validated, matcher, as_of=dt.date(2026, 11, 24)), matcher


def evidence_of(ruleset, *rows):
    initiatives, matcher = initiatives_of(ruleset, *rows)
    matches = by_initiative(Engine(ruleset.evidence).decide(initiatives.table), initiatives.table)
    passages = Passages(
        matcher,
        names=initiatives.rows["name"].fillna("").to_list(),
        texts=search_text(initiatives.rows).to_list(),
    )
    return frames.evidence_frame(
        ruleset, initiatives, matches, passages, range(len(initiatives.rows))
    )


def test_a_row_of_evidence_has_value_passage_and_source(ruleset):
    found = evidence_of(
        ruleset,
        row("A", team_count=1200, description="We have many teams."),
        row("B"),
    )
    report.Evidence.validate(found, lazy=True)
    assert found["initiative_id"].to_list() == ["A", "A"]
    assert found["rule_id"].to_list() == ["SCO-001", "SCO-002"]
    assert found["facts"].to_list() == ["team_count=1,200", ""]
    assert found["passage"].to_list() == ["", "Initiative A We have many teams"]
    assert found["source"].to_list() == ["A source (us): Scope"] * 2
    assert found["weight"].to_list() == [2, 1]


def test_evidence_comes_in_order_of_initiatives_and_of_rules(ruleset):
    found = evidence_of(
        ruleset,
        row("Z", team_count=4, scope_definition="fixed"),
        row("A", team_count=4, project_count=3, business_units=("x", "y")),
    )
    assert list(zip(found["initiative_id"], found["rule_id"], strict=True)) == [
        ("Z", "SCO-001"),
        ("Z", "SCO-003"),
        ("A", "CHA-001"),
        ("A", "SCO-001"),
    ]


def test_no_evidence_is_a_frame_too(ruleset):
    found = evidence_of(ruleset, row("A"))
    report.Evidence.validate(found, lazy=True)
    assert len(found) == 0


def test_advisories_are_filled_in(ruleset):
    initiatives, _ = initiatives_of(ruleset, row("A", team_count=4), row("B"))
    table = initiatives.table
    evidence = Engine(ruleset.evidence).decide(table)
    verdicts = verdict.decide(ruleset, Engine(ruleset.verdict), verdict.tally(evidence))
    complexity = Engine(ruleset.complexity).decide(table)
    levels, as_program = verdict.complexity_levels(complexity), verdict.program_levels(complexity)
    outcome = table.joined(verdict.outcome_facts(verdicts, levels, as_program))
    advisories = by_initiative(Engine(ruleset.advisory).decide(outcome), outcome)
    found = frames.advisory_frame(initiatives, advisories)
    report.Advisories.validate(found, lazy=True)
    assert found.to_dict("records") == [
        {
            "initiative_id": "A",
            "rule_id": "ADV-001",
            "severity": "attention",
            "text": "Talk about 2 points.",
        }
    ]


def test_the_catalogue_has_every_rule_once(ruleset):
    found = frames.rule_frame(ruleset, {"SCO-001": 7})
    report.Rules.validate(found, lazy=True)
    assert found["rule_id"].to_list() == [rule.id for rule in ruleset.rules]
    by_id = found.set_index("rule_id")
    assert by_id.loc["SCO-001", "matches"] == 7
    assert by_id.loc["SCO-002", "matches"] == 0
    assert by_id.loc["CHA-001", "consequence"] == "+3 for a program manager, decisive"
    assert by_id.loc["SCO-003", "consequence"] == "+2 for a project manager"
    assert by_id.loc["VER-900", "consequence"] == "Verdict: undecided"
    assert by_id.loc["ADV-001", "consequence"] == "Advisory (attention)"
    assert by_id.loc["SCO-001", "aspect"] == "scope"
    assert by_id.loc["ADV-001", "aspect"] == ""


def test_every_kind_of_the_real_rulebook_can_be_listed():
    report.Rules.validate(frames.rule_frame(loader.load(heart["RULES"]), {}), lazy=True)
