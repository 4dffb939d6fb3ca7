"""Yes or no, in the usual spellings."""

from __future__ import annotations

from pipeline.parse.spellings import fold, spellings


def read(text: str) -> bool | None:
    """Read a flag; ``None`` where the cell says nothing or something else."""
    return spellings().yes_no.get(fold(text))
