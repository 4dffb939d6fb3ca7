"""Where an output folder really is: links on the way to it are followed once, none inside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from pipeline.publish.system import refusals


def real_folder(folder: Path) -> Path:
    """The output folder without links on the way to it, which need not be there yet.

    Whoever names a folder means what it stands for: a service manager may keep it elsewhere, with a
    link in its place. It is looked up once, so that nobody can turn the link during a run.

    Returns:
        ``folder`` as it was named where no link is on the way.

    Raises:
        OutputError: A link leads nowhere or in a circle, or the system forbids to follow it.
    """
    with refusals(folder):
        there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
        if there.is_symlink() and not there.exists():
            raise OSError(errno.ELOOP, "the link leads nowhere", str(there))
        real = Path(os.path.realpath(there, strict=True))
        # The system follows no link that a stranger put into a folder for everybody (/tmp). Merely
        # reading where it leads would get around that.
        there.stat()
        if real == Path(os.path.abspath(there)):  # noqa: PTH100 -- absolute() leaves ".." alone
            return folder
        return real / folder.relative_to(there)
