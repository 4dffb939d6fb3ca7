"""Finds the records of a CSV file on whole arrays, if the file is as regular as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D
# Records this far up settle how wide the table is.
_HEAD = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Records of a file: the line each starts on, its cells, its first byte and its last but one.

    Empty lines are not records; they are counted in ``blank``.
    """

    lines: NDArray[np.int64]
    widths: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    blank: int


def scan(data: bytes, delimiter: str) -> Layout | None:
    """Lay out a file.

    Args:
        data: UTF-8 without a byte order mark.
        delimiter: One ASCII character.

    Returns:
        ``None`` if the file has mixed line ends, or quotes that are not at the edge of a cell or
        stay open: then it needs to be read record by record.
    """
    newline = _line_end(data)
    if newline is None:
        return None
    octets = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(octets == _QUOTE)
    if not _quotes_are_regular(octets, quotes, ord(delimiter)):
        return None
    newlines = np.flatnonzero(octets == newline)
    if len(newlines) == 0 or newlines[-1] != len(octets) - 1:
        newlines = np.append(newlines, len(octets))
    delimiters = np.flatnonzero(octets == ord(delimiter))
    return _lay_out(octets, quotes, newlines, delimiters)


def _lay_out(
    octets: NDArray[np.uint8],
    quotes: NDArray[np.int64],
    newlines: NDArray[np.int64],
    delimiters: NDArray[np.int64],
) -> Layout | None:
    """Find the records, given where everything stands that matters."""
    # An even number of quotes before a place means that it is outside of cells in quotes.
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends = newlines[outside]
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = np.concatenate(([1], np.flatnonzero(outside)[:-1] + 2)).astype(np.int64)
    real = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    widths = (np.diff(np.searchsorted(real, ends), prepend=0) + 1).astype(np.int64)
    line_widths = np.diff(np.searchsorted(delimiters, newlines), prepend=0) + 1
    # A line with an odd number of quotes is the start or the end of a cell, not a whole record.
    line_widths[np.diff(np.searchsorted(quotes, newlines), prepend=0) % 2 == 1] = 0
    empty = _empty(octets, starts, ends)
    spans = np.diff(lines, append=len(newlines) + 1)
    if empty.all() or _swallows(widths, spans, line_widths):
        return None
    return Layout(
        lines=lines[~empty],
        widths=widths[~empty],
        starts=starts[~empty],
        ends=ends[~empty],
        blank=int(empty.sum()),
    )


def _swallows(
    widths: NDArray[np.int64], spans: NDArray[np.int64], line_widths: NDArray[np.int64]
) -> bool:
    """Tell whether some record of several lines may have swallowed whole records.

    It may also be prose; reading record by record takes a closer look.
    """
    values, counts = np.unique(widths[:_HEAD], return_counts=True)
    width = int(values[np.argmax(counts)])
    whole = np.concatenate(([0], np.cumsum(line_widths == width)))
    last = np.cumsum(spans)
    first = last - spans
    after_first = whole[last] - whole[np.minimum(first + 1, last)]
    between = whole[np.maximum(last - 1, first)] - whole[np.minimum(first + 1, last)]
    odd = (spans > 1) & (widths != width) & (after_first > 0)
    full = (spans > 2) & (between == spans - 2)  # noqa: PLR2004 -- lines between two others
    return bool((odd | full).any())


def _line_end(data: bytes) -> int | None:
    returns = data.count(b"\r")
    if returns == 0:
        return _LF
    if b"\n" not in data:
        return _CR
    return _LF if data.count(b"\r\n") == returns else None


def _empty(
    octets: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    length = ends - starts
    first = octets[np.minimum(starts, len(octets) - 1)]
    empty: NDArray[np.bool_] = (length == 0) | ((length == 1) & (first == _CR))
    return empty


def _quotes_are_regular(
    octets: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int
) -> bool:
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    edge = np.zeros(256, dtype=np.bool_)
    edge[[delimiter, _LF, _CR]] = True
    before = edge[octets[np.maximum(opening - 1, 0)]] | (opening == 0)
    # A closing quote right before an opening one is a doubled quote inside a cell.
    before[1:] |= closing[:-1] == opening[1:] - 1
    after = edge[octets[np.minimum(closing + 1, len(octets) - 1)]] | (closing == len(octets) - 1)
    after[:-1] |= opening[1:] == closing[:-1] + 1
    return bool(before.all() and after.all())
