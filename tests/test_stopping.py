"""Signals to real processes: quiet, the right status, nothing published, nothing left behind."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import openpyxl
import pytest

# Waits at a place of the run until the file "go-on" comes, and says so with the file "here".
PAUSE = """
import pathlib, time
def pause():
    pathlib.Path("here").touch()
    while not pathlib.Path("go-on").exists():
        time.sleep(0.02)
"""
IMPORTING = """
import importlib.abc, sys
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pandas":
            pause()
sys.meta_path.insert(0, Slow())
"""
READING = """
import pipeline.run
pipeline.run.ingest.read = lambda *args, **options: pause()
"""
WRITING = """
import pipeline.run
write_all = pipeline.run.report.write_all
def slowly(data, folder):
    written = write_all(data, folder)
    pause()
    return written
pipeline.run.report.write_all = slowly
"""
PUBLISHING = """
import pipeline.publish.staging as staging
show = staging._show
def slowly(*args):
    show(*args)
    pause()
staging._show = slowly
"""
CLEANING = (
    WRITING
    + """
import shutil
rmtree = shutil.rmtree
def slowly_too(path):
    pathlib.Path("cleaning").touch()
    time.sleep(0.5)
    rmtree(path)
shutil.rmtree = slowly_too
"""
)


def _wait_for(path: Path) -> None:
    for _ in range(3000):
        if path.exists():
            return
        time.sleep(0.02)
    pytest.fail(f"{path} never came")


@pytest.fixture
def published(staffing, portfolio, picture):
    """An output folder with one run, and its picture; the run that is stopped is of another day."""
    assert staffing.here("classify", portfolio).returncode == 0
    return picture(staffing.folder / "out")


@pytest.mark.parametrize(
    ("number", "place"),
    [
        pytest.param(signal.SIGINT, IMPORTING, id="interrupt during imports"),
        pytest.param(signal.SIGTERM, IMPORTING, id="terminate during imports"),
        pytest.param(signal.SIGINT, READING, id="interrupt while reading"),
        pytest.param(signal.SIGTERM, WRITING, id="terminate while writing"),
        pytest.param(signal.SIGHUP, WRITING, id="hang up while writing"),
    ],
)
def test_signal_stops_the_run(staffing, portfolio, published, picture, number, place):
    run = staffing.start("classify", portfolio, "--as-of", "2026-07-01", plug=PAUSE + place)
    _wait_for(staffing.folder / "here")
    run.send_signal(number)
    stdout, stderr = run.communicate(timeout=60)
    assert run.returncode == 128 + number
    assert (stdout, stderr) == ("", f"stopped by {signal.Signals(number).name}\n")
    assert picture(staffing.folder / "out") == published


def test_who_is_stopped_does_not_free_what_the_run_holds(staffing, portfolio):
    """Python's own end takes seconds after a large run; what is registered for it never runs."""
    late = """
import atexit
atexit.register(pathlib.Path("late").touch)
"""
    run = staffing.start("classify", portfolio, plug=PAUSE + WRITING + late)
    _wait_for(staffing.folder / "here")
    run.terminate()
    assert run.communicate(timeout=60) == ("", "stopped by SIGTERM\n")
    assert run.returncode == 143
    assert not (staffing.folder / "late").exists()


@pytest.mark.thorough
def test_signal_to_the_first_run_leaves_no_folder(staffing, portfolio):
    run = staffing.start("classify", portfolio, "--output", "far/out", plug=PAUSE + WRITING)
    _wait_for(staffing.folder / "here")
    run.terminate()
    run.communicate(timeout=60)
    assert run.returncode == 143
    assert not (staffing.folder / "far").exists()


@pytest.mark.thorough
def test_second_signal_does_not_break_the_clean_up_off(staffing, portfolio, published, picture):
    run = staffing.start("classify", portfolio, "--as-of", "2026-07-01", plug=PAUSE + CLEANING)
    _wait_for(staffing.folder / "here")
    run.terminate()
    _wait_for(staffing.folder / "cleaning")
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 143
    assert picture(staffing.folder / "out") == published


@pytest.mark.thorough
@pytest.mark.usefixtures("published")
def test_signal_in_the_last_step_comes_too_late(staffing, portfolio, whole):
    run = staffing.start("classify", portfolio, "--as-of", "2026-07-01", plug=PAUSE + PUBLISHING)
    _wait_for(staffing.folder / "here")
    run.terminate()
    run.send_signal(signal.SIGINT)
    (staffing.folder / "go-on").touch()
    _, stderr = run.communicate(timeout=60)
    assert (run.returncode, stderr) == (0, "")
    assert len(whole(staffing.folder / "out")) == 2
    assert str((staffing.folder / "out" / "latest").readlink()).startswith("2026-07-01-")


@pytest.mark.thorough
def test_nohup_goes_on_after_hang_up(staffing, portfolio, whole):
    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    run = staffing.start("classify", portfolio, plug=PAUSE + WRITING, preexec_fn=ignore)
    _wait_for(staffing.folder / "here")
    run.send_signal(signal.SIGHUP)
    (staffing.folder / "go-on").touch()
    run.communicate(timeout=60)
    assert run.returncode == 0
    assert len(whole(staffing.folder / "out")) == 1


def test_stopping_takes_the_reader_of_workbooks_along(staffing):
    book = openpyxl.Workbook()
    book.active.append(["Name"])
    book.active.append(["One"])
    path = staffing.folder / "portfolio.xlsx"
    book.save(path)
    plug = (
        PAUSE
        + """
import subprocess
import pipeline.ingest.workbook as workbook
class Child(subprocess.Popen):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        pathlib.Path("child").write_text(str(self.pid))
        pause()
workbook.subprocess.Popen = Child
"""
    )
    run = staffing.start("classify", path, plug=plug)
    _wait_for(staffing.folder / "here")
    child = int((staffing.folder / "child").read_text())
    run.terminate()
    run.communicate(timeout=60)
    assert run.returncode == 143
    for _ in range(500):
        try:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.02)
    pytest.fail("the child lives on")
