"""Copies of the workbooks that were taken over, named by their hash, each with a note."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.publish.system import FILE_MODE, FOLDER_MODE, refusals, remove, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.review.returned import Returned

FOLDER: Final = "reviews"
SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def taken_on(output: Path, sha256: str) -> str:
    """The day this very file was taken over without a refusal; "" if it was not."""
    try:
        note = json.loads((output / FOLDER / f"{sha256}.json").read_text(encoding="utf-8"))
        return "" if note["refused"] else str(note["taken_on"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def has(output: Path, sha256: str) -> bool:
    """Whether a workbook is kept with its note."""
    return (output / FOLDER / f"{sha256}.json").is_file()


def kept(folder: Path) -> list[tuple[Path, date]]:
    """The workbooks that were taken over, in that order, each with its day.

    Args:
        folder: A folder of runs, which has the archive in it, or none.
    """
    found = []
    for note in sorted((folder / FOLDER).glob("*.json")):
        copies = [note.with_suffix(suffix) for suffix in sorted(SUFFIXES)]
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(note.read_text(encoding="utf-8"))
            day = date.fromisoformat(told["taken_on"])
            # The note was written last of all; of one day, its time tells which came first.
            moment = note.stat().st_mtime_ns
            found += [(day, moment, path) for path in copies if path.is_file()]
    return [(path, day) for day, _, path in sorted(found)]


def taken_lines(copy: Path) -> frozenset[int] | None:
    """The rows that were taken over from a workbook that was kept; ``None`` if nobody noted it."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(copy.with_suffix(".json").read_text(encoding="utf-8"))
        return frozenset(map(int, note["taken_lines"]))
    return None


def keep(output: Path, came: Returned, note: Mapping[str, Any]) -> None:
    """Keep the workbook and a note of what was taken over.

    Raises:
        OutputError: The folder or a file cannot be written.
    """
    folder = output / FOLDER
    with refusals(folder):
        if not folder.is_dir():
            folder.mkdir()
            folder.chmod(FOLDER_MODE)  # whatever the umask says
        suffix = came.path.suffix.casefold()
        copy = folder / f"{came.sha256}{suffix if suffix in SUFFIXES else '.bin'}"
        if not copy.is_file():
            put(copy, came.data)
        beside = folder / f"{came.sha256}.json"
        if note["taken"] or not beside.is_file():
            # What was taken from it on an earlier day was taken, though it has been overtaken.
            before = taken_lines(copy) or frozenset()
            note = {**note, "taken_lines": sorted(before.union(note["taken_lines"]))}
            text = json.dumps(note, indent=2, sort_keys=True) + "\n"
            # Last: whoever finds the note finds the workbook, too.
            put(beside, text.encode())


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write(aside, content)
        aside.chmod(FILE_MODE)
        aside.replace(path)
    finally:
        if os.path.lexists(aside):
            remove(aside)
