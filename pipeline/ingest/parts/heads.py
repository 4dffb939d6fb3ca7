"""The header of every file of a portfolio that is read in parts."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.errors import Location
from pipeline.ingest.delimited import declared_delimiter, find_delimiter, first_width
from pipeline.ingest.formats import check_text
from pipeline.ingest.header_row import Found, find_header
from pipeline.ingest.opening import renamed
from pipeline.ingest.parts.read import read_table
from pipeline.ingest.refusals import FileEmpty, FolderUnfit, NotInParts
from pipeline.ingest.snapshot import opened
from pipeline.ingest.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ingest.limits import Limits
    from pipeline.ingest.mapping_file import UserMapping
    from pipeline.ingest.parts.cut import Part
    from pipeline.ingest.parts.sources import Sources
    from pipeline.ingest.vocabulary import Vocabulary
    from pipeline.problems import Problem

# Enough of a file to settle how it is laid out and where its header is.
_HEAD_BYTES: Final = 4 * 1024 * 1024
_HEAD_ROWS: Final = 600
_QUOTE, _LF = 0x22, 0x0A
_WHOLE: Final = "Read it whole, without --chunk-rows and --engine."


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The header of one file; ``parts`` are its parts, which know where the header ends."""

    found: Found
    parts: tuple[Part, ...]
    delimiter: str
    problems: tuple[Problem, ...]


def heads_of(sources: Sources, user: UserMapping, words: Vocabulary, limits: Limits) -> list[Head]:
    """The header of every file.

    Raises:
        InputError: A file has none, or another one than the first.
    """
    by_file: dict[Path, list[Part]] = {}
    for part in sources.parts:
        by_file.setdefault(part.path, []).append(part)
    heads = [_head(parts, user, words, limits) for parts in by_file.values()]
    for path, head in zip(by_file, heads, strict=True):
        if head.found.texts != heads[0].found.texts or head.delimiter != heads[0].delimiter:
            raise FolderUnfit(
                f"its header differs from that of {heads[0].parts[0].path.name!r}",
                hint="Keep only files of the same columns, in the same order, in the folder.",
                at=Location(path=path),
            )
    return heads


def heading_of(found: Found) -> Found:
    """The rows of a header without any below it."""
    table, rows = found.table, slice(found.first, found.last + 1)
    return Found(
        table=Table(
            cells=table.cells.iloc[rows], widths=table.widths[rows], filled=table.filled[rows]
        ),
        texts=found.texts,
        first=0,
        last=found.last - found.first,
    )


def _head(parts: list[Part], user: UserMapping, words: Vocabulary, limits: Limits) -> Head:
    first = parts[0]
    at = Location(path=first.path)
    delimiter, width = "", 0
    if first.kind == "csv":
        data = _beginning(first, min(_HEAD_BYTES, limits.file_bytes))
        delimiter = _delimiter(data.decode(), first, user, words, limits)
        width = first_width(data, delimiter, limits)
        stretch = replace(first, end=first.start + len(data))
    else:
        stretch = replace(first, end=min(max(_HEAD_ROWS, first.end), parts[-1].end))
    table = read_table(stretch, delimiter, width, limits)
    line = user.header_row and user.header_row + first.line - _first_line(first)
    found = find_header(table, words, first.path, line)
    if found.transposed:
        raise NotInParts("the table is turned on its side", hint=_WHOLE, at=at)
    return Head(
        found=found,
        parts=tuple(replace(part, header_line=found.line) for part in parts),
        delimiter=delimiter,
        problems=tuple(renamed(first.path, "text" if first.kind == "csv" else "parquet")),
    )


def _first_line(first: Part) -> int:
    """The line of the first part of a file that stands alone."""
    return 1 if first.kind == "csv" else 2


def _beginning(first: Part, most: int) -> bytes:
    """The first records of a text file."""
    with opened(first.path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        file.seek(first.start)
        data = file.read(most)
    if len(data) == most:
        octets = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(octets == _LF)
        quotes = np.flatnonzero(octets == _QUOTE)
        whole = ends[np.searchsorted(quotes, ends) % 2 == 0]
        data = data[: int(whole[-1]) + 1] if len(whole) else data
    if data.isspace():
        raise FileEmpty(
            "the file holds nothing but white space",
            hint="Export the portfolio again.",
            at=Location(path=first.path),
        )
    return data


def _delimiter(text: str, first: Part, user: UserMapping, words: Vocabulary, limits: Limits) -> str:
    at = Location(path=first.path)
    check_text(text, first.path)
    if declared_delimiter(text):
        raise NotInParts("the file begins with a line 'sep='", hint=_WHOLE, at=at)
    delimiter = user.delimiter or find_delimiter(text, limits, words.best_row)
    if not delimiter.isascii():
        raise NotInParts(f"the delimiter {delimiter!r} is not ASCII", hint=_WHOLE, at=at)
    return delimiter
