"""What a run is at, for a person who waits before a terminal; cron sees none of it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

PATIENCE: Final = 2.0
"""Seconds that nobody minds to wait without a word."""

_STEPS: Final = {
    "rules": "Reading the rules",
    "ingest": "Reading the portfolio",
    "roster": "Reading the roster",
    "reviews": "Taking over the decisions of the meeting",
    "history": "Recalling earlier runs",
    "parse": "Reading its cells",
    "validate": "Checking its rows",
    "facts": "Collecting facts",
    "engine": "Deciding",
    "flips": "Looking for what would flip it",
    "verify": "Deciding some once more, one by one",
    "programs": "Looking for programs nobody declared",
    "explain": "Explaining",
    "demand": "Estimating the demand for leads",
    "changes": "Comparing with the run before",
    "report": "Writing the report",
}


def silent(_: str) -> None:
    """Tell nobody."""


@contextmanager
def shown(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line on standard error that names the step, with the seconds it has taken.

    It appears only on a terminal, only after ``PATIENCE``, and is gone at the end.

    Args:
        quiet: Show nothing whatever it takes.

    Yields:
        What to call with the name of each step as it begins.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield silent
        return
    line = _Line()
    try:
        yield line.begin
    finally:
        line.end()


class _Line:
    def __init__(self) -> None:
        self._step = ""
        self._progress: Progress | None = None
        self._timer = Timer(PATIENCE, self._appear)
        self._timer.daemon = True
        self._timer.start()

    def begin(self, step: str) -> None:
        self._step = step
        if self._progress is not None:
            self._progress.reset(self._progress.task_ids[0], description=_told(step))

    def _appear(self) -> None:
        from rich.console import Console  # noqa: PLC0415 -- for people who wait
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        progress.add_task(_told(self._step), total=None)
        progress.start()
        self._progress = progress

    def end(self) -> None:
        self._timer.cancel()
        # It may be about to appear; then it has to be there before it can go.
        self._timer.join()
        if self._progress is not None:
            self._progress.stop()


def _told(step: str) -> str:
    return _STEPS.get(step, step.capitalize() or "Starting")
