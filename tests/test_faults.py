"""Whole runs whose calls to the system are refused or are their last, one after the other.

A run is forked off, stopped, and taken over by strace, which has its Nth call of a kind fail or
kills the process there. Whatever happens, ``latest`` stands for a whole run, the old or the new
one, and the next run cleans up. ``--every-call`` tries every N, which takes minutes; else a few.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

NEXT_DAY = "2026-07-01"
REFUSED = 7
# For every call: those Nth that are tried always, and the last one there is, roughly.
CALLS = {
    "write": ((6, 20), 60),
    "fsync": ((2, 13), 30),
    "fchmod": ((3,), 20),
    "rename": ((1, 2), 4),
    "symlink": ((1,), 1),
    "mkdir": ((2,), 2),
}
FAULTS = {"killed": "signal=KILL", "no space": "error=ENOSPC", "from then on": "error=EIO"}

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What becomes of the Nth call of a kind."""

    call: str
    number: int
    kind: str

    @property
    def inject(self) -> str:
        """In the words of strace."""
        when = f"{self.number}+" if self.kind == "from then on" else self.number
        return f"{self.call}:{FAULTS[self.kind]}:when={when}"


def _cases(config: pytest.Config) -> list[object]:
    cases = []
    for call, (few, most) in CALLS.items():
        numbers = range(1, most + 1) if config.getoption("--every-call") else few
        for place, number in enumerate(numbers):
            # Each fault in turn, so that a few cases have them all.
            faults = FAULTS if config.getoption("--every-call") else [list(FAULTS)[place % 2]]
            cases += [
                pytest.param(
                    Fault(call=call, number=number, kind=kind), id=f"{call} {number} {kind}"
                )
                for kind in faults
            ]
    return cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        metafunc.parametrize("fault", _cases(metafunc.config))


def _forked(words: list[str], folder: Path, inject: str) -> int:
    """The exit status of a run that strace plays tricks on; negative where a signal ended it."""
    from pipeline.__main__ import run_command

    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(folder)
            os.kill(os.getpid(), signal.SIGSTOP)
            sys.argv = words
            status = run_command()
        finally:
            os._exit(status)
    os.waitpid(child, os.WUNTRACED)
    call = inject.partition(":")[0]
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-p", str(child), "-o", os.devnull),
            *("-e", f"trace={call}", "-e", f"inject={inject}"),
        ],
        stderr=subprocess.PIPE,
    )
    for _ in range(1_000):
        if "TracerPid:\t0\n" not in Path(f"/proc/{child}/status").read_text():
            break
        if tracer.poll() is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.skip(f"strace may not trace here: {tracer.stderr.read().decode().strip()}")
        time.sleep(0.01)
    os.kill(child, signal.SIGCONT)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    tracer.communicate(timeout=60)
    return status


@needs_strace
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # that pytest's process has threads
def test_old_or_new_run_whatever_call_fails(staffing, portfolio, picture, whole, fault):
    out = staffing.folder / "out"
    assert staffing.here("classify", portfolio).returncode == 0
    before = picture(out)
    old = str((out / "latest").readlink())
    words = ["staffing", *staffing.command("classify", portfolio, "--as-of", NEXT_DAY)[3:]]
    status = _forked(words, staffing.folder, fault.inject)
    new = str((out / "latest").readlink())
    assert (out / new / "manifest.json").exists()
    if status == 0:  # what was refused did not matter, or there are fewer such calls
        assert new != old
    elif fault.kind == "killed":
        assert status == -signal.SIGKILL
        assert all((out / name).is_dir() for name in (old, new))
    else:
        assert status == REFUSED
        if fault.kind != "from then on":  # where nothing works any more, nothing can be undone
            assert picture(out) == before
    assert staffing.here("classify", portfolio, "--as-of", "2026-08-01").returncode == 0
    assert old in whole(out)


def _limited(limit: int, value: int):
    return lambda: resource.setrlimit(limit, (value, value))


def test_a_limit_on_file_sizes_is_told(staffing, portfolio, picture):
    assert staffing.here("classify", portfolio).returncode == 0
    before = picture(staffing.folder / "out")
    run = staffing(
        "classify",
        portfolio,
        "--as-of",
        NEXT_DAY,
        preexec_fn=_limited(resource.RLIMIT_FSIZE, 2_000),
    )
    assert (run.returncode, run.stderr.count("\n")) == (REFUSED, 1)
    assert "Traceback" not in run.stderr
    assert picture(staffing.folder / "out") == before


def test_too_little_memory_is_told(staffing, portfolio, picture):
    assert staffing.here("classify", portfolio).returncode == 0
    before = picture(staffing.folder / "out")
    plug = """
import pipeline.run
def decide(*args, **options):
    return bytearray(1 << 62)
pipeline.run.decide = decide
"""
    run = staffing("classify", portfolio, "--as-of", NEXT_DAY, plug=plug)
    assert (run.returncode, run.stdout) == (4, "")
    assert run.stderr.startswith("[I099] there is not enough memory")
    assert picture(staffing.folder / "out") == before


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if (
        shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("this account may not mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S607


def test_a_full_disk_keeps_the_old_run(staffing, portfolio, small_disk, picture):
    assert staffing.here("classify", portfolio, "--output", small_disk).returncode == 0
    before = picture(small_disk)
    filling = small_disk / "notes"
    free = shutil.disk_usage(small_disk).free
    filling.write_bytes(b"x" * (free - 20_000))
    run = staffing.here("classify", portfolio, "--output", small_disk, "--as-of", NEXT_DAY)
    assert run.returncode == REFUSED
    assert "space" in run.stderr
    filling.unlink()
    assert picture(small_disk) == before
    assert staffing.here("classify", portfolio, "--output", small_disk).returncode == 0


def test_a_disk_that_is_read_only(staffing, portfolio, small_disk, picture):
    assert staffing.here("classify", portfolio, "--output", small_disk).returncode == 0
    before = picture(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S607
    run = staffing.here("classify", portfolio, "--output", small_disk, "--as-of", NEXT_DAY)
    assert run.returncode == REFUSED
    assert "read-only" in run.stderr
    assert picture(small_disk) == before


def test_a_portfolio_still_being_written_is_waited_for(staffing, portfolio):
    """An exporter writes on while we read; what is published is the whole file."""
    content = portfolio.read_text()
    plug = f"""
import pathlib, pipeline.run
decide = pipeline.run.decide
seen = []
def slowly(*args, **options):
    if not seen:
        seen.append(1)
        with pathlib.Path({str(portfolio)!r}).open("a") as file:
            file.write("INI-4,Two more,,,\\nINI-5,And the last,,,\\n")
    return decide(*args, **options)
pipeline.run.decide = slowly
"""
    run = staffing("classify", portfolio, plug=plug)
    assert run.returncode == 0, run.stderr
    assert "5  rows read" in run.stdout
    assert content in portfolio.read_text()
