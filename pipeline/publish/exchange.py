"""Swap what two names stand for, in one step where the system can."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_HERE: Final = -100  # AT_FDCWD: relative paths count from the working folder
_EXCHANGE: Final = 2  # RENAME_EXCHANGE
# What systems and disks answer that cannot do it.
_CANNOT: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def exchange(first: Path, second: Path) -> None:
    """Swap two files, folders or links of one disk, following no link.

    On Linux nobody ever sees either name missing. Elsewhere, and on disks that cannot do this (some
    network disks), ``second`` is missing for a moment.

    Raises:
        OSError: Nothing was changed.
    """
    if not _at_once(first, second):
        _one_by_one(first, second)


def _at_once(first: Path, second: Path) -> bool:
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if swap is None:
        return False
    if swap(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(first))


def _one_by_one(first: Path, second: Path) -> None:
    aside = first.with_name(f"{first.name}-old")
    second.rename(aside)
    try:
        first.rename(second)
    except OSError:
        with suppress(OSError):
            aside.rename(second)
        raise
    # It could only be left behind under its third name, which is swept like the first.
    with suppress(OSError):
        aside.rename(first)
