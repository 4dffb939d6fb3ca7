"""The tables of one part, each in a folder named as the file that a run at once has; read back."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import answers
from pipeline.explain import evidence_table
from pipeline.facts import store
from pipeline.report.tables import typed_columns, write_csv, write_parquet
from pipeline.whole_file import writing
from schemas.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.assemble import Classified
    from pipeline.facts.store import Stored
    from pipeline.ingest.raw import RawPortfolio

INITIATIVES: Final = "initiatives.parquet"
_SCORES: Final = ("project_score", "program_score")
TABLES: Final = ("initiatives.csv", INITIATIVES, store.NAME, evidence_table.NAME)


class Files:
    """Writes the files of part ``number`` into a staged run; what is there already is replaced."""

    def __init__(self, staged: Path, number: int) -> None:
        self._staged = staged
        self._number = number

    def write(self, raw: RawPortfolio, frame: pd.DataFrame, classified: Classified) -> None:
        """Everything that was decided of the rows of the part.

        Args:
            raw: The part.
            frame: As ``ReportData.initiatives``.
            classified: What was decided.
        """
        stored = answers.facts_to_keep(raw, classified.initiatives)
        typed = typed_columns(frame)
        self._put("initiatives.csv", lambda file: write_csv(frame, file, typed))
        self._put(INITIATIVES, lambda file: write_parquet(frame, file, typed))
        self._put(store.NAME, lambda file: store.write(stored, file))
        self._put(
            evidence_table.NAME,
            lambda file: evidence_table.write(list(stored.ids), classified.evidence, file),
        )

    def _put(self, folder: str, write: Callable[[IO[bytes]], None]) -> None:
        path = _path(self._staged, folder, self._number)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(path) as draft, draft.open("wb") as file:
            write(file)


def read_back(staged: Path, number: int, at: NDArray[np.int64]) -> tuple[pd.DataFrame, Stored]:
    """Some initiatives of a part as they were written, and their facts.

    Args:
        staged: The staged run.
        number: Of the part.
        at: Positions in the part.

    Returns:
        A frame such as ``ReportData.initiatives``, and the facts in the same order.
    """
    table = pq.read_table(_path(staged, INITIATIVES, number)).take(pa.array(at))
    stored = store.read(_path(staged, store.NAME, number), at.tolist())
    return _typed(table), stored


def _path(staged: Path, folder: str, number: int) -> Path:
    return staged / folder / f"part-{number:05}.{folder.rpartition('.')[2]}"


def _typed(table: pa.Table) -> pd.DataFrame:
    """Cells as they were before they were written."""
    kinds = {column.name: column.kind for column in COLUMNS}
    columns = {}
    for name in table.column_names:
        array = table[name]
        if kinds.get(name) == "list":
            cells = [None if each is None else tuple(each) for each in array.to_pylist()]
            columns[name] = pd.Series(cells, dtype=object)
        elif pa.types.is_date(array.type):
            columns[name] = array.cast(pa.timestamp("us")).to_pandas()
        elif pa.types.is_integer(array.type):
            columns[name] = array.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        elif pa.types.is_floating(array.type) and name != "confidence":
            columns[name] = array.to_pandas(types_mapper={pa.float64(): pd.Float64Dtype()}.get)
        else:
            columns[name] = array.to_pandas()
    return pd.DataFrame(columns).astype(dict.fromkeys(_SCORES, "int64"))
