"""Publishing with every call to the system failing or killing the process, one after the other.

A child process publishes; its Nth call is its last, or is refused, for N = 1, 2, … until none is
left. Whatever happens, the old or the new run is there, whole, and the next run mends the rest.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline import publish
from pipeline.errors import OutputError
from pipeline.publish import exchange as exchanging

pytestmark = pytest.mark.thorough

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CALLS = (
    "open",
    "mkdir",
    "rename",
    "replace",
    "symlink",
    "unlink",
    "rmdir",
    "chmod",
    "fchmod",
    "fsync",
    "write",
    "scandir",
    "readlink",
)
OLD = {"report": b"old", "run.log": b"{}"}
NEW = {"report": b"new", "table": b"1,2\n", "run.log": b"{}"}
KILLED, DONE, REFUSED, SURPRISED = 9, 0, 7, 1


def run(folder: Path, run_id: str, files: dict[str, bytes]) -> None:
    with publish.output_folder(folder, since="now"), publish.stage(folder) as staged:
        for name, content in files.items():
            publish.write_file(staged / name, content)
        publish.publish(staged, folder, run_id)


class Faults:
    """Counts calls; the Nth, or each from the Nth on, meets ``fault``."""

    def __init__(self, number: int, fault: Callable[[], None], *, lasting: bool = False) -> None:
        self.left = number
        self.fault = fault
        self.lasting = lasting

    def around(self, call: Callable[..., object], *, after: bool) -> Callable[..., object]:
        def faulty(*args: object, **options: object) -> object:
            self.left -= 1
            meets = self.left == 0 or (self.lasting and self.left < 0)
            if meets and not after:
                self.fault()
            try:
                return call(*args, **options)
            finally:
                if meets and after:
                    self.fault()

        return faulty

    @contextlib.contextmanager
    def installed(self, *, after: bool) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self.around(getattr(os, name), after=after))
            at_once = exchanging._at_once
            patch.setattr(exchanging, "_at_once", self.around(at_once, after=after))
            yield


def _child(work: Callable[[], None], faults: Faults, *, after: bool) -> tuple[int, bool]:
    """How a process ended that did the work under faults, and whether a fault fired."""
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status & 63, bool(status & 64)
    status = SURPRISED
    try:
        with faults.installed(after=after):
            work()
        status = DONE
    except OutputError:
        status = REFUSED
    finally:
        os._exit(status + 64 * (faults.left <= 0))


def _kill() -> None:
    os._exit(KILLED + 64)


def _refuse() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _visible(folder: Path) -> dict[str, object]:
    """What a reader sees: every run by its files, and what ``latest`` stands for."""
    shown: dict[str, object] = {}
    for path in folder.iterdir() if folder.exists() else ():
        if not path.name.startswith("."):
            shown[path.name] = {file.name: file.read_bytes() for file in path.iterdir()}
    return shown


BEFORE = {"old": OLD, "latest": OLD}
CASES = {
    # what stands there before, id of the run, what may be seen after a kill, what after success
    "first run": (None, "new", [{}, {"new": NEW}], {"new": NEW, "latest": NEW}),
    "next run": (
        BEFORE,
        "new",
        [BEFORE, BEFORE | {"new": NEW}],
        BEFORE | {"new": NEW, "latest": NEW},
    ),
    "same id, other bytes": (BEFORE, "old", [BEFORE], {"old": NEW, "latest": NEW}),
}


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[[str], Path]:
    template = tmp_path / "template"
    run(template, "old", OLD)

    def prepare(case: str) -> Path:
        folder = tmp_path / "parent" / "out"
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.parent.mkdir()
        if CASES[case][0]:
            shutil.copytree(template, folder, symlinks=True)
        return folder

    return prepare


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("case", CASES)
def test_killed_at_every_call(prepared, case, after):
    _, run_id, allowed, finished = CASES[case]
    fired = True
    number = 0
    while fired:
        number += 1
        folder = prepared(case)
        status, fired = _child(
            lambda at=folder: run(at, run_id, NEW), Faults(number, _kill), after=after
        )
        assert status == (KILLED if fired else DONE)
        seen = _visible(folder)
        assert seen in [*allowed, finished], number
        run(folder, run_id, NEW)
        assert _visible(folder) == finished
        hidden = {path.name for path in folder.iterdir() if path.name.startswith(".")}
        assert hidden == {".lock"}, number
    assert number > 20  # else nothing was counted


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("case", CASES)
def test_refused_at_every_call(prepared, case, lasting):
    before, run_id, _, finished = CASES[case]
    fired = True
    number = 0
    refused = 0
    while fired:
        number += 1
        folder = prepared(case)
        status, fired = _child(
            lambda at=folder: run(at, run_id, NEW),
            Faults(number, _refuse, lasting=lasting),
            after=False,
        )
        seen = _visible(folder)
        assert status in (REFUSED, DONE), number
        if status == DONE:  # what was refused did not matter, such as taking leftovers away
            assert seen == finished, number
        elif not lasting:
            assert seen == (before or {}), number
        else:  # where nothing works any more, nothing can be undone either
            assert seen in [before or {}, *CASES[case][2], finished], number
        refused += status == REFUSED
        run(folder, run_id, NEW)
        assert _visible(folder) == finished
    assert refused > 10


def test_refused_exchange_falls_back_and_is_undone(prepared, monkeypatch):
    """On a disk that cannot exchange, a failing second half puts the old run back."""
    monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    for number in range(1, 60):
        folder = prepared("same id, other bytes")
        status, fired = _child(
            lambda at=folder: run(at, "old", NEW), Faults(number, _refuse), after=False
        )
        assert status in (REFUSED, DONE)
        assert _visible(folder) == (BEFORE if status == REFUSED else {"old": NEW, "latest": NEW})
        if not fired:
            return
    pytest.fail("faults never ended")
