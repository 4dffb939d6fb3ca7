"""Columns as their distinct texts, what was read from each, and the problems that follow.

A text is read once, however many rows hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

VALUE_LIMIT = 200


class Reading(NamedTuple):
    """What a text says: a value, or a problem, or both where the value is doubtful."""

    value: Any = None
    code: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """A raw column: row ``i`` holds ``texts[codes[i]]``; every text stands once."""

    codes: npt.NDArray[np.intp]
    texts: list[str]

    @property
    def counts(self) -> list[int]:
        """Rows that hold each text."""
        rows: list[int] = np.bincount(self.codes, minlength=len(self.texts)).tolist()
        return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column as read: row ``i`` says ``readings[codes[i]]``, nothing where the code is -1."""

    codes: npt.NDArray[np.intp]
    texts: list[str]
    readings: list[Reading]

    def values(self, missing: object = None) -> npt.NDArray[np.object_]:
        """One value a row, ``missing`` where unknown."""
        found = np.empty(len(self.readings) + 1, dtype=object)
        for place, reading in enumerate(self.readings):
            found[place] = missing if reading.value is None else reading.value
        # The code -1 takes the last place.
        found[-1] = missing
        return found[self.codes]

    def problems(self, name: str, lines: Sequence[int]) -> list[Problem]:
        """One problem for every row whose text could not be read or is doubtful."""
        faulty = np.array([*(reading.code != "" for reading in self.readings), False])
        found: list[Problem] = []
        for row in np.flatnonzero(faulty[self.codes]).tolist():
            reading = self.readings[self.codes[row]]
            found.append(
                Problem(
                    source_line=lines[row],
                    code=reading.code,
                    column=name,
                    value=shown(self.texts[self.codes[row]]),
                    hint=reading.hint,
                )
            )
        return found


def distinct(cells: pd.Series[str]) -> Cells:
    """Take a raw column apart into codes and distinct texts."""
    codes, texts = pd.factorize(cells)
    return Cells(codes=codes, texts=texts.tolist())


def first_said(parts: Sequence[tuple[Cells, Sequence[Reading | None]]]) -> Column:
    """Join the columns of several headers: each row takes the first cell that says something.

    A reading of ``None`` is a cell that says nothing.
    """
    texts: list[str] = []
    readings: list[Reading] = []
    codes = np.full(len(parts[0][0].codes), -1, dtype=np.intp)
    for cells, said in parts:
        place = np.full(len(said), -1, dtype=np.intp)
        for code, reading in enumerate(said):
            if reading is not None:
                place[code] = len(readings)
                readings.append(reading)
                texts.append(cells.texts[code])
        codes = np.where(codes < 0, place[cells.codes], codes) if len(said) else codes
    return Column(codes=codes, texts=texts, readings=readings)


def shown(text: str) -> str:
    """A cell as a problem shows it: cut, and without half characters that no file can hold."""
    return text[:VALUE_LIMIT].encode("utf-8", "replace").decode("utf-8")
