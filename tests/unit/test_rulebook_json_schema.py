from __future__ import annotations

import copy
import json
import runpy
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from pipeline.cli.rules import rules as rules_command
from pipeline.rulebook import json_schema
from pipeline.rulebook.conditions import Comparison
from schemas import strict_yaml
from schemas.facts import VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
BASIC, RULES = heart["BASIC"], heart["RULES"]
SCHEMA = jsonschema.Draft202012Validator(json_schema.build())
EVIDENCE = BASIC["scope/SCO-001.yaml"]


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema.build())


def test_the_committed_file_is_what_the_command_writes():
    result = CliRunner().invoke(rules_command, ["schema"])
    assert result.exit_code == 0
    committed = files("schemas").joinpath("rule.schema.json").read_text(encoding="utf-8")
    assert committed == result.output, "run: staffing rules schema > schemas/rule.schema.json"


def rule_files():
    folders = [path for path in RULES.iterdir() if path.is_dir()]
    return [
        path
        for folder in folders
        if folder.name not in ("phrases", "deprecated")
        for path in sorted(folder.glob("*.yaml"))
    ]


def test_every_rule_file_is_valid():
    paths = rule_files()
    assert len(paths) > 50
    wrong = [
        f"{path.name}: {error.message}"
        for path in paths
        for error in SCHEMA.iter_errors(
            strict_yaml.load(path.read_text(encoding="utf-8"), name=path.name)
        )
    ]
    assert wrong == []


def test_rules_of_the_tests_are_valid():
    names = [name for name in BASIC if name.split("/")[0] in ("scope", "challenges", "verdict")]
    assert all(SCHEMA.is_valid(BASIC[name]) for name in names)


@pytest.mark.parametrize(
    "change",
    [
        {"wieght": 2},
        {"weight": 4},
        {"status": "draft"},
        {"created": "yesterday"},
        {"references": []},
        {"id": "SCO-1"},
        {"aspect": "Scope"},
        {"when": {"fact": "tem_count", "gte": 1}},
        {"when": {"fact": "team_count", "gte": 1.5}},
        {"when": {"fact": "team_count"}},
        {"when": {"fact": "team_count", "gte": 1, "lt": 3}},
        {"when": {"fact": "team_count", "one_of": [1]}},
        {"when": {"fact": "scope_definition", "equals": "open"}},
        {"when": {"fact": "terms", "mentions_any": []}},
        {"when": {"fact": "has_owner", "equals": True}},
        {"when": {"all": []}},
        {"when": {"al": [{"fact": "team_count", "gte": 1}]}},
        {"when": {}},
        {"examples": {"match": [{"name": "a"}, {"name": "b"}], "no_match": [{"name": "c"}]}},
        {
            "examples": {
                "match": [{"name": "a", "facts": {"tem_count": 1}}, {"name": "b"}],
                "no_match": [{"name": "c"}, {"name": "d"}],
            }
        },
        {
            "examples": {
                "match": [{"name": "a", "facts": {"team_count": "1"}}, {"name": "b"}],
                "no_match": [{"name": "c"}, {"name": "d"}],
            }
        },
    ],
)
def test_a_fault_that_one_file_shows_is_found(change):
    assert SCHEMA.is_valid(EVIDENCE)
    assert not SCHEMA.is_valid({**EVIDENCE, **change})


def test_a_key_that_is_missing_is_found():
    for key in ("title", "when", "examples", "evidence_for"):
        rule = copy.deepcopy(EVIDENCE)
        del rule[key]
        assert not SCHEMA.is_valid(rule)


def test_the_prefix_tells_the_kind():
    assert not SCHEMA.is_valid({**EVIDENCE, "id": "VER-001"})
    assert not SCHEMA.is_valid({**BASIC["verdict/VER-010.yaml"], "id": "SCO-001"})


def test_depth_is_bounded_as_by_the_loader():
    node = {"fact": "team_count", "gte": 1}
    for _ in range(3):
        node = {"any": [node]}
    assert SCHEMA.is_valid({**EVIDENCE, "when": node})
    assert not SCHEMA.is_valid({**EVIDENCE, "when": {"all": [node]}})


def written(condition):
    if isinstance(condition, Comparison):
        value = condition.value
        shown = list(value) if isinstance(value, tuple) else value
        return {"fact": condition.fact, condition.operator: shown}
    return {condition.join: [written(member) for member in condition.members]}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(condition=heart["CONDITIONS"])
def test_every_condition_of_the_grammar_is_valid(condition):
    rule = {**EVIDENCE, "id": "ADV-001", "severity": "note", "when": written(condition)}
    for key in ("aspect", "evidence_for", "weight"):
        del rule[key]
    assert SCHEMA.is_valid(rule)


def test_every_fact_may_stand_in_an_example_and_is_explained():
    facts = json_schema.build()["$defs"]["facts"]["properties"]
    assert list(facts) == list(VOCABULARY)
    assert all(facts[name]["description"] for name in facts)


def test_the_text_is_the_same_every_time():
    assert json_schema.text() == json_schema.text()
    assert json.loads(json_schema.text()) == json_schema.build()
