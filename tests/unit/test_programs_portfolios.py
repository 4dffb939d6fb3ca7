"""Clusters in whole portfolios: planted ones are found, departments are not taken for programs."""

from __future__ import annotations

import datetime as dt
import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline import facts, generate, programs, run
from pipeline.cli import staffing
from pipeline.report.programs import shown_programs
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.runlog import RunLog

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
AS_OF = dt.date(2026, 11, 24)
make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]


def find(path, rules=()):
    options = run.Options(portfolio=path, output=path, rules=ROOT / "rules", as_of=AS_OF)
    validated = run.check(options, RunLog()).validated
    initiatives = facts.derive(validated, PhraseMatcher({}), as_of=AS_OF)
    return programs.find(initiatives.rows, ["undecided"] * len(initiatives.rows), rules)


PLANTED = 10


def plant(folder, *, keep_dependencies):
    """1,000 generated initiatives, and ten programs nobody declared among them."""
    path = folder / "noise.csv"
    generate.write(path, rows=1_000, seed=5)
    noise = pd.read_csv(path, dtype=str, keep_default_na=False)
    if not keep_dependencies:
        noise["depends_on"] = ""
    chance = np.random.default_rng(3)
    planted = []
    for number in range(PLANTED):
        ids = [f"PLANT-{number}-{place}" for place in range(5 + number % 4)]
        for place, key in enumerate(ids):
            planted.append(
                {
                    "initiative_id": key,
                    "name": f"{chance.choice(noise['name'])} {'xyzuvwab'[place] * 3}",
                    "business_unit": chance.choice(noise["business_unit"]),
                    "strategic_goals": f"Goal of the {number}th kind",
                    "vendors": f"Supplier {number}" if place % 3 else "",
                    "depends_on": ids[place - 1] if place % 2 else "",
                }
            )
    every = pd.concat([noise, pd.DataFrame(planted)]).fillna("")
    every.sample(frac=1, random_state=1).to_csv(path, index=False)
    return path


def truth(found):
    """Of each planted program, the share in its best cluster, and the share of that cluster."""
    clusters = [set(members.split("; ")) for members in found.clusters["members"]]
    for number in range(PLANTED):
        program = {f"PLANT-{number}-{place}" for place in range(5 + number % 4)}
        best = max(clusters, key=lambda cluster: len(cluster & program))
        yield len(best & program) / len(program), len(best & program) / len(best)


@pytest.mark.parametrize("keep_dependencies", [False, True])
def test_planted_programs_are_found(tmp_path, keep_dependencies):
    shares = list(truth(find(plant(tmp_path, keep_dependencies=keep_dependencies))))
    recall, precision = (sum(column) / PLANTED for column in zip(*shares, strict=True))
    assert recall >= 0.95
    assert precision >= 0.95


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not among the shared data")
    return path


def test_one_undertaking_in_many_departments_is_found():
    rules = loader.load(ROOT / "rules").cluster
    found = find(shared("canada/gc-it-projects-2016.csv"), rules)
    first = found.clusters.iloc[0]
    assert first["name"] == "Email Transformation Initiative"
    assert first["unit_count"] == 13


@pytest.mark.parametrize(
    "name",
    [
        "nyc/NYC_capital_projects_20190901.csv",
        "worldbank/2005_WB_Projects_1_500_downloaded_9_22_2022.xlsx",
        "canada/gc-it-projects-2016.csv",
        "us_it_dashboard/raw-projects.csv",
    ],
)
def test_a_department_is_no_program(name):
    found = find(shared(name))
    assert len(found.clusters) == 0 or found.clusters["member_count"].max() <= 25


def test_the_sample_has_programs_nobody_declared():
    rules = loader.load(ROOT / "rules").cluster
    found = find(ROOT / "sample_data" / "portfolio.csv", rules)
    assert set(found.clusters["recommendation"]) <= {"program_manager", "watch", "leave"}
    assert (found.clusters["rule_id"] != "").all()
    assert len(found.clusters) >= 3
    assert found.clusters["member_count"].max() < 20


def three(tmp_path):
    path = tmp_path / "portfolio.csv"
    lines = ["initiative_id,name,business_unit,depends_on,strategic_goals,vendors"]
    for place in range(3):
        waits = f"A{place - 1}" if place else ""
        lines.append(f"A{place},Work {'xyz'[place]}{'xyz'[place]},U{place},{waits},Safety,Acme")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_command_tells_clusters(tmp_path):
    result = CliRunner().invoke(staffing, ["programs", str(three(tmp_path))])
    assert result.exit_code == 0, result.output
    assert "Safety  [" in result.output
    assert "A1  Work yy -- waits for A0; is awaited by A2; goal “Safety”" in result.output
    assert "Clusters: 1; " in result.output


def test_the_command_writes_json(tmp_path):
    arguments = ["programs", str(three(tmp_path)), "--format", "json"]
    told = json.loads(CliRunner().invoke(staffing, arguments).output)
    assert set(told) == {"clusters", "members", "findings", "left_off"}
    assert told["clusters"][0]["members"] == "A0; A1; A2"
    assert [member["initiative_id"] for member in told["members"]] == ["A0", "A1", "A2"]


def test_a_run_publishes_programs(tmp_path):
    arguments = ["classify", str(three(tmp_path)), "--output", str(tmp_path / "out")]
    result = CliRunner().invoke(staffing, [*arguments, "--as-of", "2026-11-24"])
    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / "latest"
    frame = pd.read_csv(folder / "programs.csv", dtype=str)
    assert frame["members"].to_list() == ["A0; A1; A2"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert "programs.csv" in [output["name"] for output in manifest["outputs"]]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f'<tr id="~program-{frame["cluster_id"].iloc[0]}">' in page
    sheets = pd.read_excel(
        folder / "report.xlsx", sheet_name="Programs", header=3, engine="calamine"
    )
    assert sheets["Cluster"].to_list() == frame["cluster_id"].to_list()
    assert sheets["Its members"].to_list() == ["A0; A1; A2"]


def test_a_report_without_programs_does_not_speak_of_them():
    assert shown_programs(make()) is None
