"""One part as a portfolio of its own, under the header of the whole."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.errors import Location
from pipeline.ingest.cellfaults import cut_long_cells, damaged_cells
from pipeline.ingest.delimited import read_stretch
from pipeline.ingest.header_row import Found
from pipeline.ingest.parquet import read_rows
from pipeline.ingest.raw import RawPortfolio
from pipeline.ingest.reading import with_constants
from pipeline.ingest.refusals import FileTooLarge, PartIrregular
from pipeline.ingest.rows import Body, Portion, take_rows
from pipeline.ingest.snapshot import opened
from pipeline.ingest.table import Table

if TYPE_CHECKING:
    from pipeline.ingest.limits import Limits
    from pipeline.ingest.parts.cut import Part
    from pipeline.ingest.parts.outline import Outline
    from pipeline.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPart:
    """One part; ``short_rows`` of its rows have fewer cells than the header."""

    raw: RawPortfolio
    short_rows: int


def read_part(part: Part, outline: Outline) -> ReadPart:
    """Read one part; problems of the whole file stand in the first one alone.

    Raises:
        InputError: The part is too large, damaged, or too irregular to be read by itself.
    """
    found = found_part(part, outline)
    body = body_of(found, part, outline)
    problems = damaged_cells(body.cells) if outline.is_damaged else []
    cells, long = cut_long_cells(body.cells, outline.limits.cell_characters)
    cells, _, _ = with_constants(cells, outline.texts, outline.told)
    cells = outline.second_keys.read(cells) if outline.second_keys else cells
    of_file = outline.problems if not part.number else ()
    return ReadPart(
        raw=RawPortfolio(
            cells=cells,
            mapping=outline.mapping,
            unmapped=outline.unmapped,
            source=outline.source,
            problems=_sorted([*of_file, *body.problems, *problems, *long]),
            profile=outline.profile,
            blank_rows=body.blank_rows,
            totals_rows=body.totals_rows,
        ),
        short_rows=body.short_rows,
    )


def without_rows(outline: Outline) -> RawPortfolio:
    """The portfolio as it is understood, with no row in it."""
    labels = [label for label in outline.labels if label]
    none = pd.DataFrame(
        {label: pd.Series([], dtype="str") for label in labels},
        index=pd.Index([], dtype="int64", name="source_line"),
    )
    cells, _, _ = with_constants(none, outline.texts, outline.told)
    return RawPortfolio(
        cells=cells,
        mapping=outline.mapping,
        unmapped=outline.unmapped,
        source=outline.source,
        problems=(),
        profile=outline.profile,
    )


def body_of(found: Found, part: Part, outline: Outline) -> Body:
    """The rows of a part that are rows of the portfolio."""
    portion = Portion(is_last=part.is_last, cuts_short=outline.cuts_short)
    return take_rows(found, outline.labels, outline.keys, portion)


def found_part(part: Part, outline: Outline) -> Found:
    """The rows of a part below the header of the whole."""
    heading = outline.heading
    table = read_table(part, outline.delimiter, heading.table.cells.shape[1], outline.limits)
    below = table.cells.index.to_numpy() > part.header_line
    head = heading.table
    return Found(
        table=Table(
            cells=pd.concat([head.cells, table.cells[below]]),
            widths=np.concatenate([head.widths, table.widths[below]]),
            filled=np.concatenate([head.filled, table.filled[below]]),
            surplus=table.surplus,
            blank_rows=table.blank_rows,
            problems=table.problems,
        ),
        texts=heading.texts,
        first=heading.first,
        last=heading.last,
    )


def read_table(part: Part, delimiter: str, width: int, limits: Limits) -> Table:
    """The cells of a part by source line; a header that its file begins with is among them.

    Raises:
        InputError: The part is too large, damaged, or too irregular to be read by itself.
    """
    at = Location(path=part.path, line=part.line)
    with opened(part.path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        if part.kind == "parquet":
            read = read_rows(file, part.start, part.end, limits, at)
            return _moved(read, part.line - part.start - 2)
        size = part.end - part.start
        if size > limits.file_bytes:
            raise FileTooLarge(
                f"a part of the file has {size:,} bytes, more than the {limits.file_bytes:,} that "
                "are read at once",
                hint="Ask for fewer rows with --chunk-rows.",
                at=at,
            )
        file.seek(part.start)
        data = file.read(size)
    table = read_stretch(data, delimiter, width, part.path, limits)
    if table is None:
        raise PartIrregular(
            "there are quotes inside of cells, or mixed line ends, below this line",
            hint="Read the file whole, without --chunk-rows and --engine, or export it as Parquet.",
            at=at,
        )
    return _moved(table, part.line - 1)


def _moved(table: Table, by: int) -> Table:
    """The table with all its lines further down."""
    if not by:
        return table
    cells = table.cells.set_axis(table.cells.index + by, axis=0)
    cells.index.name = table.cells.index.name
    return replace(
        table, cells=cells, surplus={line + by: cut for line, cut in table.surplus.items()}
    )


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(problems, key=lambda problem: (problem.source_line, problem.column, problem.code))
    )
