"""Initiatives that look alike, put together without sorting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Codes below 2**16 are their own place in a table; wider ones are hashed.
_DIRECT = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Initiatives by class.

    ``codes`` has what the members of each class look like, ``member`` the position of one of them,
    ``of`` the class of every initiative, in the narrowest whole number that holds it.
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


def _narrow(count: int) -> np.dtype[Any]:
    return np.min_scalar_type(max(count - 1, 0))
