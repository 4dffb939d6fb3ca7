"""A roster in whole runs: files, manifest, exit status, and the command that writes nothing."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import staffing as group

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
SAMPLE, ROSTER = ROOT / "sample_data" / "portfolio.csv", ROOT / "sample_data" / "roster.csv"
HEAD = "Name,Role,Capacity\n"
OF_ROSTER = {"gaps.csv", "people.csv", "assignment.csv", "roster_quarantine.csv"}


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(HEAD + "=Ilse,Project Manager,1\nX,Program Manager,1\n", encoding="utf-8")
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def manifest(folder):
    return json.loads((folder / "latest" / "manifest.json").read_text(encoding="utf-8"))


def test_a_run_with_a_roster(staffing, portfolio, people, tmp_path):
    out = tmp_path / "out"
    assert staffing.here("classify", portfolio, "--roster", people, "--output", out).returncode == 0
    latest = out / "latest"
    assert {path.name for path in latest.iterdir()} >= OF_ROSTER | {"demand.csv"}
    assert rows(latest / "gaps.csv")[0]["quarter"] == "2026 Q2"
    # Neutralised as every other text cell.
    assert rows(latest / "people.csv")[0]["person"] == "'=Ilse"
    told = manifest(out)["roster"]
    assert (told["name"], told["rows"], told["set_aside"]) == ("people.csv", 2, 0)
    assert {output["name"] for output in manifest(out)["outputs"]} >= OF_ROSTER
    assert "Ilse" not in (latest / "run.log").read_text(encoding="utf-8")


def test_without_a_roster_there_is_a_demand_and_nothing_of_people(staffing, portfolio, tmp_path):
    staffing.here("classify", portfolio, "--output", tmp_path / "out")
    names = {path.name for path in (tmp_path / "out" / "latest").iterdir()}
    assert "demand.csv" in names
    assert not names & OF_ROSTER
    assert "roster" not in manifest(tmp_path / "out")


def test_roster_and_capacity_make_it_another_run(staffing, portfolio, people, tmp_path):
    ids = set()
    settings = staffing.folder / "staffing.toml"
    for extra, toml in (([], ""), (["--roster", people], ""), ([], "[capacity]\nquarters = 3\n")):
        settings.write_text(toml, encoding="utf-8")
        staffing.here("classify", portfolio, "--output", tmp_path / "out", *extra)
        ids.add(manifest(tmp_path / "out")["run_id"])
    assert len(ids) == 3
    assert len({row["quarter"] for row in rows(tmp_path / "out" / "latest" / "demand.csv")}) <= 4


def test_a_row_set_aside_gives_status_3_and_is_told(staffing, portfolio, people, tmp_path):
    people.write_text(HEAD + "Ilse,Project Manager,1\nY,Juggler,1\n", encoding="utf-8")
    out = tmp_path / "out"
    run = staffing.here("classify", portfolio, "--roster", people, "--output", out)
    assert run.returncode == 3
    assert "Rows of the roster set aside: 1" in run.stdout
    assert manifest(out)["status"] == "quarantined"
    (row,) = rows(out / "latest" / "roster_quarantine.csv")
    assert (row["source_line"], row["problem"], row["value"]) == ("3", "role-unread", "Juggler")


def test_a_roster_of_no_use_is_refused_and_nothing_is_published(
    staffing, portfolio, people, tmp_path
):
    people.write_text("Person,Business unit\nX,IT\n", encoding="utf-8")
    out = tmp_path / "out"
    run = staffing.here("classify", portfolio, "--roster", people, "--output", out)
    assert (run.returncode, "[I201]" in run.stderr) == (4, True)
    assert not (out / "latest").exists()


def test_the_roster_of_the_configuration(staffing, portfolio, people, tmp_path):
    (staffing.folder / "staffing.toml").write_text(f'roster = "{people}"\n', encoding="utf-8")
    staffing.here("classify", portfolio, "--output", tmp_path / "out")
    assert manifest(tmp_path / "out")["roster"]["name"] == "people.csv"


def demand(*args):
    words = ["demand", *map(str, args), "--as-of", "2026-11-24"]
    return CliRunner().invoke(group, words, standalone_mode=False)


def test_the_sample_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = demand(SAMPLE, "--roster", ROSTER)
    assert told.return_value == 0
    for words in (
        "Technical Program Managers needed",
        "8  without dates, in no quarter",
        "Short of people",
        "Overloaded by what they lead today",
        "a suggestion, for you to decide",
        "INI-0001  Smart Meter Rollout: Ilse Brandt (leads it today)",
    ):
        assert words in told.stdout
    assert not list(tmp_path.iterdir())


def test_as_json_and_with_rows_set_aside(tmp_path, portfolio, small_rules, monkeypatch):
    monkeypatch.chdir(tmp_path)
    roster = tmp_path / "roster.csv"
    shutil.copy(ROSTER, roster)
    with roster.open("a", encoding="utf-8") as file:
        file.write("Z,Juggler,,,,\n")
    told = demand(portfolio, "--rules", small_rules, "--roster", roster, "--format", "json")
    assert told.return_value == 3
    data = json.loads(told.stdout)
    assert data["roster_set_aside"][0]["problem"] == "role-unread"
    assert {"totals", "gaps", "people", "suggested_assignment"} <= data.keys()
    assert data["states"]["counted"] + data["states"]["no_dates"] + data["states"]["ended"] == 3


def test_a_name_cannot_drive_the_terminal(tmp_path, small_rules, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "portfolio.csv"
    path.write_text(
        "Initiative ID,Name,Project count,Team count,Owner,Start date,End date\n"
        "INI-1,Renew\x1b[31m the grid,6,7,X,2026-01-01,2027-12-31\n",
        encoding="utf-8",
    )
    told = demand(path, "--rules", small_rules, "--roster", ROSTER)
    assert "\x1b" not in told.stdout
