"""Where a file can be cut: between two records of a text, between two rows of a Parquet file."""

from __future__ import annotations

import codecs
import hashlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Location
from pipeline.ingest.parquet import damaged
from pipeline.ingest.refusals import FileEmpty, NotInParts, PartIrregular
from pipeline.ingest.snapshot import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

Kind = Literal["csv", "parquet"]

BLOCK: Final = 16 * 1024 * 1024
# A part that ends a file has at least so many rows, among which its footnotes stand.
LEAST: Final = 40
_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D
_REPLACED: Final = "\ufffd".encode()
_WHOLE: Final = (
    "Read it whole, without --chunk-rows and --engine, or export it as UTF-8 or Parquet."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Some neighboring rows of one file.

    ``start`` and ``end`` are bytes of a text file, rows of a Parquet file. ``line`` is the source
    line of the first, counted on through the files of a folder; ``header_line`` is the last line of
    the header of its file, counted likewise. ``is_last`` tells that the file ends with it.
    """

    path: Path
    kind: Kind
    number: int
    start: int
    end: int
    line: int
    header_line: int = 0
    is_last: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A file in parts; ``lines`` is how many source lines it has, ``sha256`` that of its bytes.

    ``is_damaged`` tells of characters that stand for others which somebody could not read.
    """

    parts: tuple[Part, ...]
    lines: int
    bytes: int
    sha256: str
    is_damaged: bool = False


def cut_text(path: Path, rows: int) -> Cut:
    """Cut a text file after every so many rows that are not empty, outside of quotes.

    Raises:
        InputError: Missing, empty, not UTF-8, or without line ends that are told apart.
    """
    cutter = _Cutter(path, rows)
    digest = hashlib.sha256()
    is_damaged, tail = False, b""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with opened(path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        for block in _blocks(file):
            digest.update(block)
            if b"\0" in block or not _decodes(decoder, block):
                raise NotInParts(
                    "the file is not UTF-8, so it cannot be read in parts",
                    hint=_WHOLE,
                    at=Location(path=path),
                )
            is_damaged = is_damaged or _REPLACED in tail + block
            tail = block[-2:]
            cutter.take(block)
    if not cutter.size:
        raise FileEmpty(
            "the file has no bytes", hint="Export the portfolio again.", at=Location(path=path)
        )
    return Cut(
        parts=cutter.parts(),
        lines=cutter.lines,
        bytes=cutter.size,
        sha256=digest.hexdigest(),
        is_damaged=is_damaged,
    )


def _blocks(file: object) -> Iterator[bytes]:
    while block := file.read(BLOCK):  # type: ignore[attr-defined]
        yield block


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


class _Cutter:
    """Finds the cuts of one text file block by block, holding none."""

    def __init__(self, path: Path, rows: int) -> None:
        self.size = self.lines = 0
        self._path, self._rows = path, rows
        self._is_open = 0
        self._in_part = 0  # rows since the last cut
        self._end = 0  # of the last record
        self._starts = [(0, 1)]  # byte and line

    def take(self, block: bytes) -> None:
        """Look at the next block."""
        if not self.size and block.startswith(codecs.BOM_UTF8):
            self._starts = [(len(codecs.BOM_UTF8), 1)]
            self._end = len(codecs.BOM_UTF8)
        octets = np.frombuffer(block, np.uint8)
        newlines = np.flatnonzero(octets == _LF)
        quotes = np.flatnonzero(octets == _QUOTE)
        outside = (np.searchsorted(quotes, newlines) + self._is_open) % 2 == 0
        ends = newlines[outside] + self.size + 1
        if len(ends):
            lines = np.flatnonzero(outside) + self.lines + 2  # of the record behind each end
            self._cut(ends, lines, _widths(ends, self._end, block))
            self._end = int(ends[-1])
        self._is_open = (self._is_open + len(quotes)) % 2
        self.lines += len(newlines)
        self.size += len(block)

    def _cut(
        self, ends: NDArray[np.int64], lines: NDArray[np.int64], widths: NDArray[np.int64]
    ) -> None:
        counted = self._in_part + np.cumsum(widths > 0)
        total = int(counted[-1])
        for wanted in range(self._rows, total + 1, self._rows):
            place = int(np.searchsorted(counted, wanted))
            self._starts.append((int(ends[place]), int(lines[place])))
        self._in_part = total % self._rows

    def parts(self) -> tuple[Part, ...]:
        """The parts, once the whole file was looked at."""
        if self._is_open:
            raise PartIrregular(
                "a quote is opened and never closed, so the file cannot be read in parts",
                hint=_WHOLE,
                at=Location(path=self._path),
            )
        if self.size > self._end:
            self.lines += 1
        starts = self._starts
        rows = self._in_part
        # What is left at the end may be less than its footnotes.
        while len(starts) > 1 and rows < LEAST:
            starts.pop()
            rows += self._rows
        ends = [*(start for start, _ in starts[1:]), self.size]
        made = [
            Part(path=self._path, kind="csv", number=number, start=start, end=end, line=line)
            for number, ((start, line), end) in enumerate(zip(starts, ends, strict=True))
        ]
        return (*made[:-1], replace(made[-1], is_last=True))


def _widths(ends: NDArray[np.int64], before: int, block: bytes) -> NDArray[np.int64]:
    """Bytes of each record, its line end left out; 0 for an empty one."""
    end = 2 if b"\r\n" in block else 1
    widths: NDArray[np.int64] = np.maximum(np.diff(ends, prepend=before) - end, 0)
    return widths


def cut_parquet(path: Path, rows: int) -> Cut:
    """Cut a Parquet file after every so many rows.

    Raises:
        InputError: Missing, empty, or damaged.
    """
    at = Location(path=path)
    with opened(path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        try:
            total = pq.ParquetFile(file).metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise damaged(at) from error
    if not total:
        raise FileEmpty("the file has no rows", hint="Export the portfolio again.", at=at)
    parts = [
        Part(
            path=path,
            kind="parquet",
            number=number,
            start=start,
            end=min(start + rows, total),
            line=start + 2,  # below the names of the columns
            header_line=1,
            is_last=start + rows >= total,
        )
        for number, start in enumerate(range(0, total, rows))
    ]
    while len(parts) > 1 and parts[-1].end - parts[-1].start < LEAST:
        last = parts.pop()
        parts[-1] = replace(parts[-1], end=last.end, is_last=True)
    return Cut(parts=tuple(parts), lines=total + 1, bytes=size, sha256=digest)
