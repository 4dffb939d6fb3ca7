"""What the operating system does for us, and what becomes of its refusals."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import Location, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER_MODE: Final = 0o750
FILE_MODE: Final = 0o640


class OutputRefusedError(OutputError):
    """The operating system refuses to make, write or rename something."""

    code = "O201"


_CURES: Final = {
    errno.ENOSPC: "Free some space on that disk and run again",
    errno.EDQUOT: "The quota is used up; free some space and run again",
    errno.EROFS: "The disk is read-only; choose another folder with --output",
    errno.EACCES: "Give this user the right to write there, or choose another --output",
    errno.EPERM: "Give this user the right to write there, or choose another --output",
    errno.ENOTDIR: "A part of the path is a file; choose another --output",
    errno.EEXIST: "A file of that name is in the way; choose another --output",
    errno.ELOOP: "A link of that name is in the way; remove it, or choose another --output",
    errno.ENOSYS: "This disk cannot lock files; choose a folder on another one with --output",
    errno.ENOLCK: "This disk cannot lock files; choose a folder on another one with --output",
    errno.ENAMETOOLONG: "Choose a shorter name with --output",
    errno.EFBIG: "The limit on file sizes is too low for this report; raise it (ulimit -f)",
}


@contextmanager
def refusals(folder: Path) -> Iterator[None]:
    """What the operating system refuses becomes a refusal of ours, with a way out."""
    try:
        yield
    except OSError as error:
        name = error.filename2 or error.filename  # of a rename or link, where it was to appear
        raise OutputRefusedError(
            f"the report cannot be written: {error.strerror or error}",
            hint=_CURES.get(error.errno or 0, "Check the folder and the disk, and run again"),
            at=Location(path=Path(os.fsdecode(name)) if name else folder),
        ) from error


def remove(path: Path) -> None:
    """Remove whatever is there, never following a link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, whatever stands there instead."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_EXCL
    with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as file:
        file.write(content)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before this returns."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
