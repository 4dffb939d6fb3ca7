"""The bytes of the input, read once; everything after works on these and on nothing else."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.errors import Location
from pipeline.ingest.refusals import (
    FileEmpty,
    FileIrregular,
    FileIsFolder,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A file as it was at one moment; ``sha256`` is the hex digest of ``data``."""

    path: Path
    data: bytes = field(repr=False)
    sha256: str


def take(path: Path, *, most: int) -> Snapshot:
    """Read a regular file of at most ``most`` bytes.

    Raises:
        InputError: Missing, not a regular file, unreadable, empty or too large.
    """
    at = Location(path=path)
    with opened(path) as handle:
        data = _read(handle, most, at)
    if len(data) > most:
        raise _too_large(len(data), most, at)
    if not data:
        raise FileEmpty("the file has no bytes", hint="Export the portfolio again.", at=at)
    return Snapshot(path=path, data=data, sha256=sha256(data).hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a regular file for reading, and close it again.

    Raises:
        InputError: Missing, not a regular file, or unreadable.
    """
    at = Location(path=path)
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to never returns.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise FileMissing("there is no such file", hint="Check the path.", at=at) from error
    except (OSError, ValueError) as error:
        raise _unopened(path, error, at) from error
    try:
        _check(os.fstat(handle), at)
        yield handle
    finally:
        os.close(handle)


def _read(handle: int, most: int, at: Location) -> bytes:
    status = os.fstat(handle)
    if status.st_size > most:
        raise _too_large(status.st_size, most, at)
    try:
        with os.fdopen(handle, "rb", closefd=False) as file:
            # One byte more than allowed tells whether the file grew since it was measured.
            return file.read(most + 1)
    except OSError as error:
        raise FileUnreadable(
            f"the file cannot be read ({error.strerror})", hint="Check the disk.", at=at
        ) from error


def _unopened(path: Path, error: Exception, at: Location) -> FileUnreadable | FileIrregular:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        mode = stat.S_IFREG
    if stat.S_ISSOCK(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return _irregular(at)
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return FileUnreadable(
        f"the file cannot be opened ({reason})",
        hint="Check the path and that this account may read it.",
        at=at,
    )


def _irregular(at: Location) -> FileIrregular:
    return FileIrregular(
        "this is a pipe, a socket or a device, not a file",
        hint="Write the portfolio to a file first, and name that.",
        at=at,
    )


def _check(status: os.stat_result, at: Location) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileIsFolder("this is a folder", hint="Name the file in it.", at=at)
    if not stat.S_ISREG(status.st_mode):
        raise _irregular(at)


def _too_large(size: int, most: int, at: Location) -> FileTooLarge:
    return FileTooLarge(
        f"the file has {size:,} bytes, more than the {most:,} that are read",
        hint="Export fewer columns, or split the portfolio.",
        at=at,
    )
