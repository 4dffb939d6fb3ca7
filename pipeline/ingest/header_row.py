"""Finds the header of a table: under title lines, on two rows, or down the first column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import Location
from pipeline.ingest.refusals import HeaderElsewhere, HeaderMissing
from pipeline.ingest.table import Table, filled_width, rectangle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ingest.vocabulary import Vocabulary

# Title lines above a header are few; a header further down is somebody's second table.
_SEARCHED = 30
# A first column must know this many headers more than any row before a table is turned.
_CLEARLY = 2
_LEAST_TURNED = 4
_MOST_TURNED_ROWS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The header: its texts by column, the rows it takes, and the table (turned, if need be).

    ``first`` and ``last`` are positions in the table, the same if the header is one row.
    """

    table: Table
    texts: tuple[str, ...]
    first: int
    last: int
    transposed: bool = False

    @property
    def line(self) -> int:
        """Source line of the header; for a turned table the column that held it."""
        return int(self.table.cells.index[self.last])


def find_header(table: Table, words: Vocabulary, path: Path, line: int | None) -> Found:
    """Find the header row.

    Args:
        table: The cells.
        words: The known headers.
        path: Where the file lies, for messages.
        line: Source line of the header, if the user names it.

    Raises:
        InputError: No row can be a header, or there is no row at ``line``.
    """
    if line is not None:
        return _at_line(table, line, path)
    head = _rows(table, _SEARCHED)
    scores = [words.score(row) for row in head]
    best = int(np.argmax(scores)) if scores else 0
    column_score = _column_score(table, words)
    if column_score >= max(scores, default=0) + _CLEARLY and column_score >= _LEAST_TURNED:
        return _turned(table)
    pair = _best_pair(table, head, words)
    if pair is not None and pair[0] > max(scores):
        _, place, texts = pair
        return Found(table=table, texts=texts, first=place, last=place + 1)
    if not scores or scores[best] == 0:
        best = _texty(head, path)
    return Found(table=table, texts=tuple(head[best]), first=best, last=best)


def _rows(table: Table, most: int) -> list[list[str]]:
    return [list(row) for row in table.cells.iloc[:most].itertuples(index=False, name=None)]


def _at_line(table: Table, line: int, path: Path) -> Found:
    places = np.flatnonzero(table.cells.index.to_numpy() == line)
    if len(places) == 0:
        raise HeaderElsewhere(
            f"the mapping file says that the header is on line {line}, and there is no such row",
            hint="Correct or remove 'header_row' in the mapping file.",
            at=Location(path=path),
        )
    place = int(places[0])
    texts = tuple(table.cells.iloc[place])
    return Found(table=table, texts=texts, first=place, last=place)


def _column_score(table: Table, words: Vocabulary) -> int:
    if table.cells.shape[1] == 0 or len(table.cells) > _MOST_TURNED_ROWS:
        return 0
    return words.score(table.cells[0])


def _turned(table: Table) -> Found:
    """Make columns of rows; the source lines are then the numbers of the columns."""
    rows = [list(table.cells[place]) for place in table.cells.columns]
    cells = rectangle(rows, len(table.cells), range(1, len(rows) + 1))
    turned = Table(
        cells=cells,
        widths=np.full(len(cells), cells.shape[1], dtype=np.int64),
        filled=filled_width(cells),
        problems=table.problems,
    )
    return Found(table=turned, texts=tuple(rows[0]), first=0, last=0, transposed=True)


def _texty(head: Sequence[Sequence[str]], path: Path) -> int:
    """Take the first row with most words, where no row is known: it serves to say what is found."""
    counts = [sum(_is_word(cell) for cell in row) for row in head]
    if not counts or max(counts) == 0:
        raise HeaderMissing(
            "no row looks like a header",
            hint="The first row of the table must name its columns, such as 'Name'.",
            at=Location(path=path),
        )
    return counts.index(max(counts))


def _is_word(cell: str) -> bool:
    return any(character.isalpha() for character in cell[:100])


def _best_pair(
    table: Table, head: Sequence[Sequence[str]], words: Vocabulary
) -> tuple[int, int, tuple[str, ...]] | None:
    """Find two rows that make a header together, such as "Dates" over "Start" and "End"."""
    best: tuple[int, int, tuple[str, ...]] | None = None
    for place in range(len(head) - 1):
        upper = _spread(table, place, head[place])
        lower = head[place + 1]
        if sum(map(bool, head[place])) < 2 or not any(map(str.strip, lower)):  # noqa: PLR2004
            continue
        texts = tuple(_join(over, under, words) for over, under in zip(upper, lower, strict=True))
        score = words.score(texts)
        if best is None or score > best[0]:
            best = (score, place, texts)
    return best


def _spread(table: Table, place: int, row: Sequence[str]) -> list[str]:
    """Fill merged cells of a row from their left end."""
    spread = list(row)
    line = int(table.cells.index[place])
    for top, left, low, right in table.merged:
        if top <= line <= low and left < len(spread):
            for column in range(left, min(right + 1, len(spread))):
                spread[column] = spread[column] or row[left]
    return spread


def _join(over: str, under: str, words: Vocabulary) -> str:
    over, under = over.strip(), under.strip()
    if not over or not under:
        return under or over
    joined = f"{over} {under}"
    return under if words.columns([under]) and not words.columns([joined]) else joined
