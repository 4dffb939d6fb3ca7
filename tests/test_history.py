"""Whole runs one after the other: what changed, and what becomes of a crash or a broken store."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3

import pandas as pd
import pytest

from pipeline.fingerprint import fingerprint
from pipeline.history import connect

pytestmark = pytest.mark.thorough

STORE = "history.sqlite"
FLIPPED = "INI-1,Replace the scanners,6,7,\n"
BEFORE = "INI-1,Replace the scanners,1,1,2026-07-31\n"


def table(out, name):
    with (out / "latest" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changes(out):
    return table(out, "changes.csv")


def edit(portfolio, before, after):
    text = portfolio.read_text(encoding="utf-8")
    assert before in text
    portfolio.write_text(text.replace(before, after), encoding="utf-8")


def remembered(out):
    with sqlite3.connect(out / STORE) as raw:
        rows = raw.execute("SELECT run_id, since FROM run ORDER BY number").fetchall()
    raw.close()
    return rows


def manifest(out):
    return json.loads((out / "latest" / "manifest.json").read_bytes())


@pytest.fixture
def night(staffing, portfolio):
    """Classifies the portfolio as of a day of July."""

    def classify(day, *flags, **how):
        call = staffing if how else staffing.here
        return call("classify", portfolio, "--as-of", f"2026-07-{day:02d}", *flags, **how)

    return classify


@pytest.fixture
def out(staffing):
    return staffing.folder / "out"


def test_first_run_knows_of_no_changes(night, out):
    run = night(1)
    assert "changed since" not in run.stdout
    assert not (out / "latest" / "changes.csv").exists()
    assert "since" not in manifest(out)
    assert remembered(out) == [((out / "latest").readlink().name, "")]


def test_flip_is_told_with_its_field_its_rules_and_its_cause(night, out, portfolio):
    night(1)
    first = (out / "latest").readlink().name
    edit(portfolio, BEFORE, FLIPPED)
    edit(portfolio, "INI-3,Move the archive,,,\n", "INI-4,Move the archive,,,\n")
    run = night(2)
    assert "1  verdict changed since 2026-07-01" in run.stdout
    flipped, added, gone = changes(out)
    assert (flipped["initiative_id"], flipped["change"]) == ("INI-1", "flipped")
    assert flipped["verdict_before"] == "project_manager"
    assert flipped["verdict_after"] == "program_manager"
    assert flipped["cause"] == "data"
    assert "project_count 1→6" in flipped["fields"]
    assert flipped["rules_began"]
    assert flipped["rules_stopped"]
    assert (
        "From a Technical Project Manager to a Technical Program Manager"
        in (flipped["explanation"])
    )
    assert (added["initiative_id"], added["change"]) == ("INI-4", "added")
    assert (gone["initiative_id"], gone["change"]) == ("INI-3", "gone")
    assert manifest(out)["since"] == first


def test_row_that_is_quarantined_now_is_gone_for_that_reason(night, out, portfolio):
    night(1)
    edit(portfolio, "6,7,", "6,-7,")
    night(2)
    assert [row["explanation"] for row in changes(out)] == [
        "Its row is quarantined now; it was a Technical Program Manager."
    ]


def test_same_work_again_changes_nothing_not_even_the_store(night, out, portfolio, picture):
    night(1)
    edit(portfolio, BEFORE, FLIPPED)
    night(2)
    before, store = picture(out), (out / STORE).read_bytes()
    assert "nothing has changed" in night(2).stdout
    assert (picture(out), (out / STORE).read_bytes()) == (before, store)


def test_same_work_again_after_other_work_is_compared_as_it_was(night, out, portfolio):
    night(1)
    edit(portfolio, BEFORE, FLIPPED)
    night(3)
    third = {path.name: path.read_bytes() for path in (out / "latest").iterdir()}
    edit(portfolio, FLIPPED, BEFORE)
    night(2)  # between the two
    edit(portfolio, BEFORE, FLIPPED)
    assert "nothing has changed" in night(3).stdout
    again = {path.name: path.read_bytes() for path in (out / "latest").iterdir()}
    assert again == third


def test_changed_rules_are_the_cause(night, out, small_rules, staffing):
    rules = shutil.copytree(small_rules, staffing.folder / "rules")
    night(1, "--rules", rules)
    for path in (rules / "verdict").glob("VER-0*.yaml"):
        path.write_text(path.read_text().replace("gte: 2", "gte: 30"))
    night(2, "--rules", rules)
    assert {row["cause"] for row in changes(out) if row["change"] == "flipped"} == {"rules"}


def test_run_killed_before_it_was_remembered_is_mended(night, out, portfolio, whole):
    night(1)
    edit(portfolio, BEFORE, FLIPPED)
    plug = (
        "import os, signal\nfrom pipeline import memory\n"
        "memory.Memory.remember = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert night(2, plug=plug).returncode == -9
    first, second = sorted(path.name for path in out.glob("2026-*"))
    assert [run_id for run_id, _ in remembered(out)] == [first]
    night(3)
    third = (out / "latest").readlink().name
    assert remembered(out) == [(first, ""), (second, first), (third, second)]
    assert changes(out) == []
    whole(out)


def _damage(store):
    store.write_bytes(b"no database " * 500)


def _take_away_tables(store):
    with sqlite3.connect(store) as raw:
        raw.execute("DROP TABLE verdict")
    raw.close()


def _make_newer(store):
    with sqlite3.connect(store) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()


def _write_nonsense(store):
    with sqlite3.connect(store) as raw:
        raw.execute("UPDATE facts SET facts = 'nonsense'")
    raw.close()


@pytest.mark.parametrize("damage", [_damage, _take_away_tables, _make_newer, _write_nonsense])
def test_broken_store_loses_no_report(night, out, portfolio, damage):
    night(1)
    damage(out / STORE)
    kept = (out / STORE).read_bytes()
    edit(portfolio, BEFORE, FLIPPED)
    run = night(2)
    assert run.returncode == 0
    assert "published, but not remembered" in run.stderr
    assert (out / STORE).read_bytes() == kept
    assert str((out / "latest").readlink()).startswith("2026-07-02")
    assert "history_trouble" in (out / "latest" / "run.log").read_text()
    (out / STORE).unlink()
    run = night(3)
    assert run.stderr == ""
    assert len(remembered(out)) == 3
    assert changes(out) == []


def test_store_that_breaks_after_publishing_is_told_in_the_log(night, out):
    plug = (
        "from pipeline.history import runs\nfrom pipeline.history.faults import StoreUnusable\n"
        "def record(*_):\n    raise StoreUnusable('it broke', hint='Mend it')\n"
        "runs.record = record"
    )
    run = night(1, plug=plug)
    assert (run.returncode, "it broke" in run.stderr) == (0, True)
    assert "history_trouble" in (out / "latest" / "run.log").read_text()


def test_two_outputs_at_once_share_one_store(staffing, portfolio):
    url = f"sqlite:///{staffing.folder}/shared.sqlite"
    (staffing.folder / "staffing.toml").write_text(f'[history]\nurl = "{url}"\n')
    started = [
        staffing.start(
            "classify", portfolio, "--output", f"out-{day}", "--as-of", f"2026-07-0{day}"
        )
        for day in (1, 2)
    ]
    for run in started:
        _, stderr = run.communicate(timeout=120)
        assert (run.returncode, stderr) == (0, "")
    with sqlite3.connect(staffing.folder / "shared.sqlite") as raw:
        days = raw.execute("SELECT number, as_of FROM run ORDER BY number").fetchall()
        rows = raw.execute("SELECT count(*) FROM verdict").fetchone()
    raw.close()
    assert days == [(1, "2026-07-01"), (2, "2026-07-02")]
    assert rows == (3,)


def test_history_can_be_switched_off_and_cut_short(night, out, staffing):
    (staffing.folder / "staffing.toml").write_text("[history]\nenabled = false\n")
    night(1)
    assert not (out / STORE).exists()
    (staffing.folder / "staffing.toml").write_text("[history]\nkeep = 2\n")
    for day in (2, 3, 4):
        night(day)
    assert [run_id[:10] for run_id, _ in remembered(out)] == ["2026-07-03", "2026-07-04"]


def test_no_folder_needs_to_be_there_any_more(night, out, portfolio):
    night(1)
    shutil.rmtree((out / "latest").resolve())
    edit(portfolio, BEFORE, FLIPPED)
    night(2)
    assert [row["cause"] for row in changes(out)] == ["data"]


def decide(out, place=0, day=1):
    """Agree with the latest run on one initiative, by way of the store."""
    run_id = (out / "latest").readlink().name
    row = pd.read_parquet(out / "latest" / "initiatives.parquet").iloc[place]
    scores = {name: int(row[name]) for name in ("project_score", "program_score")}
    same = {name: row[name] for name in ("initiative_id", "verdict", "evidence")}
    decided = pd.DataFrame(
        [
            {
                **same,
                "decision": "agree",
                "decided_by": "Ines",
                "decided_on": f"2026-07-{day:02d}",
                "comment": "=1+1",
                "fingerprint": fingerprint(**same, **scores),
            }
        ]
    )
    connect(out / STORE).record_decisions(run_id, decided)


def test_decision_makes_it_other_work_and_stands_until_the_evidence_changes(night, out, portfolio):
    night(1)
    first = (out / "latest").readlink().name
    decide(out)
    night(1)
    assert (out / "latest").readlink().name != first
    assert [(told["state"], told["comment"]) for told in table(out, "decisions.csv")] == [
        ("in_force", "'=1+1")
    ]
    edit(portfolio, BEFORE, FLIPPED)
    night(2)
    (told,) = table(out, "decisions.csv")
    assert told["state"] == "reopened"
    assert "turned from project manager to program manager; project_count 1→6" in told["reason"]


def test_other_weight_alone_is_a_change_opens_a_decision_again_and_is_named(
    night, out, small_rules, staffing
):
    rules = shutil.copytree(small_rules, staffing.folder / "rules")
    heavy = rules / "scope" / "SCO-001.yaml"
    night(1, "--rules", rules)
    decide(out, place=1)
    night(1, "--rules", rules)
    assert [told["state"] for told in table(out, "decisions.csv")] == ["in_force"]
    heavy.write_text(heavy.read_text().replace("weight: 3", "weight: 2"))
    night(2, "--rules", rules)
    (change,) = changes(out)
    assert [change[name] for name in ("initiative_id", "change", "cause", "points")] == [
        "INI-2",
        "evidence",
        "rules",
        "SCO-001 3→2",
    ]
    (told,) = table(out, "decisions.csv")
    assert told["reason"] == "Since it was decided, rules give other points: SCO-001 3→2."
    heavy.write_text(heavy.read_text().replace("weight: 2", "weight: 3"))
    night(3, "--rules", rules)
    shown = staffing.here("history", "show", "INI-2").stdout
    assert "2026-07-01  Ines decided: agree: =1+1\n" in shown
    assert f"    2026-07-02  opened again. {told['reason']}\n" in shown
    assert "    2026-07-03  in force again.\n    It is in force.\n" in shown
    heavy.write_text(heavy.read_text().replace("weight: 3", "weight: 1"))
    night(4, "--rules", rules)
    decide(out, place=1, day=4)
    listed = json.loads(staffing.here("history", "show", "INI-2", "--format", "json").stdout)
    first, second = listed["decisions"]
    assert (first["state"], second["state"]) == ("replaced", "in_force")
    assert [turn["as_of"] for turn in first["turns"]] == ["2026-07-02", "2026-07-03", "2026-07-04"]
    assert first["turns"][2]["reason"].endswith("SCO-001 3→1.")
