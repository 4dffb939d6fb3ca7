"""staffing rules simulate: champion and challenger on one portfolio."""

import csv
import io
import json
import re
import runpy
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli.rules import rules as commands
from pipeline.errors import InputError, OutputError, RulebookError

TINY = runpy.run_path(str(Path(__file__).with_name("ruletools_rulebook.py")))
write, evidence = TINY["write"], TINY["evidence"]

PORTFOLIO = """\
Initiative ID,Name,Project count
A,One,1
B,=Two,2
C,Three,3
D,"Family of projects",
"""
# From two projects on, not three: B begins to match.
LOOSER = evidence(
    "SCO-001",
    "program_manager",
    "{fact: project_count, gte: 2}",
    ("{project_count: 2}", "{project_count: 9}"),
    ("{project_count: 1}", "{}"),
)
# One point only: D is no longer decided.
LIGHTER = TINY["FILES"]["scope/SCO-003.yaml"].replace("weight: 2", "weight: 1")
VERDICT = TINY["FILES"]["verdict/VER-020.yaml"]
STRICTER = VERDICT.replace("gte: 2", "gte: 3")


@pytest.fixture
def champion(tmp_path):
    return write(tmp_path / "champion")


@pytest.fixture
def portfolio(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(PORTFOLIO, encoding="utf-8")
    return path


def run(portfolio, champion, challenger, *arguments):
    result = CliRunner().invoke(
        commands,
        [
            *("simulate", str(portfolio), "--as-of", "2026-01-01"),
            *("--rules", str(champion), "--against", str(challenger)),
            *map(str, arguments),
        ],
        standalone_mode=False,
        catch_exceptions=False,
    )
    return result.return_value, result.stdout


def simulated(*arguments):
    status, shown = run(*arguments, "--format", "json")
    return status, json.loads(shown)


def test_the_same_rules_change_nothing(tmp_path, portfolio, champion):
    status, shown = run(portfolio, champion, write(tmp_path / "challenger"))
    assert status == 0
    assert "4 initiatives: 0 verdicts change, 0 more only in scores, confidence or rules" in shown


def test_a_rule_that_begins_to_match_is_named_with_the_verdict_it_changes(
    tmp_path, portfolio, champion
):
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": LOOSER})
    status, found = simulated(portfolio, champion, challenger)
    assert status == 3
    (change,) = found["changes"]
    assert (change["initiative_id"], change["begins"], change["stops"]) == ("B", ["SCO-001"], [])
    assert (change["before"]["verdict"], change["after"]["verdict"]) == (
        "undecided",
        "program_manager",
    )
    assert (change["before"]["program_score"], change["after"]["program_score"]) == (0, 2)
    assert found["transitions"] == {"undecided → program_manager": 1}
    assert found["staffing_effect"] == {
        "project_manager": 0,
        "program_manager": 1,
        "undecided": -1,
    }
    assert found["by_rule"] == {"SCO-001": ["B"]}


def test_the_other_way_round_it_stops_matching(tmp_path, portfolio, champion):
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": LOOSER})
    _, found = simulated(portfolio, challenger, champion)
    assert [change["stops"] for change in found["changes"]] == [["SCO-001"]]


def test_a_rule_that_weighs_otherwise_is_told_apart(tmp_path, portfolio, champion):
    challenger = write(tmp_path / "challenger", {"scope/SCO-003.yaml": LIGHTER})
    status, shown = run(portfolio, champion, challenger)
    assert status == 3
    assert "D Family of projects: program_manager → undecided" in shown
    assert "    weigh otherwise: SCO-003" in shown
    assert "program 2 → 1, decided by VER-010 → VER-900" in shown


def test_a_verdict_rule_alone_is_the_cause_where_no_evidence_differs(tmp_path, portfolio, champion):
    challenger = write(tmp_path / "challenger", {"verdict/VER-020.yaml": STRICTER})
    _, found = simulated(portfolio, champion, challenger)
    assert found["by_rule"] == {"VER-020": ["A"], "VER-900": ["A"]}


def test_scores_that_change_no_verdict_count_and_are_rows_of_the_table(
    tmp_path, portfolio, champion
):
    heavier = TINY["FILES"]["scope/SCO-001.yaml"].replace("weight: 2", "weight: 3")
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": heavier})
    status, found = simulated(portfolio, champion, challenger)
    assert (status, found["changes"], found["scores_only"]) == (3, [], 1)
    assert [change["initiative_id"] for change in found["others"]] == ["C"]
    status, shown = run(portfolio, champion, challenger)
    assert status == 3
    assert "0 verdicts change, 1 more only in scores, confidence or rules" in shown
    assert "--format csv names those" in shown
    status, shown = run(portfolio, champion, challenger, "--format", "csv", "--verdicts")
    assert status == 0
    (row,) = csv.DictReader(io.StringIO(shown))
    assert (row["initiative_id"], row["change"], row["reweighted"]) == ("C", "scores", "SCO-001")
    assert (row["program_score_before"], row["program_score_after"]) == ("2", "3")


def test_another_rule_with_the_same_scores_and_verdict_counts(tmp_path, portfolio, champion):
    """SCO-011 takes the place of SCO-001."""
    renamed = TINY["FILES"]["scope/SCO-001.yaml"].replace("SCO-001", "SCO-011")
    challenger = write(tmp_path / "challenger", {"scope/SCO-011.yaml": renamed})
    (challenger / "scope/SCO-001.yaml").unlink()
    status, shown = run(portfolio, champion, challenger, "--format", "csv")
    assert status == 3
    (row,) = csv.DictReader(io.StringIO(shown))
    assert (row["initiative_id"], row["change"]) == ("C", "rules")
    assert (row["begins"], row["stops"]) == ("SCO-011", "SCO-001")


def test_another_confidence_alone_counts(tmp_path, portfolio, champion):
    surer = re.sub(r"confidence: .*", "confidence: {at_least: 0.91, at_most: 0.92}", VERDICT)
    assert surer != VERDICT
    challenger = write(tmp_path / "challenger", {"verdict/VER-020.yaml": surer})
    status, shown = run(portfolio, champion, challenger, "--format", "csv")
    assert status == 3
    (row,) = csv.DictReader(io.StringIO(shown))
    assert (row["initiative_id"], row["change"]) == ("A", "confidence")
    assert 0.91 <= float(row["confidence_after"]) <= 0.92
    assert row["confidence_before"] != row["confidence_after"]


def test_verdicts_come_before_other_changes_in_the_table(tmp_path, portfolio, champion):
    heavier = LOOSER.replace("weight: 2", "weight: 3")
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": heavier})
    status, shown = run(portfolio, champion, challenger, "--format", "csv", "--verdicts")
    assert status == 3
    rows = csv.DictReader(io.StringIO(shown))
    assert [(row["initiative_id"], row["change"]) for row in rows] == [
        ("B", "verdict"),
        ("C", "scores"),
    ]


def test_the_table_is_neutralised_and_written_whole(tmp_path, portfolio, champion):
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": LOOSER})
    target = tmp_path / "changes.csv"
    status, shown = run(portfolio, champion, challenger, "--format", "csv", "--output", target)
    assert (status, shown) == (3, "")
    (row,) = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))
    assert row["name"] == "'=Two"
    assert (row["verdict_before"], row["verdict_after"]) == ("undecided", "program_manager")
    assert row["begins"] == "SCO-001"
    assert run(portfolio, champion, challenger, "--format", "csv")[1] == target.read_text(
        encoding="utf-8"
    )


def test_a_table_of_no_changes_has_its_header(portfolio, champion):
    _, shown = run(portfolio, champion, champion, "--format", "csv")
    assert shown.startswith('"initiative_id","name"')
    assert shown.count("\n") == 1


def test_what_cannot_be_read_or_written_has_its_own_status(tmp_path, portfolio, champion):
    with pytest.raises(RulebookError):
        run(portfolio, champion, tmp_path / "none")
    with pytest.raises(InputError):
        run(tmp_path / "none.csv", champion, champion)
    with pytest.raises(OutputError):
        run(portfolio, champion, champion, "--output", tmp_path / "none" / "file")


def test_cases_that_the_portfolio_has_none_of_count_where_they_are_asked_for(
    tmp_path, portfolio, champion
):
    portfolio.write_text("Initiative ID,Name,Project count\nA,One,1\n", encoding="utf-8")
    challenger = write(tmp_path / "challenger", {"scope/SCO-001.yaml": LOOSER})
    assert run(portfolio, champion, challenger)[0] == 0
    status, shown = run(portfolio, champion, challenger, "--cases")
    assert status == 3
    assert "1 initiatives: 0 verdicts change" in shown
    cases = shown[shown.index("Cases, whether or not this portfolio has one") :]
    assert "now matches: project_count is 2" in cases
    assert "Verdict undecided → program_manager" in cases
    assert "for example: project_count 2" in cases
    status, data = simulated(portfolio, champion, challenger, "--cases")
    assert status == 3
    assert [item["id"] for item in data["cases"]["changed"]] == ["SCO-001"]
    assert run(portfolio, champion, champion, "--cases")[0] == 0


def test_cases_are_no_rows_of_a_table(portfolio, champion):
    with pytest.raises(click.UsageError, match="text or json"):
        run(portfolio, champion, champion, "--cases", "--format", "csv")
