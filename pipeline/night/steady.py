"""Work on a file only once nobody writes it any more.

An exporter may still be at it when cron starts. So the state of the file (size, time of the last
change, which file it is) is taken before the work and compared after it, just before anything is
published. Where it moved, the work is done again on the file as it then is, once it has stood still
for a while; where it does not come to rest, it is refused.
"""

from __future__ import annotations

import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from pipeline.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE: Final = 60.0
"""Seconds in all that a moving file is waited for."""
STILLNESS: Final = 2.0
"""Seconds without a change that count as rest."""
_FRESH: Final = 2.0  # a file that was changed within so many seconds may be half written
_LOOK: Final = 0.3

Result = TypeVar("Result")


class InputMoving(InputError):  # noqa: N818 -- named for what it is
    """Somebody is still writing the portfolio."""

    code = "I097"


class _Moved(Exception):  # noqa: N818 -- never leaves this module
    """The file is not what was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Time as this module needs it, so that tests need not wait.

    ``now`` is the time of day in seconds, comparable with times of change; ``sleep`` waits.
    """

    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Watch:
    """One file from before it is read on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _state(path)

    def confirm(self) -> None:
        """Have the work done again if the file has moved; call it just before publishing."""
        if self.has_moved():
            raise _Moved

    def has_moved(self) -> bool:
        """Whether the file is another, or other than it was."""
        return _state(self._path) != self._before

    def is_fresh(self, now: float) -> bool:
        """Whether it was changed a moment before it was read."""
        return self._before is not None and abs(now - self._before[1] / 1e9) < _FRESH


def steadily(
    path: Path,
    work: Callable[[Watch], Result],
    *,
    patience: float = PATIENCE,
    clock: Clock | None = None,
) -> Result:
    """Do ``work`` on a file that does not change while it is done.

    Args:
        path: The file.
        work: Reads the file and calls ``confirm`` of the watch before anybody sees a result.
        patience: Seconds to wait in all for a file that moves; 0 refuses it at once.
        clock: Another time than the machine's.

    Raises:
        InputMoving: It did not come to rest.
        InputError: What ``work`` has to say about a file that stands still.
    """
    clock = clock or Clock()
    deadline = clock.elapsed() + patience
    while True:
        watch = Watch(path)
        try:
            return work(watch)
        except _Moved:
            pass
        except InputError:
            # Half a file is often unreadable. A moment tells it from one that is simply bad.
            if patience > 0 and watch.is_fresh(clock.now()) and not watch.has_moved():
                clock.sleep(_LOOK)
            if not watch.has_moved():
                raise
        _rest(path, deadline, clock)


def _rest(path: Path, deadline: float, clock: Clock) -> None:
    """Wait until the file has not changed for a while."""
    state, since = _state(path), clock.elapsed()
    while clock.elapsed() - since < STILLNESS:
        if clock.elapsed() >= deadline:
            raise InputMoving(
                "the file is still being written",
                hint="Run again once the export is complete; best, export beside it and rename",
                at=Location(path=path),
            )
        clock.sleep(_LOOK)
        found = _state(path)
        if found != state:
            state, since = found, clock.elapsed()


def _state(path: Path) -> tuple[int, int, int, int] | None:
    """Size, time of change, disk and number of a file; ``None`` where there is none, or no file.

    Of a folder they are those of all its files together, and of the names it has.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            files = [file.stat() for file in sorted(path.iterdir())]
            size = sum(file.st_size for file in files)
            latest = max((file.st_mtime_ns for file in files), default=0)
            number = hash(tuple(file.st_ino for file in files))
            return size, max(latest, status.st_mtime_ns), status.st_dev, number
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino
