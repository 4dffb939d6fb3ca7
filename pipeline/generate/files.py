"""Invented portfolios as a frame, a CSV file or a parquet file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from pipeline.errors import Location, OutputError
from pipeline.generate.rows import COLUMNS, block
from pipeline.whole_file import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

# Rows drawn and written at a time. Part of what a seed means: parents and dependencies stay within
# a block, so another size would give another portfolio.
BLOCK_ROWS = 50_000

_SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])


class UnknownFileKindError(OutputError):
    """The name of the file does not tell what to write."""

    code = "G001"


def portfolio(rows: int, *, seed: int) -> pd.DataFrame:
    """An invented portfolio of text cells, "" where an export would have left a cell empty.

    The columns are the canonical ones but ``reported_on``. The same rows and seed give the same
    frame; a longer portfolio of the same seed begins with the same full blocks of ``BLOCK_ROWS``.
    """
    tables = [_SCHEMA.empty_table(), *_blocks(rows, seed)]
    frame: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    return frame


def write(path: Path, *, rows: int, seed: int) -> None:
    """Write an invented portfolio as CSV (UTF-8) or, by its suffix, parquet.

    One block is held in memory at a time. The same rows and seed give the same bytes.

    Raises:
        UnknownFileKindError: The suffix is neither .csv nor .parquet.
        FileNotWrittenError: The file cannot be written; a file of that name stays as it was.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".parquet"}:
        raise UnknownFileKindError(
            f"cannot tell what to write from the suffix {path.suffix!r}",
            hint="Name the file .csv or .parquet",
            at=Location(path=path),
        )
    with writing(path) as draft:
        (_write_csv if suffix == ".csv" else _write_parquet)(draft, _blocks(rows, seed))


def _blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    for number, start in enumerate(range(0, rows, BLOCK_ROWS)):
        rng = np.random.default_rng([seed, number])
        yield block(rng, rows=min(BLOCK_ROWS, rows - start), first=start + 1)


def _write_csv(path: Path, blocks: Iterator[pa.Table]) -> None:
    options = pcsv.WriteOptions(include_header=False, quoting_style="needed")
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        for table in blocks:
            # An empty text would be written as a pair of quotes, which no export does.
            cells = [pc.if_else(pc.equal(texts, ""), None, texts) for texts in table.columns]
            pcsv.write_csv(pa.table(cells, schema=_SCHEMA), file, options)


def _write_parquet(path: Path, blocks: Iterator[pa.Table]) -> None:
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        for table in blocks:
            writer.write_table(table)
