"""A file that is written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import Location, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileNotWrittenError(OutputError):
    """A file that was asked for by name cannot be written."""

    code = "O001"


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a draft beside ``path`` to write to; it takes the place of ``path`` when all went well.

    Whatever goes wrong, the draft is removed and a file of that name stays as it was.

    Raises:
        FileNotWrittenError: The folder is missing, full or not ours to write to.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise FileNotWrittenError(
            f"the file cannot be written: {error.strerror or error}",
            hint="Check that its folder exists, is yours to write to and has room",
            at=Location(path=path),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
