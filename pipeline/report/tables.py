"""The tables of a run as CSV and Parquet files, for other programs.

CSV is UTF-8 without a byte order mark, lines end in a line feed, unknown is the empty cell, lists
are joined by "; ". Text is neutralised there, so that a spreadsheet shows it and runs none of it.
Parquet keeps types and the text as it was.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from pipeline.report.safe_text import neutral, neutral_array, text_array
from schemas.columns import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CSV = pyarrow.csv.WriteOptions(delimiter=",", eol="\n", quoting_style="needed")


def unique_names(names: Iterable[object]) -> list[str]:
    """Column names of which no two are equal: a later twin gets " (input)", then a number."""
    taken: set[str] = set()
    result = []
    for name in map(str, names):
        unique, copy = name, 1
        while unique in taken:
            unique = f"{name} (input)" if copy == 1 else f"{name} (input {copy})"
            copy += 1
        taken.add(unique)
        result.append(unique)
    return result


def write_csv(
    frame: pd.DataFrame, file: IO[bytes], typed: Sequence[pa.ChunkedArray] | None = None
) -> None:
    """Write a frame as CSV; its index is left out.

    Args:
        frame: Cells of any dtype that the pipeline uses; column names may repeat.
        file: Open for writing bytes.
        typed: The ``typed_columns`` of the frame, where they are known already.
    """
    columns = [_csv_column(column) for column in typed or typed_columns(frame)]
    names = unique_names(neutral(str(name)) for name in frame.columns)
    pyarrow.csv.write_csv(pa.table(columns, names=names), file, _CSV)


def write_parquet(
    frame: pd.DataFrame, file: IO[bytes], typed: Sequence[pa.ChunkedArray] | None = None
) -> None:
    """Write a frame as Parquet: dates, whole numbers, numbers, lists of text, text.

    No metadata of pandas go with it, so that the bytes depend on the cells alone. ``typed`` is as
    for ``write_csv``.
    """
    table = pa.table(typed or typed_columns(frame), names=unique_names(frame.columns))
    pyarrow.parquet.write_table(table, file, compression="zstd")


def typed_columns(frame: pd.DataFrame) -> list[pa.ChunkedArray]:
    """The columns of a frame as Arrow arrays, by position, for names may repeat.

    A first column of a canonical name is taken for that column; a twin is the user's own text.
    """
    seen: set[str] = set()
    columns = []
    for position, name in enumerate(map(str, frame.columns)):
        kind = BY_NAME[name].kind if name in BY_NAME and name not in seen else "text"
        seen.add(name)
        columns.append(_typed(frame.iloc[:, position], kind))
    return columns


def _typed(values: pd.Series, kind: str) -> pa.ChunkedArray:
    if kind == "date":
        return (
            pa.chunked_array([pa.array(pd.to_datetime(values), from_pandas=True)])
            .cast(pa.timestamp("us"))
            .cast(pa.date32())
        )
    if kind == "list":
        return pa.chunked_array([_lists(values)])
    if pd.api.types.is_bool_dtype(values.dtype):
        return _chunked(values, pa.bool_())
    if pd.api.types.is_integer_dtype(values.dtype):
        return _chunked(values, pa.int64())
    if pd.api.types.is_float_dtype(values.dtype):
        return _chunked(values, pa.float64())
    return text_array(values)


def _lists(values: pd.Series) -> pa.Array:
    cells = [cell if isinstance(cell, (tuple, list)) else None for cell in values]
    try:
        return pa.array(cells, type=pa.list_(pa.string()))
    except UnicodeEncodeError:
        mended = [cell and text_array(cell).to_pylist() for cell in cells]
        return pa.array(mended, type=pa.list_(pa.string()))


def _chunked(values: pd.Series, kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, type=kind, from_pandas=True)])


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, "; ").cast(pa.large_string())
    if not pa.types.is_large_string(column.type):
        return column
    # Null, not "", so that unknown is written one way only.
    return neutral_array(pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column))
