"""From readings to typed columns of a frame, one dtype for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pipeline.parse.lists import once
from pipeline.parse.readings import Cells, Column, Reading, distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.raw import MappedColumn, RawPortfolio
    from schemas.columns import Kind

_DTYPES: Final[dict[Kind, str]] = {
    "identifier": "str",
    "text": "str",
    "choice": "str",
    "currency": "str",
    "count": "Int64",
    "money": "Float64",
    "date": "datetime64[us]",
    "list": "object",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RawColumns:
    """The raw cells by canonical column."""

    cells: pd.DataFrame
    mapping: dict[str, MappedColumn]

    @classmethod
    def of(cls, raw: RawPortfolio) -> RawColumns:
        """Look up canonical columns in a raw portfolio."""
        return cls(cells=raw.cells, mapping={each.canonical: each for each in raw.mapping})

    def headers(self, name: str) -> list[Cells]:
        """Cells of every header that a canonical column is read from, in order of preference."""
        mapped = self.mapping.get(name)
        return [distinct(self.cells[header]) for header in mapped.headers] if mapped else []

    @property
    def lines(self) -> list[int]:
        """Source line of every row."""
        lines: list[int] = self.cells.index.tolist()
        return lines


def series(kind: Kind, read: Column | None, index: pd.Index[int]) -> pd.Series:
    """One typed column; all unknown where the file has none."""
    dtype = _DTYPES[kind]
    if read is None:
        read = Column(codes=np.full(len(index), -1, dtype=np.intp), texts=[], readings=[])
    if kind == "list":
        return pd.Series(read.values(), index=index, dtype=dtype)
    values = pd.Series([*(reading.value for reading in read.readings), None], dtype=dtype)
    places = np.where(read.codes < 0, len(read.readings), read.codes)
    return pd.Series(values.array.take(places), index=index)


def joined(parts: Sequence[tuple[Cells, Sequence[tuple[str, ...]]]]) -> Column:
    """Join the lists of several headers row by row; every combination is joined once."""
    if len(parts) == 1:
        cells, lists = parts[0]
        alone = [Reading(elements or None) for elements in lists]
        return Column(codes=cells.codes, texts=cells.texts, readings=alone)
    codes = np.stack([cells.codes for cells, _ in parts], axis=1)
    combinations, rows = np.unique(codes, axis=0, return_inverse=True)
    readings = []
    for combination in combinations.tolist():
        elements = [
            element
            for code, (_, lists) in zip(combination, parts, strict=True)
            for element in lists[code]
        ]
        readings.append(Reading(once(elements) or None))
    return Column(codes=rows.reshape(-1), texts=[""] * len(readings), readings=readings)
