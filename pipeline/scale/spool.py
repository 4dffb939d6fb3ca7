"""What parts leave in a staged run until its report is made; nothing of it is published."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.report.limits import PROBLEM_ROWS
from pipeline.report.safe_text import text_array
from pipeline.report.tables import write_csv, write_parquet
from pipeline.scale.tables import ASKS
from pipeline.scale.told import FIRST, Candidates
from pipeline.whole_file import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FOLDER: Final = ".spool"
PROBLEMS: Final = ("quarantine.csv", "warnings.csv")
_ASKS: Final = "asks"
_CHILDREN: Final = "children"
_FIRST: Final = "first"
_CELLS: Final = "cells"
_SHOWN: Final = "shown-"
# So many candidates are compared at once.
_TOGETHER: Final = 20 * FIRST


class Spool:
    """Keeps what part ``number`` leaves; what is there already is replaced."""

    def __init__(self, staged: Path, number: int) -> None:
        self._staged = staged
        self._number = number

    def asks(self, frame: pd.DataFrame) -> None:
        """Keep what the part asks of the others, a table of ``ASKS``."""
        with self._put(_ASKS) as file:
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)

    def problems(
        self, quarantine: pd.DataFrame, warnings: pd.DataFrame, cells: pd.DataFrame
    ) -> None:
        """Keep what is set aside and what is doubtful, and of the first of it how it stood.

        Args:
            quarantine: As ``ReportData.quarantine``.
            warnings: As ``ReportData.warnings``.
            cells: The cells of quarantined rows, as ``ReportData.quarantined_cells``.
        """
        for name, frame in zip(PROBLEMS, (quarantine, warnings), strict=True):
            with self._put(name) as file:
                write_csv(frame, file)
            if len(frame):
                with self._put(_SHOWN + name) as file:
                    write_parquet(frame.head(PROBLEM_ROWS), file)
        lines = quarantine["source_line"].head(PROBLEM_ROWS).unique()
        if len(lines):
            shown = cells.loc[lines]
            columns = [text_array(shown.iloc[:, place]) for place in range(shown.shape[1])]
            names = list(map(str, range(shown.shape[1])))
            table = pa.table([*columns, pa.array(lines, pa.int64())], names=[*names, "line"])
            with self._put(_CELLS) as file:
                pq.write_table(table, file)

    def candidates(self, found: Candidates) -> None:
        """Keep which rows may be shown."""
        with self._put(_FIRST) as file:
            np.savez(file, at=found.at, keys=found.keys, decided=found.decided)

    def children(
        self, accepted: pd.DataFrame, quarantined: pd.DataFrame, lines: Sequence[int]
    ) -> None:
        """Keep the rows whose parent has none, until the parents are made from all of them."""
        both = pd.concat([accepted.assign(accepted=True), quarantined.assign(accepted=False)])
        with self._put(_CHILDREN) as file:
            pq.write_table(pa.Table.from_pandas(both[both.index.isin(lines)]), file)

    @contextmanager
    def _put(self, name: str) -> Iterator[IO[bytes]]:
        path = _path(self._staged, name, self._number)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(path) as draft, draft.open("wb") as file:
            yield file


def asked(staged: Path, number: int) -> pd.DataFrame:
    """What part ``number`` asks of the others, a table of ``ASKS``."""
    frame: pd.DataFrame = pq.read_table(_path(staged, _ASKS, number)).to_pandas()
    return frame.astype(dict(ASKS))


def children(staged: Path) -> pd.DataFrame:
    """The rows that were kept because their parent has none, in order of the file."""
    paths = _kept(staged, _CHILDREN)
    if not paths:
        return pd.DataFrame()
    rows: list[pd.DataFrame] = [pq.read_table(path).to_pandas() for path in paths]
    return pd.concat(rows).sort_index(kind="stable")


def chosen(staged: Path) -> dict[int, NDArray[np.int64]]:
    """The rows of all parts to show: by number of the part, their positions in it, in order.

    They are the first in the order of attention, and all with a decision.
    """
    decided: dict[int, NDArray[np.int64]] = {}
    parts, at, keys = np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 3))
    for path in _kept(staged, _FIRST):
        with np.load(path) as found:
            number = int(path.name.removeprefix("part-"))
            parts = np.concatenate([parts, np.full(len(found["at"]), number)])
            at = np.concatenate([at, found["at"]])
            keys = np.concatenate([keys, found["keys"]])
            decided[number] = found["decided"]
        if len(at) > _TOGETHER:
            first = _first(keys)
            parts, at, keys = parts[first], at[first], keys[first]
    first = _first(keys)
    parts, at = parts[first], at[first]
    both = {number: np.union1d(at[parts == number], some) for number, some in decided.items()}
    return {number: some for number, some in both.items() if len(some)}


def _first(keys: NDArray[np.float64]) -> NDArray[np.intp]:
    """The first in the order of attention, in order of the portfolio."""
    return np.sort(np.lexsort(keys.T[::-1])[:FIRST])


def first_problems(staged: Path, name: str) -> pd.DataFrame | None:
    """The first problems of all parts, ``None`` where there are none."""
    found: list[pd.DataFrame] = []
    for path in _kept(staged, _SHOWN + name):
        found.append(pq.read_table(path).to_pandas())
        if sum(map(len, found)) >= PROBLEM_ROWS:
            break
    if not found:
        return None
    together: pd.DataFrame = pd.concat(found, ignore_index=True)
    return together.head(PROBLEM_ROWS)


def cells_of(staged: Path, lines: Sequence[int], labels: Sequence[str]) -> pd.DataFrame:
    """The cells of quarantined rows, by source line, under the headers of the portfolio."""
    wanted = pa.array(lines, pa.int64())
    found = [
        table
        for path in _kept(staged, _CELLS)
        if (table := pq.read_table(path, filters=pc.field("line").isin(wanted))).num_rows
    ]
    if not found:
        none = pd.Index([], dtype="int64", name="source_line")
        return pd.DataFrame(columns=list(labels), dtype="str", index=none)
    frame: pd.DataFrame = pa.concat_tables(found).to_pandas().set_index("line")
    frame.index.name = "source_line"
    return frame.set_axis(list(labels), axis=1).astype("str")


def put_together(staged: Path) -> list[Path]:
    """Make one file of the problems of all parts."""
    paths = []
    for name in PROBLEMS:
        path = staged / name
        with path.open("xb") as file:
            for place, part in enumerate(_kept(staged, name)):
                with part.open("rb") as read:
                    header = read.readline()
                    file.write(b"" if place else header)
                    while block := read.read(1 << 20):
                        file.write(block)
        paths.append(path)
    return paths


def _path(staged: Path, name: str, number: int) -> Path:
    return staged / FOLDER / name / f"part-{number:05}"


def _kept(staged: Path, name: str) -> list[Path]:
    return sorted((staged / FOLDER / name).glob("*"))
