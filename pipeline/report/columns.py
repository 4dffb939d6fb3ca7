"""Take columns out of frames whose column names may repeat and whose cells may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence


def first(frame: pd.DataFrame, name: str) -> pd.Series:
    """The first column of that name; all missing where there is none."""
    places = [place for place, label in enumerate(frame.columns) if label == name]
    if not places:
        return pd.Series([None] * len(frame), index=frame.index, dtype=object)
    return frame.iloc[:, places[0]]


def texts(frame: pd.DataFrame, name: str) -> list[str]:
    """The first column of that name as text, "" where missing."""
    return as_texts(first(frame, name))


def as_texts(values: pd.Series) -> list[str]:
    """Cells of any dtype as text: lists joined by "; ", dates as YYYY-MM-DD, missing as ""."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    missing: Sequence[bool] = values.isna().tolist()
    return [
        "" if gone else cell if isinstance(cell, str) else _text(cell)
        for cell, gone in zip(values.tolist(), missing, strict=True)
    ]


def _text(cell: object) -> str:
    if isinstance(cell, tuple | list):
        return "; ".join(map(str, cell))
    if isinstance(cell, float):
        return f"{cell:,.2f}".removesuffix(".00")
    return str(cell)
