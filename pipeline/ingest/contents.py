"""What the columns of a file hold, as far as it helps to tell which of two headers is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.ingest.table import blank_mask

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


class Contents(Protocol):
    """The columns of a file by label."""

    def is_filled(self, label: str) -> bool:
        """Whether any cell of a column says something."""

    def distinct(self, label: str) -> int:
        """How many different cells of a column say something."""


@dataclass(frozen=True, slots=True)
class CellContents:
    """Columns whose cells are at hand."""

    cells: pd.DataFrame

    def is_filled(self, label: str) -> bool:
        """Look at every cell."""
        return not bool(blank_mask(self.cells[label]).all())

    def distinct(self, label: str) -> int:
        """Count the cells that are not blank, each text once."""
        return int(self.cells[label][~blank_mask(self.cells[label])].nunique())


class NotCounted(Exception):  # noqa: N818 -- named for what it is, and always caught
    """It hangs on the cells which header is meant, and nobody has looked at them.

    ``label`` is the column whose different cells are to be counted; "" where it only matters which
    columns are filled.
    """

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedContents:
    """Columns that were looked at part by part, as far as they were.

    ``filled`` is ``None`` where nobody has looked; ``counts`` has the columns that were counted.
    """

    filled: frozenset[str] | None
    counts: Mapping[str, int]

    def is_filled(self, label: str) -> bool:
        """Look the column up."""
        if self.filled is None:
            raise NotCounted("")
        return label in self.filled

    def distinct(self, label: str) -> int:
        """Look the column up."""
        if label not in self.counts:
            raise NotCounted(label)
        return self.counts[label]
