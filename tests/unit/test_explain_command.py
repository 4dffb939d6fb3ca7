from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.facts import store

DAY = "2026-06-30"


@pytest.fixture
def explain(staffing, small_rules):
    def call(target, key, *flags, rules=small_rules):
        return staffing.here("explain", target, key, "--rules", rules, "--as-of", DAY, *flags)

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A place for the one run that all tests here start from: it is made by the first of them."""
    return tmp_path_factory.mktemp("made") / "out"


@pytest.fixture
def run(staffing, portfolio, made):
    out = staffing.folder / "out"
    if not made.exists():
        assert staffing.here("classify", portfolio, "--output", "out").returncode == 0
        shutil.copytree(out, made, symlinks=True)
        return out
    return shutil.copytree(made, out, symlinks=True)


def test_a_portfolio_can_be_asked_before_it_is_classified(explain, portfolio):
    done = explain(portfolio, "INI-2")
    assert done.returncode == 0
    assert done.stdout.startswith("INI-2 Renew the grid (row 3)\nTechnical Program Manager")
    for title in ("Why", "Why not a Technical Project Manager", "What would change it"):
        assert f"\n{title}\n" in done.stdout
    assert "project_count = 6 <- Project count: 6" in done.stdout
    assert "\x1b" not in done.stdout  # nobody watches


def test_run_and_portfolio_give_the_same_answer(explain, portfolio, run):
    answers = []
    for target in (portfolio, run, run / "latest"):
        for key in ("INI-1", "INI-2", "INI-3"):
            data = json.loads(explain(target, key, "--format", "json").stdout)
            assert data["status"] == "explained"
            assert bool(data.pop("run_id")) == (target != portfolio)
            answers.append(data)
    assert answers[:3] == answers[3:6] == answers[6:]


def test_what_is_explained_is_what_was_published(explain, run):
    rows = pq.read_table(run / "latest" / "initiatives.parquet").to_pylist()
    for row in rows:
        data = json.loads(explain(run, row["initiative_id"], "--format", "json").stdout)
        names = ("verdict", "lean", "confidence", "project_score", "program_score", "rationale")
        assert {name: data[name] for name in names} == {name: row[name] for name in names}
        shown = {proof["rule_id"] for balance in data["why"] for proof in balance["proofs"]}
        assert shown == set(filter(None, row["evidence"].split(";")))


def test_a_run_lists_its_facts_in_the_manifest(run):
    manifest = json.loads((run / "latest" / "manifest.json").read_bytes())
    assert store.NAME in {entry["name"] for entry in manifest["outputs"]}
    kept = store.read(run / "latest" / store.NAME)
    assert kept.ids == ("INI-1", "INI-2", "INI-3")
    assert kept.table.fact(1, ["project_count", "team_count"]) == {
        "project_count": 6,
        "team_count": 7,
    }


@pytest.fixture
def changed(small_rules, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(small_rules, changed)
    settings = changed / "ruleset.yaml"
    text = settings.read_text()
    version = next(line for line in text.splitlines() if line.startswith("version:"))
    settings.write_text(text.replace(version, "version: 99.0.0"))
    return changed


def test_a_run_is_explained_by_its_own_rules_whatever_they_are_today(explain, run, changed):
    assert explain(run, "INI-2", rules=changed).stdout == explain(run, "INI-2").stdout


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PK")])
def test_rules_that_have_changed_are_said_and_not_used(explain, run, changed, damage):
    damage(run / "latest" / "rules.zip")
    done = explain(run, "INI-2", rules=changed)
    assert done.returncode == 0
    assert "The rules have changed since this run" in done.stdout
    assert "Technical Program Manager" in done.stdout
    data = json.loads(explain(run, "INI-2", "--format", "json", rules=changed).stdout)
    manifest = json.loads((run / "latest" / "manifest.json").read_bytes())
    assert data["status"] == "stored"
    assert data["ruleset"] == manifest["ruleset"]["sha256"]
    assert data["evidence"]


def test_a_run_without_facts_shows_what_it_published(explain, run):
    (run / "latest" / store.NAME).unlink()
    assert "kept no facts" in explain(run, "INI-2").stdout


def test_a_run_of_a_program_that_decided_otherwise_shows_what_it_published(explain, run):
    path = run / "latest" / "initiatives.parquet"
    table = pq.read_table(path)
    scores = table.column_names.index("project_score")
    path.unlink()
    pq.write_table(table.set_column(scores, "project_score", [[77] * table.num_rows]), path)
    done = explain(run, "INI-2")
    assert "The program has changed since this run" in done.stdout
    assert "77 for project" in done.stdout


@pytest.mark.parametrize("asked", ["run", "portfolio"])
def test_an_unknown_id_is_a_usage_error_with_a_guess(explain, portfolio, run, asked):
    done = explain({"run": run, "portfolio": portfolio}[asked], "INI-22")
    assert done.returncode == 2
    assert "no initiative 'INI-22'. Did you mean 'INI-2'?" in done.stderr
    assert done.stdout == ""


def test_an_id_that_steers_a_terminal_is_shown_escaped(explain, portfolio):
    done = explain(portfolio, "\x1b[31mX\u202e")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr


@pytest.mark.parametrize("published", [True, False])
def test_a_quarantined_id_hears_why(explain, staffing, quarantining, published):
    target = quarantining
    if published:
        assert staffing.here("classify", quarantining, "--output", "out").returncode == 3
        target = staffing.folder / "out"
    done = explain(target, "INI-2")
    assert done.returncode == 2
    assert "'INI-2' is quarantined, so nothing was decided about it: " in done.stderr


def test_a_folder_with_another_manifest_is_refused(explain, tmp_path):
    (tmp_path / "manifest.json").write_text("[]")
    done = explain(tmp_path, "INI-2")
    assert done.returncode == 4
    assert "[I096] this is no manifest of a run" in done.stderr


def test_a_run_whose_initiatives_are_damaged_is_refused(explain, run):
    (run / "latest" / "initiatives.parquet").write_bytes(b"PAR1")
    assert "[I096] the initiatives of this run cannot be read" in explain(run, "INI-2").stderr


def test_a_portfolio_that_is_not_there_is_bad_input(explain):
    assert explain("nowhere.csv", "INI-2").returncode == 4


def test_help_has_an_example(staffing):
    assert "Example: staffing explain" in staffing.here("explain", "--help").stdout


def test_on_a_terminal_it_has_colours_and_brackets_stay(explain, staffing, monkeypatch):
    path = staffing.folder / "brackets.csv"
    path.write_text("Initiative ID,Name,Project count\nINI-1,Renew [bold]the[/bold] grid,4\n")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    # By its name in sys.modules: in the package the command hides its module.
    module = importlib.import_module("pipeline.cli.explain")
    monkeypatch.setattr(module, "is_watched", lambda: True)
    shown = explain(path, "INI-1").stdout
    assert "Renew [bold]the[/bold] grid" in shown
    assert "\x1b[1" in shown
