"""What differs between a run and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Differences since an earlier run; ``frame`` satisfies ``schemas.history.Changes``."""

    since_run_id: str
    since_as_of: str
    frame: pd.DataFrame

    @property
    def flipped(self) -> int:
        """How many verdicts are other ones than before."""
        return int((self.frame["change"] == "flipped").sum())
