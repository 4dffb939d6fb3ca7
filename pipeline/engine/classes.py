"""Initiatives that look alike, put together without sorting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.facts.table import Bools

# Codes of so many bits are their own place in a table; wider ones are hashed.
_PLAIN, _DIRECT = 8, 16
_FIRST = 4_096  # initiatives that show most of what there is
_RARE = 16
_PLACES = 16  # classes so few that to compare with some of them is quicker than to look up


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Initiatives by class.

    ``codes`` has what the members of each class look like, ``member`` the position of one of them,
    -1 for a class that has none; ``of`` has the class of every initiative, in a narrow whole
    number.
    """

    codes: NDArray[Any]
    member: NDArray[np.intp]
    of: NDArray[Any]


def group(codes: NDArray[Any], width: int) -> Classes:
    """Put equal codes into classes.

    Args:
        codes: Unsigned numbers, one an initiative.
        width: Bits that they use.
    """
    if width <= _PLAIN:
        return Classes(codes=np.arange(1 << width), member=_members(codes, 1 << width), of=codes)
    if width <= _DIRECT:
        member = np.full(1 << width, -1, np.intp)
        member[codes] = np.arange(len(codes))
        used = np.flatnonzero(member >= 0)
        number = np.zeros(1 << width, _narrow(len(used)))
        number[used] = np.arange(len(used))
        return Classes(codes=used, member=member[used], of=number.take(codes))
    of, distinct = pd.factorize(codes)
    member = np.zeros(len(distinct), np.intp)
    member[of] = np.arange(len(codes))
    return Classes(codes=np.asarray(distinct), member=member, of=of.astype(_narrow(len(distinct))))


def _members(codes: NDArray[Any], count: int) -> NDArray[np.intp]:
    """The position of one initiative of each code: found among the first, or looked for."""
    member = np.full(count, -1, np.intp)
    first = codes[:_FIRST]
    member[first] = np.arange(len(first))
    if len(codes) <= _FIRST:
        return member
    missing = np.flatnonzero(member < 0)
    if len(missing) > _RARE:
        # Of all ways to look for what has not been seen yet, dropping what has is the quickest.
        seen = np.flatnonzero(member >= 0).astype(np.uint8).tobytes()
        missing = np.unique(np.frombuffer(codes.tobytes().translate(None, seen), np.uint8))
        if len(missing) > _RARE:
            member[codes] = np.arange(len(codes))
            return member
    for code in missing.tolist():
        found = codes == code
        place = int(np.argmax(found))
        member[code] = place if found[place] else -1
    return member


def members(of: NDArray[Any], chosen: Bools) -> Bools:
    """Which initiatives are in one of the chosen classes.

    Args:
        of: The class of every initiative.
        chosen: Whether a class is chosen.
    """
    if len(chosen) > _PLACES or of.dtype != np.uint8:
        return chosen.take(of)
    yes, no = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    # A byte is compared with a constant ten times as fast as it is looked up.
    few = yes if len(yes) <= len(no) else no
    found = np.zeros(len(of), bool)
    for code in few.tolist():
        found |= of == code
    return found if few is yes else ~found


def _narrow(count: int) -> np.dtype[Any]:
    return np.min_scalar_type(max(count - 1, 0))
