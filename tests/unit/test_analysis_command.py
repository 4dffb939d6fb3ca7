"""`staffing rules check` and `rules diff`: status, text, JSON, with a portfolio and without z3."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.rulebook import loader, lock
from pipeline.ruletools.analysis import command, missing

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("analysis_rulebook.py"))))
fact, both, evidence = make.fact, make.both, make.evidence
PORTFOLIO = "Initiative ID,Name,Team count\nI-1,One,4\nI-2,Two,9\nI-3,Three,1\n"
NEVER = both(fact("team_count", "gte", 4), fact("team_count", "lte", 3))


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A folder of rules that passes the checks of the set; the tests of those are elsewhere."""
    from pipeline.ruletools import whole_set

    whole = whole_set.example_faults
    monkeypatch.setattr(
        whole_set,
        "example_faults",
        lambda *given: (fault for fault in whole(*given) if fault.code != "R084"),
    )

    def write(changes=None):
        folder = make.write(tmp_path / "rules", changes)
        lock.write(loader.load(folder), folder)
        return folder

    return write


def test_a_sound_rulebook_passes(staffing, rules):
    result = staffing.here("rules", "check", "--rules", rules())
    assert result.returncode == 0
    assert "10 rules, 40 examples, 2 phrase lists with 0 texts: all is well" in result.stdout
    assert "Most points within reach: 5 for a project manager, 5 for a program" in result.stdout


def test_an_error_makes_the_status_five_and_shows_place_and_cure(staffing, rules):
    folder = rules({"SCO-005": evidence(make.PROGRAM, NEVER)})
    result = staffing.here("rules", "check", "--rules", folder)
    assert result.returncode == 5
    first = result.stdout.splitlines()[0]
    file = folder / "scope" / "SCO-005.yaml"
    line = file.read_text(encoding="utf-8").splitlines().index("when:") + 1
    assert first.startswith(f"{file}:{line}: [A001] error: SCO-005 can never")
    assert "move it to deprecated/" in first


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 5), ("notice", 5)])
def test_fail_on_says_how_bad_is_too_bad(staffing, rules, fail_on, status):
    folder = rules({"CPX-002": make.factor(2, fact("people_count", "gte", 10))})
    result = staffing.here("rules", "check", "--rules", folder, "--fail-on", fail_on)
    assert result.returncode == status


def test_a_portfolio_shows_how_many_initiatives_each_finding_touches(staffing, rules, tmp_path):
    portfolio = tmp_path / "p.csv"
    portfolio.write_text(PORTFOLIO, encoding="utf-8")
    folder = rules(
        {
            "SCO-005": evidence(make.PROGRAM, fact("team_count", "gte", 4)),
            "SCO-006": evidence(make.PROJECT, fact("team_count", "gt", 3)),
        }
    )
    result = staffing.here("rules", "check", portfolio, "--rules", folder, "--format", "json")
    findings = json.loads(result.stdout)["findings"]
    conflict = next(each for each in findings if each["code"] == "A005")
    assert conflict["initiatives"] == {"count": 2, "first": ["I-1", "I-2"]}
    result = staffing.here("rules", "check", portfolio, "--rules", folder)
    assert "in this portfolio: 2 initiatives, such as I-1, I-2" in result.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_missing_portfolio_is_told_before_the_solver_with_the_faults_of_the_rules(
    staffing, rules, tmp_path, monkeypatch, form
):
    def not_yet(**_):
        pytest.fail("the solver is asked first")

    monkeypatch.setattr(command, "require_solver", not_yet)
    folder = rules()
    (folder / lock.NAME).unlink()
    there_is_none = tmp_path / "nothere.csv"
    result = staffing.here("rules", "check", there_is_none, "--rules", folder, "--format", form)
    assert result.returncode == 4
    told = result.stderr.splitlines()
    assert told[0].startswith(str(there_is_none))
    assert all("[R070]" in line for line in told[1:])
    assert len(told) == 13  # ten rules and two phrase lists that are not locked
    (folder / "ruleset.yaml").write_text("id: [", encoding="utf-8")
    result = staffing.here("rules", "check", there_is_none, "--rules", folder, "--format", form)
    assert result.returncode == 4
    assert "nothere.csv" in result.stderr
    assert "ruleset.yaml" in result.stderr


def test_findings_about_the_tally_are_counted_too(staffing, rules, tmp_path):
    portfolio = tmp_path / "p.csv"
    portfolio.write_text("Name,Project count\nA,1\nB,7\nC,\n", encoding="utf-8")
    folder = rules({"VER-900": None})
    result = staffing.here("rules", "check", portfolio, "--rules", folder, "--format", "json")
    findings = json.loads(result.stdout)["findings"]
    uncovered = [each for each in findings if each["code"] == "A020"]
    assert sum(each["initiatives"]["count"] for each in uncovered) == 1


def test_json_has_every_part_of_a_finding(staffing, rules):
    folder = rules({"SCO-005": evidence(make.PROJECT, fact("project_count", "lt", 2))})
    result = staffing.here("rules", "check", "--rules", folder, "--format", "json")
    data = json.loads(result.stdout)
    assert data["status"] == result.returncode == 0
    assert data["checked"] == {
        "rules": 11,
        "phrase_lists": 2,
        "examples": 44,
        "phrase_texts": 0,
    }
    within = next(each for each in data["findings"] if each["code"] == "A004")
    file = folder / "scope" / "SCO-002.yaml"
    assert within == {
        "code": "A004",
        "severity": "notice",
        "place": file.as_posix(),
        "line": file.read_text(encoding="utf-8").splitlines().index("when:") + 1,
        "rules": ["SCO-002", "SCO-005"],
        "problem": "wherever SCO-002 matches, SCO-005 does, so together they give 5 points",
        "cure": "Leave it where that is meant; else let the two bands part",
        "example": {"project_count": 1},
        "region": "project_count is 1",
        "initiatives": None,
    }
    assert {each["role"]: each["points"] for each in data["reach"]} == {
        make.PROJECT: 7,
        make.PROGRAM: 5,
    }


def test_faults_of_the_set_come_first_as_text_and_as_json(staffing, rules):
    folder = rules()
    (folder / "scope" / "SCO-001.yaml").write_text("id: SCO-001\n", encoding="utf-8")
    text = staffing.here("rules", "check", "--rules", folder)
    assert text.returncode == 5
    assert "SCO-001.yaml" in text.stderr
    data = json.loads(staffing.here("rules", "check", "--rules", folder, "--format", "json").stdout)
    assert data["status"] == 5
    assert {fault["severity"] for fault in data["faults"]} == {"error"}
    assert all(fault["cure"] for fault in data["faults"])


def test_faults_of_the_set_and_findings_are_told_together(staffing, rules):
    """An example, a source, a history and a dead rule: one run tells of all."""
    folder = rules({"SCO-005": evidence(make.PROGRAM, NEVER)})
    no_source = folder / "verdict" / "VER-010.yaml"
    text = no_source.read_text(encoding="utf-8").replace("version: 1", "version: 3")
    no_source.write_text(re.sub(r"references:\n(?:[- ].*\n)+", "", text), encoding="utf-8")
    phrases = folder / "phrases" / "horizon.yaml"
    phrases.write_text(
        phrases.read_text(encoding="utf-8")
        + "unless: [horizon event]\nexamples:\n  match: [the horizon, no such word]\n",
        encoding="utf-8",
    )
    result = staffing.here("rules", "check", "--rules", folder)
    assert result.returncode == 5
    told = [line for line in result.stdout.splitlines() if line.startswith(str(folder))]
    assert [line.removeprefix(f"{folder}/").partition(". ")[0] for line in told[:6]] == [
        "verdict/VER-010.yaml:1: [R086] VER-010 names no source",
        "verdict/VER-010.yaml:4: [R087] VER-010 does not say what its version 2 changed",
        "verdict/VER-010.yaml:4: [R087] VER-010 does not say what its version 3 changed",
        "phrases/horizon.yaml:7: [R085] horizon is not found in its example 'no such word'",
        "rules.lock.json: [R070] VER-010 version 3 is not locked",
        "rules.lock.json: [R070] horizon changed its meaning and kept version 1",
    ]
    assert any("[A001] error: SCO-005 can never match" in line for line in told)
    assert ": 6 faults, 1 error, " in result.stdout.splitlines()[-1]
    as_json = staffing.here("rules", "check", "--rules", folder, "--format", "json")
    data = json.loads(as_json.stdout)
    assert as_json.returncode == data["status"] == 5
    assert [fault["line"] for fault in data["faults"]] == [1, 4, 4, 7, None, None]
    assert {each["code"] for each in data["findings"]} >= {"A001"}


def test_without_the_solver_the_command_says_so_and_can_go_on(staffing, rules, monkeypatch):
    monkeypatch.setattr(missing, "find_spec", lambda _: None)
    folder = rules({"SCO-005": evidence(make.PROGRAM, NEVER)})
    result = staffing.here("rules", "check", "--rules", folder)
    assert result.returncode == 5
    assert "[C020]" in result.stderr
    assert "--no-analysis" in result.stderr
    result = staffing.here("rules", "check", "--rules", folder, "--no-analysis")
    assert result.returncode == 0
    assert "without the analysis" in result.stdout
    result = staffing.here("rules", "diff", folder, "--rules", folder)
    assert result.returncode == 5
    assert "[C020]" in result.stderr


def test_diff_tells_by_its_status_whether_anything_differs(staffing, tmp_path):
    teams = fact("team_count", "gte", 4)
    worded = both(teams, fact("team_count", "gte", 2))
    old = make.write(tmp_path / "old", {"SCO-005": evidence(make.PROGRAM, teams)})
    for changes, status, told in (
        ({"SCO-005": evidence(make.PROGRAM, teams)}, 0, "Verdicts: proved the same"),
        ({"SCO-005": evidence(make.PROGRAM, worded)}, 0, "condition written anew"),
        ({"SCO-005": evidence(make.PROGRAM, teams, 1)}, 3, "weight: 2 → 1"),
        ({}, 3, "- SCO-005"),
    ):
        new = make.write(tmp_path / told.replace(" ", "_"), changes)
        result = staffing.here("rules", "diff", old, "--rules", new)
        assert (result.returncode, result.stderr) == (status, "")
        assert told in result.stdout
        result = staffing.here("rules", "diff", old, "--rules", new, "--format", "json")
        assert (result.returncode, json.loads(result.stdout)["differs"]) == (status, status == 3)


def test_as_of_leaves_out_rules_not_in_force(staffing, rules):
    folder = rules({"SCO-005": evidence(make.PROGRAM, NEVER, effective_until="2026-03-31")})
    early = staffing.here("rules", "check", "--rules", folder, "--as-of", "2026-03-31")
    late = staffing.here("rules", "check", "--rules", folder, "--as-of", "2026-04-01")
    assert (early.returncode, late.returncode) == (5, 0)


@pytest.mark.thorough
def test_the_text_of_findings_is_the_same_in_every_process(rules):
    folder = rules(
        {"VER-900": None, "SCO-005": evidence(make.PROJECT, fact("team_count", "gt", 1))}
    )
    code = (
        "import sys, pathlib\n"
        "from pipeline.rulebook import loader\n"
        "from pipeline.ruletools.analysis import whole, words\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "for each in whole.analyse(loader.load(folder), folder).findings:\n"
        "    print(*words.lines(each), sep='\\n')\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert b"A020" in texts.pop()


def test_diff_prints_text_and_json(staffing, rules, tmp_path):
    folder = rules()
    old = make.write(tmp_path / "old", {"SCO-002": None})
    result = staffing.here("rules", "diff", old, "--rules", folder)
    assert result.returncode == 3
    assert result.stdout.startswith("+ SCO-002  Title of SCO-002\n")
    assert "Verdict undecided → project_manager" in result.stdout
    result = staffing.here("rules", "diff", old, "--rules", folder, "--format", "json")
    assert json.loads(result.stdout)["added"] == [{"id": "SCO-002", "title": "Title of SCO-002"}]
