"""Progress: for a person before a terminal who waits, for nobody else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time

import pytest

from pipeline import progress
from pipeline.runlog import RunLog

WAITING = """
import sys, time
from pipeline import progress
progress.PATIENCE = {patience}
with progress.shown(quiet={quiet}) as begins:
    begins("facts")
    {until}
    time.sleep({seconds})
    begins("report")
    time.sleep({seconds})
print("done")
"""


APPEARED = "while begins.__self__._progress is None: time.sleep(0.01)"


def on_a_terminal(*, patience, seconds, quiet=False, until="pass"):
    code = WAITING.format(patience=patience, seconds=seconds, quiet=quiet, until=until)
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", code],
        stderr=theirs,
        stdout=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm"},
        check=True,
        timeout=60,
    )
    os.close(theirs)
    told = b""
    try:
        while piece := os.read(ours, 65536):
            told += piece
    except OSError:
        pass
    os.close(ours)
    assert done.stdout == b"done\n"
    return told.decode()


def test_a_person_who_waits_is_told_each_step():
    told = on_a_terminal(patience=0.01, seconds=0.1, until=APPEARED)
    assert "Collecting facts" in told
    assert "Writing the report" in told


@pytest.mark.parametrize(
    "how", [{"patience": 60, "seconds": 0.05}, {"patience": 0.01, "seconds": 0.3, "quiet": True}]
)
def test_nothing_is_shown_soon_or_to_who_wants_quiet(how):
    assert on_a_terminal(**how) == ""


def test_cron_sees_nothing():
    code = WAITING.format(patience=0.01, seconds=0.3, quiet=False, until="pass")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"done\n", b"")


def test_every_step_of_a_run_has_words(root):
    source = (root / "pipeline" / "run.py").read_text(encoding="utf-8")
    steps = {part.split('"')[1] for part in source.split("log.step(")[1:]}
    assert steps <= {*progress._STEPS}


def test_a_log_tells_what_begins():
    told = []
    log = RunLog(told.append)
    with log.step("facts"):
        time.sleep(0)
    assert told == ["facts"]
