from __future__ import annotations

import json
import stat
import time

import pytest

from pipeline.runlog import RunLog

CODENAME = "Operation Nightjar"


def _lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_object_a_line(tmp_path):
    log = RunLog()
    log.event("run", run_id="a", rows=3)
    with log.step("ingest"):
        time.sleep(0.01)
    log.write(tmp_path / "run.log")
    first, second = _lines(tmp_path / "run.log")
    assert (first["event"], first["run_id"], first["rows"]) == ("run", "a", 3)
    assert (second["event"], second["step"]) == ("step", "ingest")
    assert second["seconds"] >= 0.01
    assert log.seconds == {"ingest": second["seconds"]}
    assert log.elapsed >= second["seconds"]
    for line in (first, second):
        assert line["level"] == "info"
        assert line["timestamp"].endswith("Z")


def test_step_that_fails_is_no_step_done():
    log = RunLog()

    def fail():
        with log.step("ingest"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert log.seconds == {}


def test_file_is_new_and_private(tmp_path):
    log = RunLog()
    log.write(tmp_path / "run.log")
    assert stat.S_IMODE((tmp_path / "run.log").stat().st_mode) & 0o007 == 0
    with pytest.raises(FileExistsError):
        log.write(tmp_path / "run.log")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        log.write(tmp_path / "link")
    assert not (tmp_path / "victim").exists()


def test_log_of_a_run_has_every_step_and_no_cell(staffing):
    given = staffing.folder / "portfolio.csv"
    given.write_text(
        f"Id,Name,Team count,End date,Remark {CODENAME}\n"
        f"{CODENAME},{CODENAME},{CODENAME},{CODENAME},{CODENAME}\nB,{CODENAME},-2,,\n"
    )
    assert staffing.here("classify", given).returncode == 3
    run = staffing.folder / "out" / "latest"
    assert CODENAME in (run / "initiatives.csv").read_text()
    text = (run / "run.log").read_text()
    assert CODENAME not in text
    lines = _lines(run / "run.log")
    steps = [line["step"] for line in lines if line["event"] == "step"]
    assert steps[:4] == ["rules", "ingest", "parse", "validate"]
    assert {"facts", "engine", "report"} <= set(steps)
    done = lines[-1]
    assert (done["event"], done["read"], done["quarantined"]) == ("done", 2, 1)
