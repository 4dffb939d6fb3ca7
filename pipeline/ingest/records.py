"""Reads CSV record by record where it is irregular, and finds its feet again after a bad quote."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ingest.usual_width import LEAST, UsualWidth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.ingest.limits import Limits


class Record(NamedTuple):
    """One record; ``line`` is where it starts. ``is_open`` tells that a quote in it never closes.

    The cells of an open record are those of its first line only, split at every delimiter.
    """

    line: int
    cells: list[str]
    is_open: bool = False


class TooManyFaultsError(Exception):
    """More open quotes than allowed; ``line`` is where the first of them stands."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_records(lines: Sequence[str], delimiter: str, limits: Limits) -> Iterator[Record]:
    """Read every record, blank ones (no cells) included.

    A quote that never closes must not swallow the rows after it: its line becomes a record of its
    own, and reading goes on at the next line.

    Raises:
        TooManyFaultsError: More than ``limits.quote_faults`` quotes stay open.
    """
    before = csv.field_size_limit(max(limits.cell_characters, 1) * 2)
    try:
        yield from _records(lines, delimiter, limits)
    finally:
        csv.field_size_limit(before)


def _records(lines: Sequence[str], delimiter: str, limits: Limits) -> Iterator[Record]:
    place = faults = first_fault = 0
    usual = UsualWidth()
    while place < len(lines):
        reader = csv.reader(
            _limited(lines, place), delimiter=delimiter, strict=True, skipinitialspace=False
        )
        start = place
        broken = False
        while not broken:
            at = start + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                broken = True
                break
            span = start + reader.line_num - at
            if span > 1 and (
                span > limits.record_lines
                or _swallowed(cells, lines[at + 1 : at + span], delimiter, usual.cells)
            ):
                broken = True
                break
            usual.count(at + 1, len(cells))
            yield Record(line=at + 1, cells=cells)
        record = _single(lines[at], at, delimiter)
        if record.is_open:
            faults += 1
            first_fault = first_fault or record.line
            if faults > limits.quote_faults:
                raise TooManyFaultsError(first_fault)
        yield record
        place = at + 1


# From this width on, prose does not have the delimiters of a record by chance.
_WIDE = 6


def _limited(lines: Sequence[str], place: int) -> Iterator[str]:
    for number in range(place, len(lines)):
        yield lines[number]


def _swallowed(cells: list[str], rest: Sequence[str], delimiter: str, width: int) -> bool:
    """Tell a record that ate its neighbours from one with several lines of prose.

    ``rest`` are its lines without the first. In a record of the wrong width one line that is a
    whole record gives it away; in one of the right width every line between first and last must
    be one.
    """
    if width < LEAST:
        return False
    if len(cells) != width:
        return any(_is_whole(line, delimiter, width) for line in rest)
    between = rest[:-1]
    enough = 1 if width >= _WIDE else 2
    return len(between) >= enough and all(_is_whole(line, delimiter, width) for line in between)


def _is_whole(line: str, delimiter: str, width: int) -> bool:
    # A line with an odd number of quotes is the end of a cell rather than a record.
    if line.count(delimiter) < width - 1 or line.count('"') % 2:
        return False
    record = _single(line, 0, delimiter)
    return not record.is_open and len(record.cells) == width


def _single(line: str, at: int, delimiter: str) -> Record:
    """Read one line on its own; a quote that is only badly placed is taken as it stands."""
    probe = csv.reader([line, "\n"], delimiter=delimiter)
    try:
        cells = next(probe)
    except csv.Error:
        return Record(line=at + 1, cells=_split(line, delimiter), is_open=True)
    if probe.line_num > 1:
        return Record(line=at + 1, cells=_split(line, delimiter), is_open=True)
    return Record(line=at + 1, cells=cells)


def _split(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)
