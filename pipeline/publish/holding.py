"""One run at a time in an output folder."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from pipeline.errors import Location, LockedError, OutputError
from pipeline.publish.place import real_folder
from pipeline.publish.staging import LATEST, STAGE
from pipeline.publish.system import FILE_MODE, FOLDER_MODE, flush, refusals, remove, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK: Final = ".lock"
HOLDER: Final = ".lock-holder.json"


class LatestInTheWayError(OutputError):
    """``latest`` is something other than a link, so not ours to replace."""

    code = "O202"


@contextmanager
def output_folder(folder: Path, *, since: str) -> Iterator[Path]:
    """Hold the output folder; folders made for a run that fails are taken away again.

    Args:
        folder: Where runs are published; made if it does not exist.
        since: Time of day to tell others who come while it is held.

    Yields:
        The folder to work in, without links on the way to it.

    Raises:
        LockedError: Another run holds it.
        OutputError: It cannot be made or written to, or ``latest`` is no link.
    """
    folder = real_folder(folder)
    made: list[Path] = []
    # On a disk without locks the library would take a lock file left behind for a run at work.
    lock = FileLock(folder / LOCK, mode=FILE_MODE, fallback_to_soft=False)
    try:
        with refusals(folder):
            _make(folder, made)
            _acquire(lock, folder)
            (folder / HOLDER).unlink(missing_ok=True)
            write(folder / HOLDER, json.dumps({"process": os.getpid(), "since": since}).encode())
            for leftover in folder.iterdir():  # of killed runs; nobody else writes while we hold it
                if leftover.name.startswith(STAGE):
                    remove(leftover)
            _check_latest(folder)
        yield folder
    finally:
        if lock.is_locked:
            _leave(folder, is_made=bool(made))
        lock.release()
        with suppress(OSError):
            for path in reversed(made):
                path.rmdir()


def make_folder(folder: Path) -> None:
    """Make an output folder and the parents it lacks, with our mode; leave one that is there.

    Raises:
        OutputError: It cannot be made.
    """
    with refusals(folder):
        _make(folder, [])


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and the parents it lacks, and note them."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            path.mkdir()
            made.append(path)
            path.chmod(FOLDER_MODE)  # whatever the umask says
            flush(path.parent)


def _acquire(lock: FileLock, folder: Path) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(
            f"another run holds this folder, {holder(folder)}",
            hint="Wait for it to end, or choose another folder with --output",
            at=Location(path=folder),
        ) from None


def is_held(folder: Path) -> bool:
    """Whether a run is at work on a folder; makes nothing.

    Raises:
        OutputError: The lock file is not ours to open.
    """
    if not (folder / LOCK).exists():
        return False
    with refusals(folder):
        try:
            with FileLock(folder / LOCK, timeout=0, fallback_to_soft=False):
                return False
        except Timeout:
            return True


def holder(folder: Path) -> str:
    """Who holds a folder, as far as can be told."""
    try:
        held = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {int(held['process'])}, since {held['since']!s}"
    except (OSError, ValueError, KeyError, TypeError):
        return "started just now"


def _leave(folder: Path, *, is_made: bool) -> None:
    """Take the holder's note away, and the lock file where nothing came of a folder made for it."""
    with suppress(OSError):
        (folder / HOLDER).unlink(missing_ok=True)
        # Elsewhere the lock file stays. Whoever opened this one meanwhile sees that it is gone.
        if is_made and [path.name for path in folder.iterdir()] == [LOCK]:
            (folder / LOCK).unlink()


def _check_latest(folder: Path) -> None:
    latest = folder / LATEST
    if os.path.lexists(latest) and not latest.is_symlink():
        raise LatestInTheWayError(
            "'latest' is in the way: it is no link of ours",
            hint="Move it elsewhere and run again",
            at=Location(path=latest),
        )
