"""Text with delimiters to a table: the whole file at once if it is regular, else by record."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import Location
from pipeline.ingest.laid_out import read_laid_out
from pipeline.ingest.lines import Lines
from pipeline.ingest.records import TooManyFaultsError, read_records
from pipeline.ingest.refusals import QuotesOpen, TooManyCells, TooManyColumns, TooManyRows
from pipeline.ingest.scan import scan
from pipeline.ingest.table import Table, filled_width, reach, rectangle
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.ingest.limits import Limits
    from pipeline.ingest.records import Record

DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_RECORDS = 100


def find_delimiter(text: str, limits: Limits, score: Callable[[list[list[str]]], int]) -> str:
    """Find what separates the cells.

    Args:
        text: The whole file.
        limits: Bounds of a record.
        score: How well the best header among some records is known; higher is better.

    Returns:
        One of ``DELIMITERS``: the one that gives the best known header, then the one that cuts
        most records into the same number of cells, then into the most cells. "," if none cuts.
    """
    lines: Sequence[str] = Lines(text[:_SAMPLE_CHARACTERS].encode())
    if len(text) > _SAMPLE_CHARACTERS and len(lines) > 1:
        lines = lines[:-1]
    best, best_rank = ",", (0, 0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in text[:_SAMPLE_CHARACTERS]:
            continue
        try:
            found = read_records(lines, delimiter, limits)
            records = [record.cells for record in islice(found, _SAMPLE_RECORDS) if record.cells]
            found.close()  # type: ignore[attr-defined]
        except TooManyFaultsError:
            continue
        width, count = Counter(map(len, records)).most_common(1)[0] if records else (1, 0)
        if max(map(len, records), default=1) == 1:
            continue
        share = count / len(records) if width > 1 else 0.0
        rank = (score(records), share, width)
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def declared_delimiter(text: str) -> str:
    """Read the line ``sep=;`` that Excel understands at the top of a file; "" without one."""
    first = text[:16].splitlines()[0] if text else ""
    if first[:4].casefold() == "sep=" and len(first) == 5:  # noqa: PLR2004
        return first[4]
    return ""


def read_delimited(text: str, delimiter: str, path: Path, limits: Limits) -> Table:
    """Read a whole file.

    Args:
        text: Characters without byte order mark and NUL.
        delimiter: One character.
        path: Where the file lies, for messages.
        limits: Bounds of the table.

    Raises:
        InputError: Too many rows, columns or open quotes.
    """
    declared = bool(declared_delimiter(text))
    data = text.encode()
    _check_marks(data, delimiter, path, limits)
    layout = None
    if delimiter.isascii() and not declared:
        layout = scan(data, delimiter, limits.record_lines)
    if layout is not None:
        _check_size(len(layout.lines), _width(layout.widths), path, limits)
        table = read_laid_out(data, delimiter, layout, _width(layout.widths))
        if table is not None:
            return table
    return _read_irregular(data, delimiter, path, limits, skip_first=declared)


def read_stretch(
    data: bytes, delimiter: str, width: int, path: Path, limits: Limits
) -> Table | None:
    """Read some records out of the middle of a file; lines count from the first of them.

    Args:
        data: Whole records, UTF-8.
        delimiter: One ASCII character.
        width: Cells that each record is cut or filled to.
        path: Where the file lies, for messages.
        limits: Bounds of the stretch.

    Returns:
        ``None`` if it cannot be read at once: quotes inside cells, or mixed line ends.

    Raises:
        InputError: Too many rows, columns or cells.
    """
    _check_marks(data, delimiter, path, limits)
    layout = scan(data, delimiter, limits.record_lines)
    if layout is None:
        return None
    _check_size(len(layout.lines), width, path, limits)
    return read_laid_out(data, delimiter, layout, width)


def first_width(data: bytes, delimiter: str, limits: Limits) -> int:
    """How many cells the widest of the first records has; 0 if they cannot be told apart."""
    layout = scan(data, delimiter, limits.record_lines)
    return 0 if layout is None else _width(layout.widths)


def _width(widths: NDArray[np.int64]) -> int:
    return int(widths[:_SAMPLE_RECORDS].max(initial=0))


def _check_marks(data: bytes, delimiter: str, path: Path, limits: Limits) -> None:
    """Refuse a text of nothing but delimiters, quotes or line ends before arrays of them are made.

    Cells may be many more where they are read all at once, and lines many more than rows.
    """
    most = 4 * limits.cells
    for mark, what in ((delimiter, "cells"), ('"', "quotes"), ("\n", "lines"), ("\r", "lines")):
        if data.count(mark.encode()) > most:
            raise TooManyCells(
                f"the table has more than {most:,} {what}",
                hint="Export only the rows and columns of the portfolio.",
                at=Location(path=path),
            )


def _read_irregular(
    data: bytes, delimiter: str, path: Path, limits: Limits, *, skip_first: bool
) -> Table:
    records: list[Record] = []
    blank = cells = 0
    try:
        for record in read_records(Lines(data), delimiter, limits):
            if skip_first and record.line == 1:
                continue
            if record.cells:
                records.append(record)
            else:
                blank += 1
            cells += len(record.cells)
            if len(records) > limits.rows or cells > limits.cells:
                _check_size(len(records), 1, path, limits)
                _check_cells(cells, path, limits)
    except TooManyFaultsError as error:
        raise QuotesOpen(
            f"more than {limits.quote_faults} quotes are opened and never closed",
            hint="Double the quotes inside cells, or export as an Excel workbook.",
            at=Location(path=path, line=error.line),
        ) from error
    widths = np.array([len(record.cells) for record in records], dtype=np.int64)
    _check_size(len(records), _width(widths), path, limits)
    return _table(records, widths, blank)


def _table(records: list[Record], widths: NDArray[np.int64], blank: int) -> Table:
    width = _width(widths)
    lines = np.array([record.line for record in records], dtype=np.int64)
    cells = rectangle([record.cells for record in records], width, lines)
    filled = filled_width(cells)
    surplus: dict[int, list[str]] = {}
    for place in np.flatnonzero(widths > width):
        record = records[place]
        surplus[record.line] = record.cells[width:]
        filled[place] = reach(record.cells)
    return Table(
        cells=cells,
        widths=widths,
        filled=filled,
        surplus=surplus,
        blank_rows=blank,
        problems=tuple(
            Problem(source_line=record.line, code="quote-open", value=_with_quote(record))
            for record in records
            if record.is_open
        ),
    )


def _with_quote(record: Record) -> str:
    """Show an open record in a message: the cell in which the quote stands."""
    return next((cell for cell in record.cells if '"' in cell), "")[:200]


def _check_cells(cells: int, path: Path, limits: Limits) -> None:
    if cells > limits.cells:
        raise TooManyCells(
            f"the table has more than {limits.cells:,} cells and is too irregular to be read at "
            "once",
            hint="Export it again with the same delimiters and line ends throughout.",
            at=Location(path=path),
        )


def _check_size(rows: int, columns: int, path: Path, limits: Limits) -> None:
    if rows > limits.rows + 1:
        raise TooManyRows(
            f"the table has more than {limits.rows:,} rows",
            hint="Split the portfolio; one row is one initiative.",
            at=Location(path=path),
        )
    if columns > limits.columns:
        raise TooManyColumns(
            f"the table has {columns:,} columns, more than {limits.columns:,}",
            hint="Export only the columns of the portfolio.",
            at=Location(path=path),
        )
