"""Cells that are merged over several rows: each of these rows has their value."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.ingest.header_row import Found


def filled_down(found: Found, labels: Sequence[str]) -> tuple[Found, tuple[Problem, ...]]:
    """Give each row below the header the value of the merged cell that it lies in.

    A cell that is blank without being merged stays blank, and so does a row that has no cell of its
    own. Of a range over several columns only the first is filled: the others name other things.

    Args:
        found: The table and its header.
        labels: One label for each column, "" for one that is left out.

    Returns:
        The same with the cells filled, and a notice for each column concerned.
    """
    table = found.table
    lines = table.cells.index.to_numpy()
    first_line = int(lines[found.last]) + 1 if len(lines) else 1
    ranges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for top, left, low, _ in table.merged:
        if low > top >= first_line and left < len(labels) and labels[left]:
            ranges[left].append((top, low))
    changed: dict[int, pd.Series[str]] = {}
    notices = []
    for column, spans in sorted(ranges.items()):
        filled, count = _filled(table.cells[column], lines, sorted(spans))
        if count:
            changed[column] = filled
            value = f"{count} cells filled" if count > 1 else "1 cell filled"
            notices.append(
                Problem(source_line=0, code="cells-merged", column=labels[column], value=value)
            )
    if not changed:
        return found, ()
    # By item: pandas takes only text for the keywords of assign.
    cells = table.cells.copy(deep=False)
    for column, values in changed.items():
        cells[column] = values
    return replace(found, table=replace(table, cells=cells)), tuple(notices)


def _filled(
    cells: pd.Series[str], lines: np.ndarray, spans: Iterable[tuple[int, int]]
) -> tuple[pd.Series[str], int]:
    """One column, and how many of its cells were filled; ranges that overlap count once."""
    texts = cells.to_numpy(object).copy()
    count, done = 0, 0
    for top, low in spans:
        start, stop = np.searchsorted(lines, [max(top, done), low + 1])
        done = max(done, low + 1)
        if start >= stop or lines[start] != top or not texts[start].strip():
            continue
        for place in range(start + 1, stop):
            if not texts[place].strip():
                texts[place] = texts[start]
                count += 1
    return pd.Series(texts, index=cells.index, dtype="str"), count
