"""The cells that facts were made from, as they stand in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ingest.raw import RawPortfolio

# What is read in passages, never as a cell.
_PROSE = ("name", "description")
# Facts that are read off other rows; the row's own cell would be no proof of them.
_OF_OTHERS = frozenset(
    {"child_count", "child_unit_count", "dependent_count", "cross_unit_dependency_count"}
)
# Where the row's own parent says nothing: its children are counted.
_NOT_OWN = {"project_count": "parent_id"}
COLUMNS = tuple(
    dict.fromkeys(
        column for spec in VOCABULARY.values() for column in spec.columns if column not in _PROSE
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of the source: the header above it and its text."""

    header: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCells:
    """The cells behind the facts of some initiatives, by position.

    ``cells`` has the texts under each header, "" where a cell is empty or the initiative has no
    row. ``headers`` are those that each canonical column was read from.
    """

    cells: Mapping[str, Sequence[str]]
    headers: Mapping[str, tuple[str, ...]]

    def of(self, fact: str, position: int) -> tuple[Cell, ...]:
        """The filled cells that a fact was made from; none for facts made of other rows."""
        if fact in _OF_OTHERS:
            return ()
        headers = dict.fromkeys(
            header
            for column in VOCABULARY[fact].columns
            if column != _NOT_OWN.get(fact)
            for header in self.headers.get(column, ())
        )
        texts = ((header, self.cells[header][position]) for header in headers)
        return tuple(Cell(header=header, text=text) for header, text in texts if text.strip())


def source_cells(raw: RawPortfolio, lines: Sequence[int]) -> SourceCells:
    """The cells at some source lines; a line that the source has not, gives empty cells."""
    headers = {
        column.canonical: column.headers for column in raw.mapping if column.canonical in COLUMNS
    }
    used = list(dict.fromkeys(header for group in headers.values() for header in group))
    cells = raw.cells[used].reindex(list(lines)).fillna("")
    return SourceCells(cells={header: cells[header].tolist() for header in used}, headers=headers)
