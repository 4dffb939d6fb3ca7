"""Keys as numbers: what rows with one key have in common, on whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def codes_of(keys: pd.Series[str]) -> NDArray[np.intp]:
    """A number for each text."""
    return pd.factorize(keys)[0]


def marked(
    keys: pd.Series[str], mask: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The code of each key, and by code whether any row of it is in ``mask``."""
    codes = codes_of(keys)
    return codes, any_of(codes[mask], int(codes.max(initial=-1)) + 1)


def any_of(codes: NDArray[np.intp], size: int) -> NDArray[np.bool_]:
    """Which of ``size`` numbers occur."""
    marks = np.zeros(size, bool)
    marks[codes] = True
    return marks


def first_of(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each run of equal codes begins."""
    return np.flatnonzero(np.diff(codes, prepend=-1) != 0)


def is_first(codes: NDArray[np.intp], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The first row of each code among those of ``mask``."""
    places = np.flatnonzero(mask)
    _, first = np.unique(codes[places], return_index=True)
    marks = np.zeros(len(codes), bool)
    marks[places[first]] = True
    return marks


def known_codes(texts: pd.Series[str]) -> NDArray[np.intp]:
    """A number for each text, -1 for ""."""
    codes, distinct = pd.factorize(texts)
    return np.where((distinct == "")[codes], -1, codes)


def distinct(codes: NDArray[np.intp], others: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """How many different other codes each code has, -1 not among them."""
    told = np.flatnonzero(others >= 0)
    both = pd.DataFrame({"code": codes[told], "other": others[told]}).drop_duplicates()
    return np.bincount(both["code"].to_numpy(np.intp), minlength=size)
