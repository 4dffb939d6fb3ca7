"""Open the files of a report: new ones only, never through a link, readable by the group."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from pipeline.errors import Location, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODE = 0o640


class FileNotWrittenError(OutputError):
    """A file of the report cannot be made or written."""

    code = "O101"


@contextmanager
def create(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that must not exist yet.

    Args:
        path: Where; a file or link that is already there is never followed or overwritten.

    Raises:
        FileNotWrittenError: The file is there already, or the disk refuses.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(path, flags, MODE), "w+b") as file:
            # The umask may have taken bits away, so the mode is set again.
            os.fchmod(file.fileno(), MODE)
            yield file
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileNotWrittenError(
            f"cannot write: {reason}",
            hint="Free the disk or mend the permissions of the folder, then run again",
            at=Location(path=path),
        ) from error
