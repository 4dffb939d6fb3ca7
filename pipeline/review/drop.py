"""Workbooks that were put into the drop folder since the last night; none can fail the night."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, PipelineError
from pipeline.history.faults import HistoryError
from pipeline.publish.system import FOLDER_MODE
from pipeline.review.archive import SUFFIXES, put
from pipeline.review.in_words import told
from pipeline.review.intake import take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.history import Store
    from pipeline.review.intake import Request

DONE: Final = "done"
REFUSED: Final = "refused"
REASONS: Final = ".reasons.txt"
_MOST_NAMES: Final = 10_000


@dataclass(kw_only=True, slots=True)
class Dropped:
    """What became of the drop folder.

    Names of the files that went to ``done`` and to ``refused``; ``left`` are those that somebody
    still has open. ``trouble`` says why the others had to stay, "" where none had to.
    """

    taken: int = 0
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    trouble: str = ""


def empty(folder: Path, open_store: Callable[[], Store], request: Request) -> Dropped:
    """Take over every workbook of a folder, in order of name, and move it out of the way.

    One with a row that was refused goes to ``refused``, with the reasons beside it; its other rows
    are taken over.

    Args:
        folder: The drop folder; one that is not there counts as empty.
        open_store: Opens the history store.
        request: As for a single workbook.
    """
    dropped = Dropped()
    try:
        for path in _workbooks(folder, dropped):
            _one(path, open_store, request, dropped)
    except FileNotFoundError as error:
        dropped.trouble = f"{error.filename}: there is no such folder or file"
    except OSError as error:
        dropped.trouble = f"{error.filename or folder}: {error.strerror or error}"
    except PipelineError as error:
        dropped.trouble = str(error)
    return dropped


def waiting(folder: Path) -> tuple[int, int]:
    """How many workbooks of a drop folder the next night takes over, and how many are open.

    Raises:
        OSError: The folder cannot be read, or is none.
    """
    dropped = Dropped()
    return sum(1 for _ in _workbooks(folder, dropped)), len(dropped.left)


def _workbooks(folder: Path, dropped: Dropped) -> Iterator[Path]:
    names = sorted(os.listdir(folder))  # noqa: PTH208 -- sorted by name alone
    for name in names:
        path = folder / name
        if name.startswith((".", "~$")) or path.suffix.casefold() not in SUFFIXES:
            continue
        # A link could lead out of the folder, and what it leads to cannot be moved.
        if not stat.S_ISREG(path.lstat().st_mode):
            continue
        if {f".~lock.{name}#", f"~${name}", f"~${name[2:]}"} & {*names}:
            dropped.left.append(name)
            continue
        yield path


def _one(path: Path, open_store: Callable[[], Store], request: Request, dropped: Dropped) -> None:
    try:
        intake = take_in(path, open_store, request)
    except HistoryError:
        raise
    except InputError as fault:
        _move(path, REFUSED, f"{fault}\n")
        dropped.refused.append(path.name)
        return
    dropped.taken += len(intake.taken)
    if intake.refused:
        reasons = [told(intake, is_trial=False), "", *map(str, intake.refused)]
        _move(path, REFUSED, "\n".join(reasons) + "\n")
        dropped.refused.append(path.name)
    else:
        _move(path, DONE)
        dropped.done.append(path.name)


def _move(path: Path, name: str, reasons: str = "") -> None:
    """Move a file into a folder beside it, under a name that is free there."""
    folder = path.parent / name
    if not folder.is_dir():
        folder.mkdir()
        folder.chmod(FOLDER_MODE)
    names = (path.name, *(f"{path.stem}-{count}{path.suffix}" for count in range(2, _MOST_NAMES)))
    target = next(folder / each for each in names if not os.path.lexists(folder / each))
    if reasons:
        put(target.with_name(target.name + REASONS), reasons.encode("utf-8", "replace"))
    path.rename(target)
