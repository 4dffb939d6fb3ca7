"""Finds the records of a CSV file on whole arrays, if the file is as regular as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Records of a regular file: ``lines`` is where each starts, ``width`` the cells of each.

    Empty lines are not records; they are counted in ``blank``.
    """

    lines: NDArray[np.int64]
    width: int
    blank: int


def scan(data: bytes, delimiter: str) -> Layout | None:
    """Lay out a file whose records all have the same number of cells.

    Args:
        data: UTF-8 without a byte order mark.
        delimiter: One ASCII character.

    Returns:
        ``None`` if the file has mixed line ends, quotes that are not at the edge of a cell or stay
        open, or records of different widths: then it needs to be read record by record.
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
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends = newlines[outside]
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = np.concatenate(([1], np.flatnonzero(outside)[:-1] + 2)).astype(np.int64)
    empty = _empty(octets, starts, ends)
    delimiters = np.flatnonzero(octets == ord(delimiter))
    delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    widths = np.diff(np.searchsorted(delimiters, ends), prepend=0)[~empty] + 1
    if len(widths) == 0 or widths[0] == 1 or (widths != widths[0]).any():
        return None
    return Layout(lines=lines[~empty], width=int(widths[0]), blank=int(empty.sum()))


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
