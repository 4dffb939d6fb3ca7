"""Signals that ask a run to stop: it unwinds, cleans up and ends with 128 + the signal's number."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_ASKING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked us to stop; not an Exception, so that nothing on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name
        self.exit_status = 128 + number


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    _ignore(_ours())  # a second signal must not break the clean-up off
    raise Stopped(number)


def listen() -> None:
    """Turn every signal that asks us to stop into :class:`Stopped`."""
    for number in _ASKING:
        # nohup ignores SIGHUP on purpose. SIGINT is ignored in background jobs of scripts, too, but
        # there somebody who sends it by hand means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


@contextmanager
def last_step() -> Iterator[None]:
    """A step that ends the work: whoever asks to stop from here on comes too late.

    If the step fails, the work can be stopped again.
    """
    ours = _ours()
    _ignore(ours)
    try:
        yield
    except BaseException:
        for number in ours:
            signal.signal(number, _stop)
        raise


def _ours() -> list[signal.Signals]:
    return [number for number in _ASKING if signal.getsignal(number) is _stop]


def _ignore(numbers: list[signal.Signals]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
