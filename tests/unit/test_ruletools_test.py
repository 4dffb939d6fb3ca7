"""staffing rules test: what it reports, suggests, and how it exits."""

import json
import runpy
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli.rules import rules as commands
from pipeline.errors import InputError
from pipeline.rulebook import loader
from pipeline.ruletools.rule_tests import rulebook_result
from pipeline.ruletools.suggestion_file import suggestions

TINY = runpy.run_path(str(Path(__file__).with_name("ruletools_rulebook.py")))
write, evidence = TINY["write"], TINY["evidence"]

GOOD_PHRASES = TINY["FILES"]["phrases/bundles.yaml"] + (
    "examples:\n"
    '  match: ["a bundle of projects", "the linked projects"]\n'
    '  no_match: ["these are not linked projects"]\n'
)
BUNDLES = "phrases/bundles.yaml"


def run(*arguments):
    result = CliRunner().invoke(
        commands, ["test", *map(str, arguments)], standalone_mode=False, catch_exceptions=False
    )
    return result.return_value, result.stdout


def result_of(folder):
    return rulebook_result(loader.load(folder), folder)


def rule_of(folder, key):
    return next(rule for rule in result_of(folder).rules if rule.id == key)


def test_a_rulebook_that_its_examples_hold_passes(tmp_path):
    folder = write(tmp_path / "r", {BUNDLES: GOOD_PHRASES})
    status, shown = run("--rules", folder)
    assert "survives" not in shown
    assert "Mutants of phrase lists: 6 of 6 killed (100.0 %)" in shown
    assert status == 0


def test_a_threshold_that_no_example_stands_at_is_told_with_the_example_that_lacks(tmp_path):
    folder = write(tmp_path / "r")
    loose = evidence(
        "SCO-001",
        "program_manager",
        "{fact: project_count, gte: 3}",
        ("{project_count: 4}", "{project_count: 9}"),
        ("{project_count: 2}", "{}"),
    )
    (folder / "scope/SCO-001.yaml").write_text(loose, encoding="utf-8")
    status, shown = run("--rules", folder)
    assert (
        "SCO-001.yaml: when: mutant 'project_count is at least 3' made 'project_count is at least "
        "4' survives: add an example such as {name: project_count 3, facts: {project_count: 3}} "
        "to match"
    ) in shown
    assert "Not good enough" in shown
    assert status == 5


def test_suggested_examples_pasted_leave_nothing_to_suggest(tmp_path):
    folder = write(tmp_path / "r")
    target = tmp_path / "missing.yaml"
    assert run("--rules", folder, "--suggest", target)[0] == 5
    for name, block in yaml.safe_load(target.read_text(encoding="utf-8")).items():
        path = folder / name
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 -- text as it stands
        typed = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in ("created", "modified"):
            if key in data:
                typed[key] = data[key]
        sides = typed.setdefault("examples", {})
        for side, cases in block["examples"].items():
            sides.setdefault(side, []).extend(cases)
        path.write_text(yaml.safe_dump(typed, sort_keys=False), encoding="utf-8")
    status, shown = run("--rules", folder)
    assert (status, "survives" in shown, "never decides" in shown) == (0, False, False)
    assert suggestions(result_of(folder), folder) == {}


def test_a_comparison_that_no_example_shows_to_decide_is_a_gap(tmp_path):
    folder = write(tmp_path / "r")
    text = evidence(
        "SCO-001",
        "program_manager",
        "{all: [{fact: project_count, gte: 3}, {fact: has_parent, exists: false}]}",
        ("{project_count: 3}", "{project_count: 9}"),
        ("{project_count: 2}", "{}"),
    )
    (folder / "scope/SCO-001.yaml").write_text(text, encoding="utf-8")
    rule = rule_of(folder, "SCO-001")
    assert (rule.covered, rule.conditions) == (1, 2)
    (gap,) = rule.gaps
    assert (gap.path, gap.value, gap.side) == ("when.all.1", False, "no_match")
    assert gap.example["facts"] == {"project_count": 3, "has_parent": True}
    assert "1 of 2 conditions shown (50 %)" in run("--rules", folder)[1]


def test_a_comparison_that_can_never_decide_is_told_apart(tmp_path):
    folder = write(tmp_path / "r")
    text = evidence(
        "SCO-001",
        "program_manager",
        "{all: [{fact: project_count, gte: 3}, {fact: project_count, gte: 1}]}",
        ("{project_count: 3}", "{project_count: 9}"),
        ("{project_count: 2}", "{}"),
    )
    (folder / "scope/SCO-001.yaml").write_text(text, encoding="utf-8")
    rule = rule_of(folder, "SCO-001")
    assert rule.idle == ("when.all.1",)
    assert (rule.covered, rule.conditions) == (1, 1)
    assert rule.same > 0
    assert rule.killed + rule.same + len(rule.survivors) == rule.mutants


def test_an_example_that_comes_out_otherwise_fails_the_test(tmp_path):
    folder = write(tmp_path / "r")
    path = folder / "scope/SCO-001.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("project_count: 9", "project_count: 1"),
        encoding="utf-8",
    )
    status, shown = run("--rules", folder, "--threshold", 0)
    assert "[R084] SCO-001 does not match its example" in shown
    assert status == 5


def test_a_text_that_a_phrase_list_reads_otherwise_fails_the_test(tmp_path):
    folder = write(tmp_path / "r", {BUNDLES: GOOD_PHRASES.replace("the linked", "the loose")})
    status, shown = run("--rules", folder, "--threshold", 0)
    assert (
        "bundles.yaml:9: [R085] bundles is not found in its example 'the loose projects'" in shown
    )
    assert status == 5


@pytest.mark.parametrize(("threshold", "expected"), [(0, 0), (100, 5)])
def test_the_threshold_decides_the_exit_status(tmp_path, threshold, expected):
    assert run("--rules", write(tmp_path / "r"), "--threshold", threshold)[0] == expected


def test_texts_of_rules_hold_the_phrases_they_stand_on(tmp_path):
    """SCO-003's text holds one alternative of one phrase; lists named outright hold none."""
    phrases = {item.id: item for item in result_of(write(tmp_path / "r")).phrases}
    survivors = {survivor.change for survivor in phrases["bundles"].survivors}
    assert "without 'family|bundle of projects'" not in survivors
    assert "without 'family'" not in survivors
    assert {"without 'bundle'", "without 'linked projects'"} <= survivors
    assert phrases["single"].killed == phrases["single"].mutants == 1


def test_a_text_whose_rule_would_match_anyway_holds_nothing(tmp_path):
    folder = write(tmp_path / "r")
    text = evidence(
        "SCO-003",
        "program_manager",
        "{any: [{fact: terms, mentions_any: [bundles]}, {fact: project_count, gte: 5}]}",
        ("{name: a, text: a family of projects, facts: {project_count: 5}}", "{terms: [bundles]}"),
        ("{}", "{project_count: 4}"),
    )
    text = text.replace("facts: {name: a, text", "text").replace("5}}}", "5}}")
    (folder / "scope/SCO-003.yaml").write_text(text, encoding="utf-8")
    phrases = {item.id: item for item in result_of(folder).phrases}
    assert phrases["bundles"].killed == 0


PORTFOLIO = "Initiative ID,Name,Project count\nA,One,1\nB,Two,2\nC,Five,5\n"


def test_a_portfolio_shows_what_it_never_exercises(tmp_path):
    portfolio = tmp_path / "p.csv"
    portfolio.write_text(PORTFOLIO, encoding="utf-8")
    folder = write(tmp_path / "r")
    shown = run(portfolio, "--rules", folder, "--threshold", 0)[1]
    assert "On the portfolio of 3 initiatives" in shown
    assert "SCO-003 0 of 1 (0 %): 'terms mention bundles' never true" in shown
    assert "SCO-001 " not in shown.split("On the portfolio")[1].split("rules,")[0]


@pytest.mark.parametrize(("least", "expected"), [(0, 0), (10, 0), (100, 5)])
def test_a_portfolio_can_be_asked_to_show_conditions(tmp_path, least, expected):
    portfolio = tmp_path / "p.csv"
    portfolio.write_text(PORTFOLIO, encoding="utf-8")
    folder = write(tmp_path / "r")
    asked = ("--threshold", 0, "--portfolio-threshold", least)
    status, shown = run(portfolio, "--rules", folder, *asked)
    assert status == expected
    assert "Conditions that the portfolio shows both ways: " in shown
    assert ("of the conditions are shown by the portfolio, 100 %" in shown) is (expected == 5)
    data = json.loads(run(portfolio, "--rules", folder, *asked, "--format", "json")[1])
    assert data["passes"] is (expected == 0)
    assert 10 <= data["portfolio_percent"] < 100


def test_a_threshold_of_a_portfolio_needs_one(tmp_path):
    with pytest.raises(click.UsageError, match="needs a PORTFOLIO"):
        run("--rules", write(tmp_path / "r"), "--portfolio-threshold", 50)


def test_a_portfolio_that_cannot_be_read_is_bad_input(tmp_path):
    with pytest.raises(InputError):
        run(tmp_path / "none.csv", "--rules", write(tmp_path / "r"))


def test_json_says_the_same(tmp_path):
    folder = write(tmp_path / "r")
    status, shown = run("--rules", folder, "--format", "json")
    data = json.loads(shown)
    assert (status, data["passes"]) == (5, False)
    result = result_of(folder)
    assert data["killed_percent"] == round(result.killed_share, 2)
    assert [rule["id"] for rule in data["rules"]] == [rule.id for rule in result.rules]
    survivor = next(item for item in data["phrases"] if item["id"] == "bundles")["survivors"][0]
    assert set(survivor) == {"path", "change", "side", "example"}
