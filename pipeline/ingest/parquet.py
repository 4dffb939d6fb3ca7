"""A Parquet file to a table of text cells, as a CSV file of the same cells would give.

The names of its columns are the header, line 1; its rows follow. Days are written as year, month
and day, truth values as yes and no, a missing value as the empty cell.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import Location
from pipeline.ingest.refusals import (
    ColumnForeign,
    FileTooLarge,
    ParquetDamaged,
    TooManyColumns,
    TooManyRows,
)
from pipeline.ingest.table import Table, filled_width, frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.ingest.limits import Limits
    from pipeline.ingest.snapshot import Snapshot

# A dictionary stores a long text once and repeats it for the price of a bit.
_MOST_TIMES: Final = 16
_TEXT: Final = pa.large_string()


def read_parquet(snapshot: Snapshot, limits: Limits) -> Table:
    """Read the whole file.

    Raises:
        InputError: Damaged, too large, or with columns that hold no plain values.
    """
    at = Location(path=snapshot.path)
    try:
        file = pq.ParquetFile(pa.BufferReader(snapshot.data))
        _check_size(file.metadata.num_rows, file.schema_arrow, limits, at)
        names = names_of(file)
        file = pq.ParquetFile(pa.BufferReader(snapshot.data), read_dictionary=names)
        cells = file.read()
        cells.validate(full=True)
        columns = _texts(cells, limits, at)
    except (pa.ArrowException, OSError) as error:
        raise damaged(at) from error
    return _headed(names, columns, np.arange(1, cells.num_rows + 2))


def read_rows(file: IO[bytes], start: int, end: int, limits: Limits, at: Location) -> Table:
    """Read some rows of an open file below its header; their lines count from ``start`` + 2.

    Raises:
        InputError: Damaged, too large, or with columns that hold no plain values.
    """
    try:
        names = names_of(pq.ParquetFile(file))
        opened = pq.ParquetFile(file, read_dictionary=names)
        _check_size(end - start, opened.schema_arrow, limits, at)
        ends = np.cumsum(
            [opened.metadata.row_group(place).num_rows for place in range(opened.num_row_groups)]
        )
        first = int(np.searchsorted(ends, start, side="right"))
        last = int(np.searchsorted(ends, end, side="left"))
        before = int(ends[first - 1]) if first else 0
        read = opened.read_row_groups(list(range(first, last + 1)))
        cells = read.slice(start - before, end - start)
        cells.validate(full=True)
        columns = _texts(cells, limits, at)
    except (pa.ArrowException, OSError) as error:
        raise damaged(at) from error
    return _headed(names, columns, np.array([1, *range(start + 2, end + 2)]))


def names_of(file: pq.ParquetFile) -> list[str]:
    """The names of the columns."""
    return [str(name) for name in file.schema_arrow.names]


def damaged(at: Location) -> ParquetDamaged:
    """The refusal of a Parquet file that is none."""
    return ParquetDamaged(
        "the Parquet file cannot be read",
        hint="Write it again, or export the portfolio as CSV.",
        at=at,
    )


def _headed(
    names: Sequence[str], columns: Sequence[pa.ChunkedArray], lines: NDArray[np.int64]
) -> Table:
    """A table whose first row are the names of its columns."""
    headed = [
        pa.chunked_array([pa.array([name], _TEXT), *column.chunks])
        for name, column in zip(names, columns, strict=True)
    ]
    made = frame(headed, lines)
    return Table(
        cells=made,
        widths=np.full(len(made), len(names), np.int64),
        filled=filled_width(made),
    )


def _check_size(rows: int, schema: pa.Schema, limits: Limits, at: Location) -> None:
    if rows > limits.rows:
        raise TooManyRows(
            f"the table has {rows:,} rows, more than {limits.rows:,}",
            hint="Split the portfolio; one row is one initiative.",
            at=at,
        )
    if len(schema) > limits.columns:
        raise TooManyColumns(
            f"the table has {len(schema):,} columns, more than {limits.columns:,}",
            hint="Export only the columns of the portfolio.",
            at=at,
        )
    foreign = [f"{field.name!r} ({field.type})" for field in schema if not _is_plain(field.type)]
    if foreign:
        raise ColumnForeign(
            f"columns that hold no plain values: {', '.join(foreign)[:300]}",
            hint="Write lists as text parted by semicolons, and leave other such columns out.",
            at=at,
        )


def _is_plain(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_boolean,
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_decimal,
            pa.types.is_date,
            pa.types.is_timestamp,
            pa.types.is_null,
        )
    )


def _texts(cells: pa.Table, limits: Limits, at: Location) -> list[pa.ChunkedArray]:
    """Every column as text, once it is known that all of them fit the memory."""
    most, size = _MOST_TIMES * limits.file_bytes, 0
    for column in cells.columns:
        size += sum(map(_bytes, column.chunks))
        if size > most:
            raise FileTooLarge(
                f"its cells take more than {most:,} bytes",
                hint="Export only the columns of the portfolio, or raise file_bytes in [limits].",
                at=at,
            )
    return [_text(column) for column in cells.columns]


def _bytes(chunk: pa.Array) -> int:
    """What the cells take as text, about, before any is made."""
    if not pa.types.is_dictionary(chunk.type):
        return int(chunk.nbytes)
    lengths = pc.binary_length(chunk.dictionary.cast(_TEXT)).cast(pa.int64())
    return int(pc.sum(lengths.take(chunk.indices)).as_py() or 0)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind: Any = column.type
    if pa.types.is_boolean(kind):
        column = pc.if_else(column, pa.scalar("yes", _TEXT), pa.scalar("no", _TEXT))
    elif pa.types.is_floating(kind):
        # No number and infinite say as little as nothing does.
        column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind))
    elif pa.types.is_timestamp(kind):
        column = (pc.local_timestamp(column) if kind.tz else column).cast(
            "timestamp[us]", safe=False
        )
        column = column.cast(pa.date32(), safe=False)
    return pc.fill_null(column.cast(_TEXT), "")
