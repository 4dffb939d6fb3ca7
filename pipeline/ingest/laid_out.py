"""Reads a CSV file whose records are known, all at once, evening out those of other widths."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pipeline.ingest.table import Table, filled_width, frame, reach

if TYPE_CHECKING:
    from pipeline.ingest.scan import Layout

_BLOCK = 16 * 1024 * 1024


def read_laid_out(data: bytes, delimiter: str, layout: Layout, width: int) -> Table | None:
    """Read the records as cells.

    Args:
        data: UTF-8 without a byte order mark.
        delimiter: One ASCII character.
        layout: Where the records are.
        width: Cells that each record is cut or filled to.

    Returns:
        ``None`` if the fast reader sees other records than the layout, or cannot hold one.
    """
    even, surplus, filled = _even_out(data, delimiter, layout, width)
    read = _fast(even, delimiter, width)
    if read is None or read.num_rows != len(layout.lines):
        return None
    cells = frame(read.columns, layout.lines)
    widest = filled_width(cells)
    for place, reached in filled.items():
        widest[place] = reached
    return Table(
        cells=cells,
        widths=layout.widths,
        filled=widest,
        surplus=surplus,
        blank_rows=layout.blank,
    )


def _fast(data: bytes, delimiter: str, width: int) -> pa.Table | None:
    names = [str(place) for place in range(width)]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"',
                double_quote=True,
                newlines_in_values=True,
                ignore_empty_lines=True,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        # Such as a record larger than a block; the other way reads everything.
        return None


def _even_out(
    data: bytes, delimiter: str, layout: Layout, width: int
) -> tuple[bytes, dict[int, list[str]], dict[int, int]]:
    """Make every record ``width`` cells wide.

    Returns:
        The new bytes, cells cut off by line, and by position how far cut records reached.
    """
    odd = np.flatnonzero(layout.widths != width)
    if len(odd) == 0:
        return data, {}, {}
    surplus: dict[int, list[str]] = {}
    filled: dict[int, int] = {}
    pieces: list[bytes] = []
    done = 0
    for place in odd.tolist():
        start, end = int(layout.starts[place]), int(layout.ends[place])
        pieces.append(data[done:start])
        record = data[start:end].rstrip(b"\r")
        missing = width - int(layout.widths[place])
        if missing > 0:
            pieces.append(record + delimiter.encode() * missing + b"\n")
        else:
            cells = next(csv.reader(io.StringIO(record.decode(), newline=""), delimiter=delimiter))
            surplus[int(layout.lines[place])] = cells[width:]
            filled[place] = reach(cells)
            pieces.append(_written(cells[:width], delimiter))
        done = end + 1
    pieces.append(data[done:])
    return b"".join(pieces), surplus, filled


def _written(cells: list[str], delimiter: str) -> bytes:
    buffer = io.StringIO(newline="")
    # The writer puts cells in quotes that hold a character of the line end it was given, no other.
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode()
