"""The lines of a text, told apart once and decoded when somebody looks at one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

_LF, _CR = 0x0A, 0x0D


class Lines(Sequence[str]):
    """Lines cut at LF, CR and CRLF, as editors number them, with their line ends.

    Ten million short lines take eighty megabytes this way, and most of a gigabyte as texts. Not
    ``str.splitlines``: that also cuts at form feeds and Unicode separators.

    Args:
        data: UTF-8.
    """

    def __init__(self, data: bytes) -> None:
        octets = np.frombuffer(data, dtype=np.uint8)
        ends = octets == _LF
        returns = np.flatnonzero(octets == _CR)
        if len(returns):
            follows = np.minimum(returns + 1, len(octets) - 1)
            ends[returns[octets[follows] != _LF]] = True
        places = np.flatnonzero(ends) + 1
        if len(octets) and (not len(places) or places[-1] != len(octets)):
            places = np.append(places, len(octets))
        self._data = data
        # A view gives plain numbers, which is several times quicker than numbers of numpy.
        self._ends = memoryview(places.astype(np.int64))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        start = self._ends[place - 1] if place else 0
        return self._data[start : self._ends[place]].decode()
