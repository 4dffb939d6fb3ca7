"""Finds the records of a CSV file on whole arrays, if the file is as regular as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ingest.usual_width import HEAD, LEAST, UsualWidth

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D


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


def scan(data: bytes, delimiter: str, record_lines: int) -> Layout | None:
    """Lay out a file.

    Args:
        data: UTF-8 without a byte order mark.
        delimiter: One ASCII character.
        record_lines: The most lines that a record may span.

    Returns:
        ``None`` if the file has mixed line ends, quotes that are not at the edge of a cell or stay
        open, or a record that may have swallowed others: then it needs to be read record by record.
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
    layout, spans = _lay_out(octets, quotes, newlines, delimiters)
    if not len(spans) or spans.max() > record_lines:
        return None
    line_widths = np.diff(np.searchsorted(delimiters, newlines), prepend=0) + 1
    line_quotes = np.diff(np.searchsorted(quotes, newlines), prepend=0)
    return None if _swallows(layout, spans, line_widths, line_quotes) else layout


def _lay_out(
    octets: NDArray[np.uint8],
    quotes: NDArray[np.int64],
    newlines: NDArray[np.int64],
    delimiters: NDArray[np.int64],
) -> tuple[Layout, NDArray[np.int64]]:
    """Find the records, given where everything stands that matters, and the lines each spans."""
    # An even number of quotes before a place means that it is outside of cells in quotes.
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends = newlines[outside]
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = np.concatenate(([1], np.flatnonzero(outside)[:-1] + 2)).astype(np.int64)
    real = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    widths = (np.diff(np.searchsorted(real, ends), prepend=0) + 1).astype(np.int64)
    filled = ~_empty(octets, starts, ends)
    layout = Layout(
        lines=lines[filled],
        widths=widths[filled],
        starts=starts[filled],
        ends=ends[filled],
        blank=int((~filled).sum()),
    )
    return layout, np.diff(lines, append=len(newlines) + 1)[filled]


def _swallows(
    layout: Layout,
    spans: NDArray[np.int64],
    line_widths: NDArray[np.int64],
    line_quotes: NDArray[np.int64],
) -> bool:
    """Tell whether some record of several lines may have swallowed whole records.

    It may also be prose; reading record by record takes a closer look, and has to find none in
    what passes here.
    """
    usual = _usual_widths(layout)
    several = spans > 1
    last = layout.lines - 1 + spans
    for width in np.unique(usual[several]).tolist():
        if width < LEAST:
            continue
        # Quotes may hide delimiters. A line with an odd number of them is the start or the end of
        # a cell.
        whole = (line_widths == width) & (line_quotes == 0)
        whole |= (line_widths >= width) & (line_quotes > 0) & (line_quotes % 2 == 0)
        before = np.concatenate(([0], np.cumsum(whole)))
        after_first = before[last] - before[layout.lines]
        between = before[last - 1] - before[np.minimum(layout.lines, last - 1)]
        odd = (layout.widths != width) & (after_first > 0)
        full = (spans > 2) & (between == spans - 2)  # noqa: PLR2004 -- lines between two others
        if (several & (usual == width) & (odd | full)).any():
            return True
    return False


def _usual_widths(layout: Layout) -> NDArray[np.int64]:
    """The width that is usual before each record."""
    usual = UsualWidth()
    head = int(np.searchsorted(layout.lines, HEAD, side="right"))
    before = np.empty(len(layout.lines), dtype=np.int64)
    for place in range(head):
        before[place] = usual.cells
        usual.count(int(layout.lines[place]), int(layout.widths[place]))
    before[head:] = usual.cells
    return before


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
