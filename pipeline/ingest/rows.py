"""What lies below the header: rows of the portfolio, and rows that are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ingest.headers import comparable
from pipeline.ingest.labels import header_width
from pipeline.ingest.table import blank_cells
from pipeline.problems import Problem
from schemas.aliases import alias_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from pipeline.ingest.header_row import Found

# From this share of short rows on, cutting empty cells off the end is the exporter's habit.
_HABIT = 0.2
_LEAST_SHORT = 3
_AMOUNT = re.compile(r"[\s\d.,:%()+\-/£$€¥']*(?:[A-Za-z]{1,3}[\s\d.,%()]*)?")
_FOOTNOTE_MARK = re.compile(r"[*†‡§©¹²³]|\([0-9a-z]\)\s|\[[0-9]\]\s")
# Footnotes are looked for in this many rows at the end.
_TAIL = 20
# A cell that says "Total" says little else.
_MOST_CHARACTERS = 60
_FOOTNOTE_COLUMNS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """Rows of the portfolio under unique labels.

    ``cells`` has the index ``source_line``; ``problems`` are of rows in it and of lines left out.
    ``short_rows`` have fewer cells than the header.
    """

    cells: pd.DataFrame
    problems: tuple[Problem, ...]
    blank_rows: int
    totals_rows: int
    short_rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """What is known of a whole table where only a part of its rows is at hand.

    ``is_last`` tells that they are the last ones; ``cuts_short`` that its exporter cuts empty cells
    off the end of rows, so that a short row is nothing to report.
    """

    is_last: bool
    cuts_short: bool


def take_rows(
    found: Found, labels: Sequence[str], known: Iterable[str], portion: Portion | None = None
) -> Body:
    """Separate the rows of the portfolio from blank, total, repeated and foot lines.

    Args:
        found: The table and its header.
        labels: One label for each column, "" for a column to leave out.
        known: Labels of the columns that hold the name or the id.
        portion: What is known of the whole table, where ``found`` has a part of it.
    """
    table = found.table
    start = found.last + 1
    kept = [place for place, label in enumerate(labels) if label]
    cells = table.cells.iloc[start:, kept]
    cells.columns = [labels[place] for place in kept]
    blank = blank_cells(cells)
    is_blank = table.filled[start:] == 0
    is_total = _totals(cells, blank, list(known)) & ~is_blank
    is_header = _repeats(cells, [found.texts[place] for place in kept])
    is_foot = _footnotes(cells, blank, is_blank | is_total)
    if portion is not None and not portion.is_last:
        is_foot[:] = False
    left_out = is_blank | is_total | is_header | is_foot
    problems = [
        *_tell(cells, is_header, "header-repeated"),
        *_tell(cells, is_foot, "footnote-skipped"),
        *_ragged(found, ~left_out, cells.index.to_numpy(), portion),
    ]
    body = cells[~left_out]
    body.index.name = "source_line"
    lines = set(body.index)
    problems += [problem for problem in table.problems if problem.source_line in lines]
    return Body(
        cells=body,
        problems=tuple(problems),
        blank_rows=int(is_blank.sum()) + table.blank_rows,
        totals_rows=int((is_total | is_header | is_foot).sum()),
        short_rows=int((~left_out & (table.widths[start:] < header_width(found))).sum()),
    )


def _tell(cells: pd.DataFrame, mask: NDArray[np.bool_], code: str) -> list[Problem]:
    if not mask.any():
        return []
    return [
        Problem(source_line=int(line), code=code, value=" ".join(filter(None, row))[:200])
        for line, row in zip(
            cells.index[mask], cells[mask].itertuples(index=False, name=None), strict=True
        )
    ]


def _totals(
    cells: pd.DataFrame, blank: NDArray[np.bool_], known: Sequence[str]
) -> NDArray[np.bool_]:
    """Find rows that say "Total" where the name stands, and have nothing but numbers besides."""
    words = frozenset(alias_table().totals)
    # The pattern only sorts out the bulk; what it lets through is looked at word by word.
    single = {phrase for phrase in words if " " not in phrase}
    longer = {phrase.split()[0] for phrase in words if single.isdisjoint(phrase.split())}
    pattern = "|".join(sorted(single | longer))
    mask = np.zeros(len(cells), dtype=np.bool_)
    # Where a row starts late, its first cell that is not blank may be the one that says "Total".
    looked = list(dict.fromkeys([*known, *cells.columns[:3]]))
    for label in looked:
        column = cells[label]
        texts = pa.array(column, pa.large_string())
        short = texts.filter(pc.less_equal(pc.utf8_length(texts), _MOST_CHARACTERS))
        likely = pc.match_substring_regex(short, pattern, ignore_case=True)
        found = pc.unique(short.filter(likely)).to_pylist()
        sums = sorted(cell for cell in found if comparable(_unbracketed(cell)) in words)
        if sums:
            mask |= column.isin(sums).to_numpy()
    for place in np.flatnonzero(mask):
        row = cells.iloc[place].tolist()
        rest = [cell for cell in row if comparable(_unbracketed(cell)) not in words]
        mask[place] = all(_AMOUNT.fullmatch(cell) for cell in rest)
    return mask & ~blank.all(axis=1)


def _unbracketed(cell: str) -> str:
    return re.sub(r"\([^()]*\)|[0-9]+", " ", cell)


def _repeats(cells: pd.DataFrame, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Find the header printed again, as on every page of a report."""
    mask = np.ones(len(cells), dtype=np.bool_)
    for place, text in enumerate(texts):
        if not mask.any():
            break
        mask &= (cells.iloc[:, place] == text).to_numpy()
    return mask if any(texts) else np.zeros(len(cells), dtype=np.bool_)


def _footnotes(
    cells: pd.DataFrame, blank: NDArray[np.bool_], skipped: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Find lines at the end that have one cell, the first, and tell about the table."""
    mask = np.zeros(len(cells), dtype=np.bool_)
    if cells.shape[1] < _FOOTNOTE_COLUMNS:
        return mask
    starts = alias_table().footnotes
    for place in range(len(cells) - 1, max(-1, len(cells) - 1 - _TAIL), -1):
        if skipped[place]:
            continue
        text = str(cells.iloc[place, 0])
        alone = not blank[place, 0] and bool(blank[place, 1:].all())
        opening = f"{comparable(text[:60])} "
        told = _FOOTNOTE_MARK.match(text.strip()) or (
            ":" in text[:40] and opening.startswith(tuple(f"{word} " for word in starts))
        )
        if not (alone and told):
            break
        mask[place] = True
    return mask


def are_cut_short(short: int, rows: int) -> bool:
    """Whether so many short rows are the exporter's habit rather than faults."""
    return short >= max(_LEAST_SHORT, _HABIT * rows)


def _ragged(
    found: Found,
    wanted: NDArray[np.bool_],
    lines: NDArray[np.int64],
    portion: Portion | None,
) -> list[Problem]:
    """Report rows with more or fewer cells than the header."""
    table, start, width = found.table, found.last + 1, header_width(found)
    widths, filled = table.widths[start:], table.filled[start:]
    broken = {problem.source_line for problem in table.problems}
    problems = []
    for place in np.flatnonzero(wanted & (filled > width)):
        line = int(lines[place])
        if line not in broken:
            cut = table.cells.iloc[int(start + place)].tolist()[width:]
            value = " ".join(filter(None, [*cut, *table.surplus.get(line, [])]))
            problems.append(Problem(source_line=line, code="cells-extra", value=value[:200]))
    short = wanted & (widths < width)
    is_habit = portion.cuts_short if portion else are_cut_short(short.sum(), wanted.sum())
    if not is_habit:
        problems += [
            Problem(
                source_line=int(lines[place]),
                code="cells-missing",
                value=f"{widths[place]} of {width} cells",
            )
            for place in np.flatnonzero(short)
            if int(lines[place]) not in broken
        ]
    return problems
