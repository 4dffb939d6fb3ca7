"""What whole runs publish: the same bytes everywhere, and nothing half."""

from __future__ import annotations

import csv
import os
import random
import shutil
import stat
import time

import pytest


def _published(folder):
    latest = folder / "latest"
    return {path.name: path.read_bytes() for path in latest.iterdir() if path.name != "run.log"}


@pytest.mark.thorough
def test_bytes_depend_on_nothing_but_the_work(staffing, quarantining):
    ways = (
        ({"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"}, "."),
        ({"PYTHONHASHSEED": "77", "TZ": "America/Adak", "LC_ALL": "C", "LANG": "tr_TR"}, "far/off"),
    )
    seen = []
    for number, (env, place) in enumerate(ways):
        cwd = staffing.folder / place
        cwd.mkdir(parents=True, exist_ok=True)
        given = os.path.relpath(quarantining, cwd)
        run = staffing("classify", given, "--output", f"out-{number}", env=env, cwd=cwd)
        assert run.returncode == 3, run.stderr
        out = cwd / f"out-{number}"
        seen.append((str((out / "latest").readlink()), _published(out)))
    assert seen[0] == seen[1]


def test_same_run_again_changes_nothing(staffing, portfolio):
    assert staffing.here("classify", portfolio).returncode == 0
    latest = (staffing.folder / "out" / "latest").resolve()
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in latest.iterdir()}
    again = staffing.here("classify", portfolio)
    assert again.returncode == 0
    assert "nothing has changed" in again.stdout
    assert before == {
        path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in latest.iterdir()
    }


def test_an_output_folder_over_a_link_is_published_in(staffing, portfolio, whole):
    """As systemd keeps the folder of a dynamic user: private/staffing, and a link to it."""
    kept = staffing.folder / "private" / "staffing"
    kept.mkdir(parents=True)
    (staffing.folder / "out").symlink_to("private/staffing")
    run = staffing.here("classify", portfolio)
    assert (run.returncode, run.stderr) == (0, "")
    (name,) = whole(kept)
    assert f"Report: out/{name}/report.html" in run.stdout
    assert (staffing.folder / "out").is_symlink()
    assert (kept / "history.sqlite").is_file()
    doctor = staffing.here("doctor", "--output", "out")
    assert (doctor.returncode, "MEND" in doctor.stdout) == (0, False)


def test_an_output_folder_whose_link_leads_nowhere_is_refused(staffing, portfolio):
    (staffing.folder / "out").symlink_to("nowhere")
    run = staffing.here("classify", portfolio)
    doctor = staffing.here("doctor", "--output", "out")
    assert (run.returncode, doctor.returncode) == (7, 7)
    assert "the link leads nowhere" in run.stderr
    assert "the link leads nowhere" in doctor.stdout
    assert not (staffing.folder / "nowhere").exists()


def test_damaged_run_is_published_anew(staffing, portfolio, whole):
    staffing.here("classify", portfolio)
    latest = staffing.folder / "out" / "latest"
    (latest / "initiatives.csv").write_text("damaged")
    (latest / "report.html").unlink()
    again = staffing.here("classify", portfolio)
    assert (again.returncode, "nothing has changed" in again.stdout) == (0, False)
    assert len(whole(staffing.folder / "out")) == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    "change",
    ["as_of", "portfolio", "name", "rules", "mapping", "profile"],
)
def test_other_work_has_another_id(staffing, portfolio, small_rules, whole, change):
    assert staffing.here("classify", portfolio).returncode == 0
    flags = []
    if change == "as_of":
        flags = ["--as-of", "2026-07-01"]
    elif change == "portfolio":
        portfolio.write_text(portfolio.read_text() + "INI-4,One more,,,\n")
    elif change == "name":
        portfolio = portfolio.rename(staffing.folder / "other.csv")
    elif change == "profile":
        flags = ["--profile", "jira"]
    elif change == "mapping":
        (staffing.folder / "mapping.yaml").write_text("name: Name\n")
        flags = ["--mapping", "mapping.yaml"]
    else:
        rules = shutil.copytree(small_rules, staffing.folder / "rules")
        rule = rules / "scope" / "SCO-003.yaml"
        rule.write_text(rule.read_text().replace("weight: 2", "weight: 1"))
        flags = ["--rules", "rules"]
    assert staffing.here("classify", portfolio, *flags).returncode == 0
    assert len(whole(staffing.folder / "out")) == 2


@pytest.mark.parametrize("mask", [0o000, 0o077], ids=oct)
def test_modes_whatever_the_umask(staffing, portfolio, mask):
    before = os.umask(mask)
    try:
        assert staffing.here("classify", portfolio).returncode == 0
    finally:
        os.umask(before)
    out = staffing.folder / "out"
    for path in (out, *out.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            assert oct(mode) == oct(0o750 if path.is_dir() else 0o640), path


def test_output_beside_the_input_leaves_the_input_alone(staffing, portfolio):
    content = portfolio.read_bytes()
    assert staffing.here("classify", portfolio, "--output", ".").returncode == 0
    assert portfolio.read_bytes() == content


def test_own_output_can_be_classified_again(staffing, portfolio, whole):
    assert staffing.here("classify", portfolio).returncode == 0
    assert staffing.here("classify", "out/latest/initiatives.csv").returncode == 0
    assert len(whole(staffing.folder / "out")) == 2


@pytest.mark.thorough
def test_runs_at_once_publish_one_whole_run(staffing, portfolio, whole):
    runs = [staffing.start("classify", portfolio) for _ in range(3)]
    for run in runs:
        run.communicate(timeout=120)
    statuses = {run.returncode for run in runs}
    assert 0 in statuses
    assert statuses <= {0, 6}
    assert len(whole(staffing.folder / "out")) == 1


@pytest.mark.thorough
def test_killed_at_random_moments(staffing, portfolio, whole):
    """Old or new run whole after each kill; the next run cleans up. Calls are in unit tests."""
    out = staffing.folder / "out"
    assert staffing.here("classify", portfolio).returncode == 0
    chance = random.Random(4)  # noqa: S311 -- no secret
    for number in range(1, 5):
        run = staffing.start("classify", portfolio, "--as-of", f"2026-07-0{number}")
        time.sleep(chance.uniform(0.8, 2.2))
        run.kill()
        run.communicate(timeout=60)
        assert (out / "latest" / "manifest.json").exists()
    assert staffing.here("classify", portfolio, "--as-of", "2026-08-01").returncode == 0
    assert str((out / "latest").readlink()).startswith("2026-08-01-")
    whole(out)


def test_odd_file_name_is_no_obstacle(staffing, portfolio, whole):
    name = os.fsdecode(os.fsencode(staffing.folder) + b"/\xff\x1b[31m\n=1+1.csv")
    portfolio.rename(name)
    run = staffing.here("classify", name)
    assert run.returncode == 0
    assert "\x1b" not in run.stdout
    assert "\x1b" not in staffing.here("validate", name).stdout
    assert "\x1b" not in staffing.here("classify", name + "x").stderr
    whole(staffing.folder / "out")


CONTRACT = [
    *("initiative_id", "name", "verdict", "lean", "confidence", "project_score", "program_score"),
    *("complexity_level", "decided_by", "evidence", "rationale", "flips", "advisories"),
    *("source_line", "description", "business_unit", "sponsor", "status", "priority", "parent_id"),
    *("depends_on", "project_count", "team_count", "teams", "people_count", "technical_domains"),
    *("business_units", "vendors", "stakeholder_level", "stakeholder_count", "decision_level"),
    *("strategic_goals", "deliverable_type", "scope_definition", "delivery_model", "start_date"),
    *("end_date", "budget", "currency", "current_role", "owner"),
]
QUARANTINE = ["source_line", "initiative_id", "column", "value", "problem", "hint"]


def _table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_columns_are_those_of_the_contract(staffing, quarantining):
    lines = quarantining.read_text().splitlines()
    lines[0] += ",Remark,Remark"
    quarantining.write_text("\n".join([lines[0], *(f"{line},a,b" for line in lines[1:])]) + "\n")
    assert staffing.here("classify", quarantining).returncode == 3
    latest = staffing.folder / "out" / "latest"
    header, *rows = _table(latest / "initiatives.csv")
    assert header[: len(CONTRACT)] == CONTRACT
    assert header[-2:] == ["Remark", "Remark (2)"]
    assert [row[-2:] for row in rows] == [["a", "b"]] * 2
    assert [row[0] for row in rows] == ["INI-1", "INI-3"]
    header, *rows = _table(latest / "quarantine.csv")
    assert header[: len(QUARANTINE)] == QUARANTINE
    assert {"file", "sheet"} <= set(header)
    assert [row[:5] for row in rows] == [["3", "INI-2", "team_count", "-7", "count-negative"]]


def test_input_columns_named_like_ours_stand_apart(staffing):
    given = staffing.folder / "given.csv"
    given.write_text("Id,Name,verdict,verdict (input),Budget,budget\nA,One,mine,too,5,6\n")
    assert staffing.here("classify", given).returncode == 0
    header, row = _table(staffing.folder / "out" / "latest" / "initiatives.csv")
    assert len(set(header)) == len(header)
    named = dict(zip(header, row, strict=True))
    assert named["verdict"] == "undecided"
    assert {"mine", "too"} <= {value for name, value in named.items() if "(input)" in name}
