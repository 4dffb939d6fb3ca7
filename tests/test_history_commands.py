"""staffing history: what is remembered, on the terminal and as JSON."""

from __future__ import annotations

import json
import shutil

import pytest

pytestmark = pytest.mark.thorough

BEFORE = "INI-1,Replace the scanners,1,1,2026-07-31\n"
AFTER = "INI-1,Replace the scanners,6,7,\n"


@pytest.fixture
def two_nights(staffing, portfolio):
    staffing.here("classify", portfolio, "--as-of", "2026-07-01")
    portfolio.write_text(portfolio.read_text().replace(BEFORE, AFTER))
    staffing.here("classify", portfolio, "--as-of", "2026-07-02")
    return staffing


def test_backfill_makes_the_output_folder_for_our_eyes_only(two_nights):
    run = two_nights.here("history", "backfill", "out", "--output", "new/bf")
    assert (run.returncode, run.stderr) == (0, "")
    assert "2 runs remembered" in run.stdout
    new = two_nights.folder / "new" / "bf"
    assert {path.stat().st_mode & 0o777 for path in (new, new.parent)} == {0o750}
    assert [path.name for path in new.iterdir()] == ["history.sqlite"]


def test_before_the_first_run_there_is_nothing_and_none_is_made(staffing):
    run = staffing.here("history", "list")
    assert (run.returncode, "[H004] nothing is remembered yet" in run.stderr) == (4, True)
    assert not (staffing.folder / "out").exists()


def test_runs_are_listed(two_nights):
    told = two_nights.here("history", "list").stdout.splitlines()
    assert [line[:10] for line in told[1:]] == ["2026-07-01", "2026-07-02"]
    listed = json.loads(two_nights.here("history", "list", "--format", "json").stdout)
    assert [run["as_of"] for run in listed] == ["2026-07-01", "2026-07-02"]
    assert listed[1]["since"] == listed[0]["run_id"]


def test_two_runs_are_compared(two_nights):
    told = two_nights.here("history", "diff", "2026-07-01", "2026-07-02").stdout
    assert "Verdicts that flipped: 1" in told
    assert "INI-1  Replace the scanners  [data]" in told
    assert "project_count 1→6" in told
    run = two_nights.here("history", "diff", "2026-07-01", "2026-07-02", "--format", "json")
    (change,) = json.loads(run.stdout)["changes"]
    assert (change["initiative_id"], change["cause"]) == ("INI-1", "data")
    assert (
        "Nothing differs" in two_nights.here("history", "diff", "2026-07-02", "2026-07-02").stdout
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("2026-07-03", "no run '2026-07-03'"), ("2026", "how several runs begin")],
)
def test_run_that_is_not_there_or_not_one(two_nights, name, said):
    run = two_nights.here("history", "diff", name, "2026-07-02")
    assert (run.returncode, said in run.stderr) == (4, True)


def test_initiative_is_told_through_all_runs(two_nights):
    told = two_nights.here("history", "show", "INI-1").stdout
    assert "2026-07-01  Technical Project Manager" in told
    assert "2026-07-02  Technical Program Manager" in told
    assert "project_count 1→6" in told
    shown = json.loads(two_nights.here("history", "show", "INI-1", "--format", "json").stdout)
    assert len(shown["spells"]) == 2
    assert shown["changes"][0]["change"]["cause"] == "data"
    assert two_nights.here("history", "show", "INI-9").returncode == 4


def test_nothing_in_a_cell_steers_the_terminal(staffing, portfolio):
    portfolio.write_text(portfolio.read_text().replace("Move", "Mo\x1b[31mve\u202e"))
    staffing.here("classify", portfolio)
    portfolio.write_text(portfolio.read_text().replace("INI-3", "INI-4"))
    staffing.here("classify", portfolio, "--as-of", "2026-07-02")
    told = staffing.here("history", "diff", "2026-06", "2026-07").stdout
    assert "INI-4" in told
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_lost_store_is_filled_from_run_folders(two_nights):
    out = two_nights.folder / "out"
    asked = (("history", "list", "--format", "json"), ("history", "show", "INI-1"))
    before = [two_nights.here(*words).stdout for words in asked]
    (out / "history.sqlite").unlink()
    latest = (out / "latest").resolve()
    shutil.copytree(latest, out / "damaged")
    (out / "damaged" / "initiatives.parquet").write_bytes(b"PAR1")
    manifest = (out / "damaged" / "manifest.json").read_text()
    (out / "damaged" / "manifest.json").write_text(manifest.replace(latest.name, "2026-07-02-x"))
    run = two_nights.here("history", "backfill", "out")
    assert "2 runs remembered, 0 known already, 1 that cannot be read" in run.stdout
    assert "not the file that the run published" in run.stderr
    again = two_nights.here("history", "backfill", "out")
    assert "0 runs remembered, 2 known already" in again.stdout
    after = [two_nights.here(*words).stdout for words in asked]
    assert after[1] == before[1]
    assert "[data]" in two_nights.here("history", "diff", "2026-07-01", "2026-07-02").stdout
    for old, new in zip(json.loads(before[0]), json.loads(after[0]), strict=True):
        assert {**old, "recorded": ""} == {**new, "recorded": ""}


def test_rules_that_changed_are_the_cause_after_the_store_was_lost(staffing, portfolio):
    rules = shutil.copytree(staffing.rules, staffing.folder / "changed")
    staffing.here("classify", portfolio, "--as-of", "2026-07-01", "--rules", rules)
    for path in (rules / "verdict").glob("VER-0*.yaml"):
        path.write_text(path.read_text().replace("gte: 2", "gte: 30"))
    staffing.here("classify", portfolio, "--as-of", "2026-07-02", "--rules", rules)
    shutil.rmtree(rules)
    (staffing.folder / "out" / "history.sqlite").unlink()
    assert "2 runs" in staffing.here("history", "backfill", "out").stdout
    run = staffing.here("history", "diff", "2026-07-01", "2026-07-02", "--format", "json")
    changes = json.loads(run.stdout)["changes"]
    assert {change["cause"] for change in changes if change["change"] == "flipped"} == {"rules"}
    assert "VER-0" in changes[0]["explanation"]


def test_runs_that_kept_no_rules_are_remembered_with_the_rules_named(two_nights):
    out = two_nights.folder / "out"
    for run in out.glob("2026-*"):
        (run / "rules.zip").unlink()
    told = []
    for rules in ((), ("--rules", str(two_nights.rules))):
        (out / "history.sqlite").unlink()
        assert "2 runs" in two_nights.here("history", "backfill", "out", *rules).stdout
        told.append(two_nights.here("history", "diff", "2026-07-01", "2026-07-02").stdout)
    assert "not kept, so no cause can be told" in told[0]
    assert "[data]" in told[1]


def test_rules_that_are_not_those_the_run_published_are_refused(two_nights):
    out = two_nights.folder / "out"
    (out / "history.sqlite").unlink()
    (min(out.glob("2026-*")) / "rules.zip").write_bytes(b"PK")
    run = two_nights.here("history", "backfill", "out")
    assert "1 runs remembered, 0 known already, 1 that cannot be read" in run.stdout
    assert "rules.zip" in run.stderr
