"""The rule files of a run, kept so that other data can be decided by them later.

In the folder of the run they are a ZIP archive: unpacked, it is a rules folder again.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from pipeline.errors import InputError, Location
from pipeline.rulebook import loader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.rulebook.rules import Ruleset

NAME: Final = "rules.zip"
# Far more than any rulebook has; who unpacks more than this was handed a trap.
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_FILES: Final = 20_000
# The oldest date that a ZIP archive knows, so that equal rules give equal bytes.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16
# Where a file may be put when rules are laid out again; who kept them is not ours alone to write.
_PATH: Final = re.compile(r"(?:[A-Za-z0-9_]+/)?[A-Za-z0-9_.-]+\.yaml")
_TIMED: Final = "effective_"  # of a rule that is in force for some time only
_SOME_DAY: Final = date.min.isoformat()
# What the library raises where an archive is cut, changed, encrypted, or no archive at all.
_DAMAGED: Final = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class KeptRulesUnreadable(InputError):  # noqa: N818 -- named for what it is
    """The archive of a run's rules is damaged, or none that a run has written."""

    code = "I094"


def write(files: Mapping[str, str], file: IO[bytes]) -> None:
    """Write rule files, in order of path.

    Args:
        files: Their texts, by path within the rules folder.
        file: Open for writing bytes.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = _READABLE
            archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED, compresslevel=9)


def read(path: Path) -> dict[str, str]:
    """The texts of rule files by path; nothing is unpacked onto the disk.

    Raises:
        KeptRulesUnreadable: It is damaged, or holds more than a rulebook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(e.file_size for e in entries) > MOST_BYTES:
                raise _unreadable(path)
            return {entry.filename: _text(archive, entry) for entry in entries}
    except _DAMAGED as error:
        raise _unreadable(path) from error


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        # What it says of its size is not believed.
        content = file.read(entry.file_size + 1)
    return content.decode()


def _unreadable(path: Path) -> KeptRulesUnreadable:
    return KeptRulesUnreadable(
        "the rules of this run cannot be read",
        hint="Restore the folder from a copy, or leave it out",
        at=Location(path=path),
    )


def load(files: Mapping[str, str], *, as_of: str) -> Ruleset:
    """The ruleset as it was in force on a day; asked for again, it is the very same.

    Raises:
        RulebookError: Today's program cannot run it.
    """
    day = as_of if is_timed(files) else _SOME_DAY
    return _laid_out(tuple(sorted(files.items())), day)


def is_timed(files: Mapping[str, str]) -> bool:
    """Whether other rules of the same files may be in force on another day."""
    return any(_TIMED in text for text in files.values())


# One night or one story compares runs of few rulesets, over and over.
@lru_cache(maxsize=4)
def _laid_out(files: tuple[tuple[str, str], ...], as_of: str) -> Ruleset:
    with tempfile.TemporaryDirectory(prefix="staffing-rules-") as folder:
        root = Path(folder)
        for name, text in files:
            if _PATH.fullmatch(name):
                path = root / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return loader.load(root, as_of=date.fromisoformat(as_of))
