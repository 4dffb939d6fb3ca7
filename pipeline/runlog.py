"""run.log: one JSON line an event, with times; no cell of the portfolio ever gets into it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import structlog

from pipeline.outlets import complain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class RunLog:
    """Events of one run, kept until there is a folder to write them to.

    Args:
        begins: Called with the name of each step as it begins.
        echo: Show each on standard error, too, as it happens.
    """

    def __init__(self, begins: Callable[[str], None] | None = None, *, echo: bool = False) -> None:
        self._begins = begins
        self._echo = echo
        self._lines: list[str] = []
        self._written = 0
        self._started = time.perf_counter()
        self.seconds: dict[str, float] = {}
        self._log = structlog.wrap_logger(
            self,
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )

    def msg(self, line: str) -> None:
        """Take one rendered line; structlog calls it for every level."""
        self._lines.append(line)
        if self._echo:
            complain(line)

    info = error = warning = msg

    def event(self, name: str, **values: Any) -> None:  # noqa: ANN401 -- whatever JSON can say
        """Log one event."""
        self._log.info(name, **values)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Log how long a step took."""
        if self._begins:
            self._begins(name)
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 4)
        self.event("step", step=name, seconds=self.seconds[name])

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._started

    def write(self, path: Path) -> None:
        """Write what was logged, as a new private file."""
        self._written = 0
        self._put(path, os.O_CREAT | os.O_EXCL)

    def append(self, path: Path) -> None:
        """Add what was logged since to a file that is there, if it can be: it is only a log."""
        with suppress(OSError):
            self._put(path, os.O_APPEND)

    def _put(self, path: Path, how: int) -> None:
        file: IO[str]
        flags = os.O_WRONLY | os.O_NOFOLLOW | how
        with os.fdopen(os.open(path, flags, 0o640), "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self._lines[self._written :])
        self._written = len(self._lines)
