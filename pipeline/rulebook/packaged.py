"""The rulebook that comes along, and what to type to lock any other."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "rules"


def lock_command(folder: Path) -> str:
    """What locks the rulebook in ``folder``, as a person without `make` types it."""
    if folder.resolve() == FOLDER:
        return "staffing rules lock"
    return f"staffing rules lock --rules {shlex.quote(str(folder))}"
