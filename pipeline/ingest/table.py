"""A table whose header is not known yet: text cells by position, indexed by source line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Cells of a sheet or text file, title lines and header included.

    ``cells`` has dtype ``str``, columns 0, 1, 2, … and the index ``source_line``. ``widths`` is
    how many cells each record had, ``filled`` the position after its last cell that is not blank,
    both before it was cut or filled to the width of the table. ``surplus`` has the cells that were
    cut off, by line. ``merged`` are merged ranges as (line, column, last line, last column), lines
    from 1, columns from 0. ``blank_rows`` counts empty lines that are not in ``cells``.
    """

    cells: pd.DataFrame
    widths: NDArray[np.int64]
    filled: NDArray[np.int64]
    surplus: dict[int, list[str]] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    blank_rows: int = 0
    problems: tuple[Problem, ...] = ()


def frame(columns: Sequence[pa.ChunkedArray | pa.Array], lines: NDArray[np.int64]) -> pd.DataFrame:
    """Make a frame of dtype ``str`` from Arrow text columns, without copying them."""
    index = pd.Index(lines, dtype="int64", name="source_line")
    series = {place: pd.array(column, dtype="str") for place, column in enumerate(columns)}
    return pd.DataFrame(series, index=index)


def rectangle(
    rows: Sequence[Sequence[str]], width: int, lines: Sequence[int] | NDArray[np.int64]
) -> pd.DataFrame:
    """Make a frame from rows of text, cut or filled with "" to ``width``."""
    blank = [""] * width
    even = [
        row if len(row) == width else [*row[:width], *blank[: max(0, width - len(row))]]
        for row in rows
    ]
    columns = [pa.array(column, pa.large_string()) for column in zip(*even, strict=True)]
    return frame(
        columns or [pa.array([], pa.large_string())] * width, np.asarray(lines, dtype=np.int64)
    )


def blank_mask(column: pd.Series[str]) -> NDArray[np.bool_]:
    """Tell which cells hold nothing but white space, no-break spaces included."""
    # Most columns are settled by their lengths; only cells that might be white space are trimmed.
    trimmed = pc.utf8_trim_whitespace(pa.array(column, pa.large_string()))
    mask: NDArray[np.bool_] = pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
    return mask


def blank_cells(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell for every cell whether it is blank; shape of ``cells``."""
    if cells.shape[1] == 0:
        return np.zeros(cells.shape, dtype=np.bool_)
    return np.column_stack([blank_mask(cells[name]) for name in cells.columns])


def filled_width(cells: pd.DataFrame) -> NDArray[np.int64]:
    """For each row the position after its last cell that is not blank; 0 for a blank row."""
    width = cells.shape[1]
    reach = np.zeros(len(cells), dtype=np.int64)
    for place in range(width):
        reach[~blank_mask(cells[place])] = place + 1
    return reach


def reach(cells: Sequence[str]) -> int:
    """For one row the position after its last cell that is not blank; 0 for a blank row."""
    return max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)
