"""One run at a time, staged aside and published in one rename; ``latest`` is switched after it."""

from __future__ import annotations

import errno
import filecmp
import json
import os
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, Location, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ".lock"
HOLDER = ".lock-holder.json"
LATEST = "latest"
RUN_LOG = "run.log"
_STAGE = ".stage-"
_RETIRED = ".retired-"
_FOLDER_MODE = 0o750
_FILE_MODE = 0o640


@contextmanager
def output_folder(folder: Path, *, since: str) -> Iterator[None]:
    """Hold the output folder; a folder made for a run that fails is taken away again.

    Args:
        folder: Where runs are published; made if it does not exist.
        since: Time of day to tell others who come while it is held.

    Raises:
        LockedError: Another run holds it.
        OutputError: It cannot be made or written to.
    """
    is_new = not folder.exists()
    with _refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if is_new:
            folder.chmod(_FOLDER_MODE)  # whatever the umask says
        lock = FileLock(folder / LOCK, mode=_FILE_MODE)
    try:
        with _refusals(folder):
            lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(
            f"another run holds this folder, {_holder(folder)}",
            hint="Wait for it to end, or choose another folder with --output",
            at=Location(path=folder),
        ) from None
    try:
        with _refusals(folder):
            _write(folder / HOLDER, json.dumps({"process": os.getpid(), "since": since}).encode())
            _sweep(folder)
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        # The lock file stays: taking it away could let two others hold two files of that name.
        if is_new and [path.name for path in folder.iterdir()] == [LOCK]:
            shutil.rmtree(folder)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        held = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {int(held['process'])}, since {held['since']!s}"
    except (OSError, ValueError, KeyError, TypeError):
        return "started just now"


def _sweep(folder: Path) -> None:
    """Remove what killed runs left behind; nobody else can be writing while we hold the lock."""
    for leftover in folder.iterdir():
        if leftover.name.startswith((_STAGE, _RETIRED)):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


@contextmanager
def stage(folder: Path) -> Iterator[Path]:
    """A fresh private folder inside ``folder`` to write a run into; removed if it is still there."""
    staged = folder / f"{_STAGE}{secrets.token_hex(6)}"
    with _refusals(folder):
        staged.mkdir(mode=0o700)
    try:
        with _refusals(folder):
            yield staged
    finally:
        if staged.exists():
            shutil.rmtree(staged)


def write_file(path: Path, content: bytes) -> None:
    """Write one new file, private, never through a link."""
    with _refusals(path.parent):
        _write(path, content, exclusive=True)


def _write(path: Path, content: bytes, *, exclusive: bool = False) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, _FILE_MODE), "wb") as file:
        file.write(content)


def publish(staged: Path, folder: Path, run_id: str) -> bool:
    """Make a staged run visible under its id, then point ``latest`` at it.

    Files and folders are flushed to disk before the rename, so that after a power cut either the
    old or the new run is there, whole.

    Returns:
        Whether anything new was published; the same run with the same bytes changes nothing.
    """
    with _refusals(folder):
        for path in sorted(staged.iterdir()):
            path.chmod(_FILE_MODE)
            _flush(path)
        staged.chmod(_FOLDER_MODE)
        _flush(staged)
        target = folder / run_id
        is_same = target.is_dir() and not target.is_symlink() and _equal(staged, target)
        if not is_same:
            if os.path.lexists(target):
                target.rename(folder / f"{_RETIRED}{secrets.token_hex(6)}")
            staged.rename(target)
            _flush(folder)
        _switch_latest(folder, run_id)
        _sweep(folder)
    return not is_same


def _equal(staged: Path, target: Path) -> bool:
    """Whether a published run still holds just what this one does; logs differ in their times."""
    names = sorted(path.name for path in staged.iterdir() if path.name != RUN_LOG)
    there = sorted(path.name for path in target.iterdir() if path.name != RUN_LOG)
    return names == there and not any(
        (target / name).is_symlink() or not filecmp.cmp(staged / name, target / name, shallow=False)
        for name in names
    )


def _switch_latest(folder: Path, run_id: str) -> None:
    latest = folder / LATEST
    if latest.is_symlink() and os.readlink(latest) == run_id:
        return
    if latest.exists() and not latest.is_symlink():
        raise OutputError(
            "'latest' is in the way: it is no link of ours",
            hint="Move it elsewhere and run again; the new run is published beside it",
            at=Location(path=latest),
        )
    link = folder / f"{_STAGE}{secrets.token_hex(6)}"
    link.symlink_to(run_id)
    link.replace(latest)
    _flush(folder)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_CURES = {
    errno.ENOSPC: "Free some space on that disk and run again",
    errno.EDQUOT: "The quota is used up; free some space and run again",
    errno.EROFS: "The disk is read-only; choose another folder with --output",
    errno.EACCES: "Give this user the right to write there, or choose another --output",
    errno.EPERM: "Give this user the right to write there, or choose another --output",
    errno.ENOTDIR: "A part of the path is a file; choose another --output",
    errno.EEXIST: "A file of that name is in the way; choose another --output",
    errno.EFBIG: "The limit on file sizes is too low for this report; raise it (ulimit -f)",
}


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """What the operating system refuses becomes a refusal of ours, with a way out."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the report cannot be written: {error.strerror or error}",
            hint=_CURES.get(error.errno or 0, "Check the folder and the disk, and run again"),
            at=Location(path=Path(os.fsdecode(error.filename)) if error.filename else folder),
        ) from error
