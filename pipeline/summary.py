"""What a run came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline import review
    from pipeline.history import Changes
    from pipeline.night import strange
    from pipeline.report.data import Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a run came to. ``is_new`` is false where the same run was published before.

    ``oddities`` says what about it calls for a look; ``pruned`` counts the old runs
    that were taken away; ``roster_set_aside`` the rows of the roster that could not be used.
    ``changes`` are those since the run before, if there was one; ``trouble`` says why earlier runs
    could not be recalled or this one not be remembered, "" where all went well. ``dropped`` is what
    became of the drop folder, ``None`` where there is none. ``parts`` is how many there were if the
    portfolio was read in parts.
    """

    counts: Counts
    run_id: str
    folder: Path
    seconds: float
    is_new: bool
    oddities: tuple[strange.Oddity, ...] = ()
    pruned: int = 0
    verified: int = 0
    roster_set_aside: int = 0
    changes: Changes | None = None
    trouble: str = ""
    dropped: review.Dropped | None = None
    parts: int = 0
