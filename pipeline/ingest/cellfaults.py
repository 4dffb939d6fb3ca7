"""Cells that did not come through whole: failed formulas, bytes that do not fit, endless text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

_SHOWN = 200
_REPLACEMENT = "\ufffd"


def failed_formulas(
    cells: pd.DataFrame, errors: Iterable[tuple[int, int, str]], labels: Sequence[str]
) -> list[Problem]:
    """Report the failed formulas that lie in the rows of the portfolio.

    Args:
        cells: Those rows, indexed by source line.
        errors: Line, column from 0 and text of each failed formula of the sheet.
        labels: One label for each column of the sheet.
    """
    lines = set(cells.index)
    return [
        Problem(source_line=line, code="cell-error", column=labels[column], value=text)
        for line, column, text in errors
        if line in lines and column < len(labels) and labels[column]
    ]


def damaged_cells(cells: pd.DataFrame) -> list[Problem]:
    """Report every cell in which a byte did not fit the encoding."""
    problems = []
    lines = cells.index.to_numpy()
    for label in cells.columns:
        texts = pa.array(cells[label], pa.large_string())
        mask = pc.match_substring(texts, _REPLACEMENT).to_numpy(zero_copy_only=False)
        problems += [
            Problem(
                source_line=int(lines[place]),
                code="text-damaged",
                column=str(label),
                value=cells[label].iloc[int(place)][:_SHOWN],
            )
            for place in np.flatnonzero(mask)
        ]
    return problems


def cut_long_cells(cells: pd.DataFrame, most: int) -> tuple[pd.DataFrame, list[Problem]]:
    """Cut cells of more than ``most`` characters, and report them."""
    problems = []
    lines = cells.index.to_numpy()
    cut: dict[str, pd.Series[str]] = {}
    for label in cells.columns:
        lengths = pc.utf8_length(pa.array(cells[label], pa.large_string()))
        mask = pc.greater(lengths, most).to_numpy(zero_copy_only=False)
        if mask.any():
            cut[label] = cells[label].str.slice(0, most)
            problems += [
                Problem(
                    source_line=int(lines[place]),
                    code="cell-too-long",
                    column=str(label),
                    value=cells[label].iloc[int(place)][:_SHOWN],
                )
                for place in np.flatnonzero(mask)
            ]
    return (cells.assign(**cut) if cut else cells), problems
