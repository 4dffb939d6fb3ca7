"""A run is written aside, then published in one rename; ``latest`` is switched after it."""

from __future__ import annotations

import filecmp
import os
import secrets
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from pipeline.publish.exchange import exchange
from pipeline.publish.system import FILE_MODE, FOLDER_MODE, flush, refusals, remove, write
from pipeline.signals import last_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATEST: Final = "latest"
RUN_LOG: Final = "run.log"
STAGE: Final = ".stage-"


@contextmanager
def stage(folder: Path) -> Iterator[Path]:
    """A fresh private folder inside ``folder`` to write a run into; gone at the end.

    Raises:
        OutputError: It cannot be made or written to.
    """
    staged = fresh(folder)
    try:
        with refusals(folder):
            staged.mkdir(mode=0o700)
            staged.chmod(0o700)  # an umask may take even our own rights away
            yield staged
    finally:
        with suppress(OSError):  # the next run sweeps; this one's outcome is settled
            remove(staged)


def fresh(folder: Path) -> Path:
    """A hidden name that nobody has; what keeps it, the next run sweeps."""
    return folder / f"{STAGE}{secrets.token_hex(6)}"


def write_file(path: Path, content: bytes) -> None:
    """Write one new file, private, never through a link.

    Raises:
        OutputError: It is there already, or cannot be written.
    """
    with refusals(path.parent):
        write(path, content)


def publish(staged: Path, folder: Path, run_id: str) -> bool:
    """Make a staged run visible under its id, then point ``latest`` at it.

    Files and folders are flushed to disk before the rename, so that after a power cut either the
    old or the new run is there, whole. What fails half-way is undone.

    Returns:
        Whether anything new was published; the same run with the same bytes changes nothing.

    Raises:
        OutputError: The operating system refuses; everything is as it was.
    """
    with refusals(folder):
        _settle(staged)
        is_new = not _equal(staged, folder / run_id)
        link = fresh(folder)
        link.symlink_to(run_id)  # now, since a full disk must be noticed before anything moves
        try:
            with last_step(), ExitStack() as undo:
                if is_new:
                    _show(staged, folder / run_id, undo)
                    flush(folder)
                if not _is_link_to(folder / LATEST, run_id):
                    _switch(link, folder / LATEST, undo)
                    flush(folder)
                undo.pop_all()
        finally:
            with suppress(OSError):
                remove(link)
    return is_new


def _settle(folder: Path) -> None:
    """Give a staged folder and all that is in it the modes of a run, and have it on disk."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            _settle(path)
        else:
            path.chmod(FILE_MODE)
            flush(path)
    folder.chmod(FOLDER_MODE)
    flush(folder)


def _show(staged: Path, target: Path, undo: ExitStack) -> None:
    """Give a staged run its name; what had that name before is then staged instead."""
    if os.path.lexists(target):
        exchange(staged, target)
        undo.callback(exchange, staged, target)
    else:
        staged.rename(target)
        undo.callback(target.rename, staged)


def _switch(link: Path, latest: Path, undo: ExitStack) -> None:
    if latest.is_symlink():
        undo.callback(_point, latest, str(latest.readlink()), link)
    else:
        undo.callback(latest.unlink, missing_ok=True)
    link.replace(latest)


def _point(latest: Path, target: str, link: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    link.replace(latest)


def _is_link_to(path: Path, target: str) -> bool:
    return path.is_symlink() and str(path.readlink()) == target


def _equal(staged: Path, target: Path) -> bool:
    """Whether a published run still holds just what this one does; logs differ in their times."""
    if target.is_symlink() or not target.is_dir():
        return False
    names = sorted(path.name for path in staged.iterdir())
    return names == sorted(path.name for path in target.iterdir()) and all(
        _same(staged / name, target / name) for name in names
    )


def _same(new: Path, old: Path) -> bool:
    if new.is_dir():
        return _equal(new, old)
    if old.is_symlink() or not old.is_file():
        return False
    return new.name == RUN_LOG or filecmp.cmp(new, old, shallow=False)
