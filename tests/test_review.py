"""From the meeting back into the next night: real processes, a real workbook, a real store."""

from __future__ import annotations

import csv
import json
import runpy
import shutil
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.thorough

HEADER = 4
by_id = runpy.run_path(str(Path(__file__).parent / "unit" / "test_report_page.py"))["by_id"]


def sheet_of(folder):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    sheet = book["Review"]
    return book, sheet, {cell.value: cell.column for cell in sheet[HEADER]}


def decide(folder, to, decided):
    """Type decisions, by initiative, into the workbook of a run; save it under another name."""
    book, sheet, places = sheet_of(folder)
    for row in range(HEADER + 1, sheet.max_row + 1):
        key = sheet.cell(row, places["initiative_id"]).value
        if key in decided:
            for header, text in zip(("Decision", "Decided by"), decided[key], strict=True):
                sheet.cell(row, places[header]).value = text
    book.save(to)


def review_rows(folder):
    """The sheet Review of a run, by initiative."""
    _, sheet, places = sheet_of(folder)
    rows = range(HEADER + 1, sheet.max_row + 1)
    told = [{name: sheet.cell(row, place).value for name, place in places.items()} for row in rows]
    return {row["initiative_id"]: row for row in told}


def decisions(folder):
    with (folder / "decisions.csv").open(encoding="utf-8", newline="") as file:
        return {row["initiative_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Where the first run is kept; it is made by whoever needs it first."""
    return tmp_path_factory.mktemp("first") / "out"


@pytest.fixture
def latest(staffing, portfolio, first):
    """The folder of the latest run, after the first one, which is the same for all."""
    output = staffing.folder / "out"
    if first.exists():
        shutil.copytree(first, output, symlinks=True)
    else:
        assert staffing.here("classify", portfolio).returncode == 0
        shutil.copytree(output, first, symlinks=True)
    return output / "latest"


def test_a_decision_stands_until_its_evidence_changes(staffing, portfolio, latest):
    back = staffing.folder / "back.xlsx"
    decide(latest, back, {"INI-1": ("agree", "Ines"), "INI-2": ("defer", "Jo")})
    run = staffing("review", back, "--as-of", "2026-07-01")
    assert (run.returncode, run.stderr) == (0, "")
    assert "2  decisions taken over" in run.stdout

    assert staffing.here("classify", portfolio, "--as-of", "2026-07-02").returncode == 0
    told = decisions(latest)
    assert {key: row["state"] for key, row in told.items()} == dict.fromkeys(
        ("INI-1", "INI-2"), "in_force"
    )
    row = review_rows(latest)["INI-1"]
    assert (row["Decision"], row["Decided by"]) == ("agree", "Ines")
    assert row["Earlier decision"] == "In force: agree, by Ines on 2026-07-01."

    # Handing back what was filled in decides nothing anew.
    again = staffing.here("review", latest / "report.xlsx", "--json")
    counted = json.loads(again.stdout)
    assert (again.returncode, counted["untouched"], counted["taken"]) == (0, 1, [])
    # What was deferred is asked again, night by night.
    row = review_rows(latest)["INI-2"]
    assert (row["Look at"], row["Decision"]) == ("Waiting", None)
    assert row["Earlier decision"] == "Waiting: deferred by Jo on 2026-07-01."
    assert "Deferred by Jo on 2026-07-01. " in (latest / "brief.md").read_text()

    changed = portfolio.read_text().replace("INI-1,Replace the scanners,1,", "INI-1,Scanners,5,")
    portfolio.write_text(changed)
    assert staffing.here("classify", portfolio, "--as-of", "2026-07-03").returncode == 0
    told = decisions(latest)
    assert (told["INI-1"]["state"], told["INI-2"]["state"]) == ("reopened", "in_force")
    assert "the verdict turned from project manager" in told["INI-1"]["reason"]
    row = review_rows(latest)["INI-1"]
    assert (row["Look at"], row["Decision"]) == ("Opened again", None)
    assert told["INI-1"]["reason"] in row["Earlier decision"]


def test_the_exit_status_tells_rows_refused_from_a_workbook_refused(staffing, latest):
    back = staffing.folder / "back.xlsx"
    decide(latest, back, {"INI-1": ("perhaps", "Ines"), "INI-2": ("defer", "Jo")})
    run = staffing.here("review", back)
    assert run.returncode == 3
    assert "[V015] 'perhaps' is no decision." in run.stderr
    elsewhere = staffing.here("review", back, "--output", "elsewhere")
    assert elsewhere.returncode == 4
    assert "[V003]" in elsewhere.stderr
    assert not (staffing.folder / "elsewhere").exists()
    assert staffing.here("review", "nowhere.xlsx").returncode == 4


def test_a_workbook_of_a_run_that_was_taken_away_is_taken_over_from_history(
    staffing, portfolio, latest
):
    staffing.here("classify", portfolio, "--as-of", "2026-07-01")
    first = (staffing.folder / "out" / "latest").readlink().name
    workbook, tampered = staffing.folder / "back.xlsx", staffing.folder / "tampered.xlsx"
    decide(latest, workbook, {"INI-1": ("agree", "Ines"), "INI-2": ("defer", "Jo")})
    book, sheet, places = sheet_of(latest)
    sheet.cell(HEADER + 1, places["fingerprint"]).value = "0" * 16
    for header, text in (("Decision", "agree"), ("Decided by", "Jo")):
        sheet.cell(HEADER + 1, places[header]).value = text
    book.save(tampered)
    staffing.here("classify", portfolio, "--as-of", "2026-07-02", "--keep", "1")
    assert not (staffing.folder / "out" / first).exists()
    refused = staffing.here("review", tampered, "--dry-run")
    assert (refused.returncode, "[V013]" in refused.stderr) == (3, True)
    run = staffing.here("review", workbook)
    assert (run.returncode, run.stderr) == (0, "")
    staffing.here("classify", portfolio, "--as-of", "2026-07-03")
    told = decisions(latest)
    assert {row["run_id"] for row in told.values()} == {first}
    assert [row["state"] for row in told.values()] == ["in_force", "in_force"]
    (staffing.folder / "out" / "history.sqlite").unlink()
    gone = staffing.here("review", workbook, "--again")
    assert (gone.returncode, "[V003]" in gone.stderr) == (4, True)
    assert not (staffing.folder / "out" / "history.sqlite").exists()


def test_a_lost_store_gets_its_decisions_back_from_the_workbooks_that_were_kept(
    staffing, portfolio, latest
):
    first = latest.readlink().name
    for day, to, given in (
        (1, "a.xlsx", {"INI-1": ("agree", "Ines"), "INI-2": ("defer", "Jo")}),
        (2, "b.xlsx", {"INI-2": ("project manager", "Ines")}),
    ):
        decide(latest, staffing.folder / to, given)
        staffing.here("review", to, "--as-of", f"2026-07-0{day}")
    store = staffing.folder / "out" / "history.sqlite"
    store.unlink()
    run = staffing.here("history", "backfill", "out")
    assert (run.returncode, run.stderr) == (0, "")
    assert "3 decisions recorded again from the workbooks in out/reviews" in run.stdout
    assert "recorded again" not in staffing.here("history", "backfill", "out").stdout
    staffing.here("classify", portfolio, "--as-of", "2026-07-03")
    names = ("decision", "decided_by", "decided_on", "run_id", "state")
    assert {key: tuple(row[name] for name in names) for key, row in decisions(latest).items()} == {
        "INI-1": ("agree", "Ines", "2026-07-01", first, "in_force"),
        "INI-2": ("project_manager", "Ines", "2026-07-02", first, "in_force"),
    }
    told = by_id((latest / "report.html").read_text())["INI-2"][1]
    assert told["taken"] == [
        ["2026-07-01", "defer", "Jo", "Replaced"],
        ["2026-07-02", "project manager", "Ines", "In force"],
    ]
    store.unlink()
    staffing.here("classify", portfolio, "--as-of", "2026-07-03")
    assert [row["state"] for row in decisions(latest).values()] == ["in_force", "in_force"]
    store.unlink()
    decide(latest, staffing.folder / "c.xlsx", {"INI-3": ("defer", "Jo")})
    staffing.here("review", "c.xlsx", "--as-of", "2026-07-03")
    staffing.here("classify", portfolio, "--as-of", "2026-07-04")
    assert decisions(latest).keys() == {"INI-1", "INI-2", "INI-3"}
    kept = next((staffing.folder / "out" / "reviews").glob("*.xlsx"))
    kept.write_bytes(b"no workbook any more")
    store.unlink()
    run = staffing.here("history", "backfill", "out")
    assert (run.returncode, "[V001]" in run.stderr) == (0, True)
    assert "decisions recorded again" in run.stdout


def test_an_old_workbook_takes_no_newer_decisions_place(staffing, portfolio, latest):
    """Nor does it decide on evidence that is no longer so, not even with --again."""
    agreed = dict.fromkeys(("INI-1", "INI-2", "INI-3"), ("agree", "Ines"))
    decide(latest, staffing.folder / "old.xlsx", agreed)
    lines = portfolio.read_text().replace("INI-1,Replace the scanners,1,", "INI-1,Scanners,5,")
    portfolio.write_text("".join(x for x in lines.splitlines(True) if "INI-3" not in x))
    staffing.here("classify", portfolio, "--as-of", "2026-07-02")

    trial = staffing.here("review", "old.xlsx", "--dry-run")
    assert (trial.returncode, trial.stderr.count("[V022]"), trial.stderr.count("[V023]")) == (
        3,
        1,
        1,
    )

    decide(latest, staffing.folder / "new.xlsx", {"INI-1": ("project manager", "Bo")})
    assert staffing.here("review", "new.xlsx", "--as-of", "2026-07-02").returncode == 0
    for how in ([], ["--again"]):
        late = staffing.here("review", "old.xlsx", "--as-of", "2026-07-02", *how)
        assert (late.returncode, late.stderr.count("[V021]"), late.stderr.count("[V023]")) == (
            3,
            1,
            1,
        )
        assert "Bo decided 'project manager' about 'INI-1' on 2026-07-02" in late.stderr

    def given():
        staffing.here("classify", portfolio, "--as-of", "2026-07-03")
        told = decisions(latest)
        return {key: (row["decided_by"], row["state"]) for key, row in told.items()}

    expected = {"INI-1": ("Bo", "in_force"), "INI-2": ("Ines", "in_force")}
    assert given() == expected
    # Nor when the store is lost and the workbooks that were kept are read once more.
    (staffing.folder / "out" / "history.sqlite").unlink()
    assert given() == expected


def test_a_trial_makes_nothing(staffing, latest, picture):
    back = staffing.folder / "back.xlsx"
    decide(latest, back, {"INI-1": ("agree", "Ines")})
    before = picture(staffing.folder)
    run = staffing.here("review", back, "--dry-run")
    assert (run.returncode, "A trial: nothing was written." in run.stdout) == (0, True)
    assert picture(staffing.folder) == before


def test_the_night_takes_over_what_lies_in_the_drop_folder(staffing, portfolio, latest):
    drop = staffing.folder / "drop"
    drop.mkdir()
    decide(latest, drop / "back.xlsx", {"INI-1": ("agree", "Ines"), "INI-2": ("perhaps", "Jo")})
    (drop / "broken.xlsx").write_bytes(b"no workbook")
    (staffing.folder / "staffing.toml").write_text('[review]\ndrop_folder = "drop"\n')
    run = staffing.here("classify", portfolio, "--as-of", "2026-07-02")
    assert run.returncode == 0
    assert "1  decision taken over from the drop folder" in run.stdout
    assert "2 workbooks were refused, in part or as a whole: see drop/refused" in run.stderr
    assert decisions(latest)["INI-1"]["decided_on"] == "2026-07-02"
    assert review_rows(latest)["INI-1"]["Look at"] == "Decided"
    assert sorted(path.name for path in (drop / "refused").iterdir()) == [
        "back.xlsx",
        "back.xlsx.reasons.txt",
        "broken.xlsx",
        "broken.xlsx.reasons.txt",
    ]
    log = [json.loads(line) for line in (latest / "run.log").read_text().splitlines()]
    (event,) = [line for line in log if line["event"] == "reviews"]
    assert (event["decisions"], event["refused"]) == (1, 2)
    assert "Ines" not in (latest / "run.log").read_text()


def test_a_drop_folder_in_trouble_never_fails_the_night(staffing, portfolio):
    (staffing.folder / "staffing.toml").write_text('[review]\ndrop_folder = "nowhere"\n')
    run = staffing.here("classify", portfolio)
    assert run.returncode == 0
    assert "The drop folder could not be emptied" in run.stderr
