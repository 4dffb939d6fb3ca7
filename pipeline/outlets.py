"""Standard output and error that nobody's closing, filling or odd encoding can bring down."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD: Final = (0, 1, 2)
# Control characters but tab and newline, and those that turn the direction of writing.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Outlet(io.RawIOBase):
    """A stream that drops what nobody takes.

    A reader who has gone, such as ``head``, is no fault: they have what they wanted. Any other
    refusal, such as a full disk, is kept in ``fault`` and raised once, if ``must_arrive``.
    """

    def __init__(self, handle: int, *, must_arrive: bool) -> None:
        super().__init__()
        self._handle = handle
        self._must_arrive = must_arrive
        self._is_open = True
        self.fault: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write or drop ``data``; the whole of it counts as written either way."""
        waiting = memoryview(data).cast("B")
        size = len(waiting)
        try:
            while self._is_open and waiting:
                waiting = waiting[os.write(self._handle, waiting) :]
        except BrokenPipeError:
            self._is_open = False
        except OSError as error:
            self._is_open = False
            self.fault = error
            if self._must_arrive:
                raise
        return size

    def writable(self) -> bool:
        """Always: what cannot be written is dropped."""
        return True

    def fileno(self) -> int:
        """The handle below."""
        return self._handle

    def isatty(self) -> bool:
        """Whether a person is reading."""
        return os.isatty(self._handle)


def install() -> Outlet | None:
    """Put outlets in the place of standard output and error.

    Returns:
        The one of standard output; ``None`` where that was closed by whoever called us.
    """
    for handle in _STANDARD:
        try:
            os.fstat(handle)
        except OSError:
            # Else the next file to be opened would be taken for the stream.
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is not None:
        sys.stderr = _text(Outlet(2, must_arrive=False), sys.stderr)
    if sys.stdout is None:
        return None
    outlet = Outlet(1, must_arrive=True)
    sys.stdout = _text(outlet, sys.stdout)
    return outlet


def _text(outlet: Outlet, like: TextIO) -> TextIO:
    like.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding=like.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )


def tell(text: str) -> None:
    """Print what somebody may like to know about work that is done, whether it prints or not."""
    if sys.stdout is not None:
        try:
            print(printable(text))  # noqa: T201
        except OSError as error:
            complain(f"done, but this cannot be printed: {error.strerror}")


def complain(text: str) -> None:
    """Print on standard error."""
    if sys.stderr is not None:  # print would take standard output instead
        print(printable(text), file=sys.stderr)  # noqa: T201


def flush() -> None:
    """Have everything said so far on its way."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()


def printable(text: str) -> str:
    """``text`` with nothing in it that could steer a terminal; newlines and tabs stay."""
    return _UNPRINTABLE.sub(lambda found: ascii(found.group())[1:-1], text)
