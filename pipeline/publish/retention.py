"""Old runs are taken away, never the one that ``latest`` stands for."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pipeline.publish.staging import LATEST, fresh
from pipeline.publish.system import remove

if TYPE_CHECKING:
    from pathlib import Path

_RUN: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_MANIFEST: Final = "manifest.json"


def prune(folder: Path, *, keep: int) -> int:
    """Take away all but the newest runs of an output folder that this process holds.

    A run is renamed out of sight first, so that nobody ever sees half of one; what is then not
    deleted, since we are killed or the disk refuses, the next run sweeps. Whatever happens here,
    tonight's run is published already, so no refusal ends the run.

    Args:
        folder: Where runs are published.
        keep: How many stay, the latest among them; 0 keeps all.

    Returns:
        How many are gone.
    """
    if keep < 1:
        return 0
    latest = (folder / LATEST).resolve().name
    gone = 0
    with suppress(OSError):
        runs = sorted((path for path in folder.iterdir() if _is_run(path)), key=_age, reverse=True)
        others = [path for path in runs if path.name != latest]
        for path in others[max(keep - 1, 0) :]:
            aside = fresh(folder)
            path.rename(aside)
            gone += 1
            remove(aside)
    return gone


def _is_run(path: Path) -> bool:
    """Whether a folder is a run of ours: by its name and by the id in its manifest."""
    if not _RUN.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
        return False
    try:
        told = json.loads((path / _MANIFEST).read_bytes())
        return bool(told["run_id"] == path.name)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _age(path: Path) -> tuple[str, int, str]:
    """Runs in order of the day they are of, then of when they were published."""
    return path.name[:10], path.stat().st_mtime_ns, path.name
