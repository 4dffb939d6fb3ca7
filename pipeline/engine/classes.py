"""Initiatives that look alike, put together without sorting them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pipeline.facts.table import Bools

# Codes of so many bits are their own place in a table; wider ones are hashed.
_PLAIN, _DIRECT = 8, 16
_FIRST = 4_096  # initiatives that show most of what there is
_RARE = 16
_CUBED = 4  # bits of codes so narrow that their classes are put together by the bits they share
_BLOCK = 1 << 17  # initiatives whose codes stay in the cache from one comparison to the next


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Initiatives by class, for those classes that anybody is in.

    Of each there is what its members look like in ``codes``, its number in ``numbers``, and the
    position of one member in ``member``. ``of`` has the number of every initiative, in a narrow
    whole number below ``count``.
    """

    codes: list[int]
    numbers: list[int]
    member: list[int]
    of: NDArray[Any]
    count: int


def group(codes: NDArray[Any], width: int) -> Classes:
    """Put equal codes into classes.

    Args:
        codes: Unsigned numbers, one an initiative.
        width: Bits that they use.
    """
    if width <= _PLAIN:
        found = _members(codes, 1 << width)
        seen, member = list(found), list(found.values())
        return Classes(codes=seen, numbers=seen, member=member, of=codes, count=1 << width)
    if width <= _DIRECT:
        places = np.full(1 << width, -1, np.intp)
        places[codes] = np.arange(len(codes))
        used = np.flatnonzero(places >= 0)
        number = np.zeros(1 << width, _narrow(len(used)))
        number[used] = np.arange(len(used))
        return _numbered(used, places[used], number.take(codes))
    of, values = pd.factorize(codes)
    places = np.zeros(len(values), np.intp)
    places[of] = np.arange(len(codes))
    return _numbered(np.asarray(values), places, of.astype(_narrow(len(values))))


def _numbered(codes: NDArray[Any], member: NDArray[np.intp], of: NDArray[Any]) -> Classes:
    count = len(codes)
    numbers = list(range(count))
    return Classes(
        codes=codes.tolist(), numbers=numbers, member=member.tolist(), of=of, count=count
    )


def _members(codes: NDArray[Any], count: int) -> dict[int, int]:
    """The position of one initiative of each code that occurs.

    Of all ways to look for a byte, that of bytes is by far the quickest.
    """
    first = codes[:_FIRST].tobytes()
    found = {code: place for code in range(count) if (place := first.find(code)) >= 0}
    if len(codes) <= _FIRST or len(found) == count:
        return found
    every = codes.tobytes()
    missing: Iterable[int] = (code for code in range(count) if code not in found)
    if count - len(found) > _RARE:
        missing = sorted(set(every.translate(None, bytes(found))))
    found |= {code: place for code in missing if (place := every.find(code)) >= 0}
    return dict(sorted(found.items()))


def members(of: NDArray[Any], chosen: Bools) -> Bools:
    """Which initiatives are in one of the chosen classes.

    Args:
        of: The class of every initiative.
        chosen: Whether a class is chosen.
    """
    if of.dtype != np.uint8:
        return chosen.take(of)
    if len(chosen) > 1 << _CUBED:
        table = chosen.tobytes().ljust(256)
        return np.frombuffer(bytearray(of.tobytes().translate(table)), bool)
    is_inverse, cubes = _cubes(chosen.tobytes())
    found = np.empty(len(of), bool)
    masked, more = _room.pair
    for start in range(0, len(of), _BLOCK):
        part, here = of[start : start + _BLOCK], found[start : start + _BLOCK]
        _pick(here, part, cubes, is_inverse, (masked[: len(part)], more[: len(part)]))
    return found


def _pick(
    found: Bools,
    of: NDArray[np.uint8],
    cubes: tuple[tuple[int, int], ...],
    is_inverse: bool,  # noqa: FBT001 -- as it is kept
    room: tuple[NDArray[np.uint8], Bools],
) -> None:
    """Where the masked bits of a class are those of any cube, or of none; room is overwritten."""
    if not cubes:
        found[:] = is_inverse
    masked, more = room
    compare, join = (np.not_equal, np.logical_and) if is_inverse else (np.equal, np.logical_or)
    for place, (mask, bits) in enumerate(cubes):
        np.bitwise_and(of, np.uint8(mask), out=masked)
        compare(masked, np.uint8(bits), out=more if place else found)
        if place:
            join(found, more, out=found)


class _Room(threading.local):
    """What is overwritten each time, kept: room costs as much to get as to fill."""

    def __init__(self) -> None:
        self.pair = np.empty(_BLOCK, np.uint8), np.empty(_BLOCK, bool)


_room = _Room()


@lru_cache(maxsize=4_096)
def _cubes(chosen: bytes) -> tuple[bool, tuple[tuple[int, int], ...]]:
    """Few masks and bits that pick the chosen classes, or, if the first is true, all others."""
    places = range(1 << _CUBED)
    yes = frozenset(place for place, is_in in enumerate(chosen) if is_in)
    # What is beyond the classes there are may go to either.
    free = frozenset(places[len(chosen) :])
    no = frozenset(places) - yes - free
    one, other = _covering(yes, yes | free), _covering(no, no | free)
    return (False, one) if len(one) <= len(other) else (True, other)


def _covering(wanted: frozenset[int], allowed: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Masks and bits that pick all that is wanted, and nothing but what is allowed.

    One after the other, each picks most of what is left.
    """
    usable = [cube for cube in _every_cube() if cube[2] <= allowed]
    chosen: list[tuple[int, int]] = []
    while wanted:
        mask, bits, picked = max(usable, key=lambda cube: len(cube[2] & wanted))
        chosen.append((mask, bits))
        wanted -= picked
    return tuple(chosen)


@lru_cache(maxsize=1)
def _every_cube() -> tuple[tuple[int, int, frozenset[int]], ...]:
    """Each mask with bits within it, and the classes it picks; those of most classes first."""
    places = range(1 << _CUBED)
    every = (
        (mask, bits, frozenset(place for place in places if place & mask == bits))
        for mask, bits in product(places, places)
        if bits & ~mask == 0
    )
    return tuple(sorted(every, key=lambda cube: -len(cube[2])))


def _narrow(count: int) -> np.dtype[Any]:
    return np.min_scalar_type(max(count - 1, 0))
