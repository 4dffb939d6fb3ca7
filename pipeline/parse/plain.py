"""Identifiers and text: cleaned, otherwise as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.parse.columns import series
from pipeline.parse.missing import says_nothing, wariness
from pipeline.parse.readings import Reading, first_said
from pipeline.parse.text import clean, clean_lines
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.parse.columns import RawColumns
    from schemas.columns import Column

_WITH_LINES = frozenset({"description"})


def read(text: str, column: Column) -> Reading | None:
    """Clean one cell; line breaks stay only in descriptions."""
    cleaned = clean_lines(text) if column.name in _WITH_LINES else clean(text)
    return None if says_nothing(cleaned, wariness(column)) else Reading(cleaned)


def column(raw: RawColumns, wanted: Column) -> pd.Series[str]:
    """Read one column of text or identifiers."""
    parts = [
        (cells, [read(text, wanted) for text in cells.texts]) for cells in raw.headers(wanted.name)
    ]
    return series(wanted.kind, first_said(parts) if parts else None, raw.cells.index)


def parent(found: pd.Series[str], ids: Container[str]) -> pd.Series[str]:
    """Take "None" and "N/A" for no parent, unless an initiative has that id.

    Otherwise all orphans would become the children of one parent.
    """
    nobody = [
        text
        for text in found.dropna().unique().tolist()
        if text not in ids and says_nothing(text, "value")
    ]
    return found.mask(found.isin(nobody)) if nobody else found


def made_ids(found: pd.Series[str], *, has_column: bool) -> tuple[pd.Series[str], list[Problem]]:
    """Give every row without an id one made from its source line, ``row-N``.

    Returns:
        The ids, none missing, and the notices: one for the file if it has no id column, else one
        for each row concerned.
    """
    without = found.isna()
    if not without.any():
        return found, []
    made = pd.Series([f"row-{line}" for line in found.index], index=found.index, dtype="str")
    lines = found.index[without].tolist() if has_column else [0]
    notices = [Problem(source_line=line, code="id-made", column="initiative_id") for line in lines]
    return found.where(~without, made), notices
