"""The files of one part: folders of them, beside the files that a run at once has."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import answers, assemble
from pipeline.explain import evidence_table
from pipeline.facts import store
from pipeline.report.tables import write_csv, write_parquet
from pipeline.whole_file import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.assemble import Checked, Classified
    from pipeline.ingest.raw import RawPortfolio

TABLES: Final = ("initiatives.csv", "initiatives.parquet", store.NAME, evidence_table.NAME)
PROBLEMS: Final = ("quarantine.csv", "warnings.csv")
SPOOL: Final = ".spool"
_CHILDREN: Final = "children"


class Files:
    """Writes the files of part ``number`` into a staged run; what is there already is replaced."""

    def __init__(self, staged: Path, number: int) -> None:
        self._staged = staged
        self._number = number

    def write(self, raw: RawPortfolio, classified: Classified) -> None:
        """Everything that was decided of the rows of the part."""
        frame = assemble.initiative_frame(raw, classified)
        stored = answers.facts_to_keep(raw, classified.initiatives)
        self._put("initiatives.csv", lambda file: write_csv(frame, file))
        self._put("initiatives.parquet", lambda file: write_parquet(frame, file))
        self._put(store.NAME, lambda file: store.write(stored, file))
        self._put(
            evidence_table.NAME,
            lambda file: evidence_table.write(list(stored.ids), classified.evidence, file),
        )

    def write_problems(self, checked: Checked) -> None:
        """What is set aside and what is doubtful, until all parts are put together."""
        out = checked.validated.quarantined.index
        for name, is_out in zip(PROBLEMS, (True, False), strict=True):
            problems = [
                each for each in checked.validated.problems if (each.source_line in out) == is_out
            ]
            frame = assemble.problem_frame(problems, checked)
            self._put(f"{SPOOL}/{name}", partial(write_csv, frame))

    def write_children(
        self, accepted: pd.DataFrame, quarantined: pd.DataFrame, lines: Sequence[int]
    ) -> None:
        """The rows whose parent has none, until the parents are made from all of them."""
        both = pd.concat(
            [
                accepted.assign(accepted=True),
                quarantined.assign(accepted=False),
            ]
        )
        table = pa.Table.from_pandas(both[both.index.isin(lines)])
        self._put(f"{SPOOL}/{_CHILDREN}", lambda file: pq.write_table(table, file))

    def _put(self, folder: str, write: Callable[[IO[bytes]], None]) -> None:
        path = self._staged / folder / f"part-{self._number:05}.{folder.rpartition('.')[2]}"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing(path) as draft, draft.open("wb") as file:
            write(file)


def children(staged: Path) -> pd.DataFrame:
    """The rows that were kept because their parent has none, in order of the file."""
    paths = sorted((staged / SPOOL / _CHILDREN).glob("*"))
    if not paths:
        return pd.DataFrame()
    rows: list[pd.DataFrame] = [pq.read_table(path).to_pandas() for path in paths]
    return pd.concat(rows).sort_index(kind="stable")


def put_together(staged: Path) -> list[Path]:
    """Make one file of the problems of all parts."""
    paths = []
    for name in PROBLEMS:
        path = staged / name
        with path.open("xb") as file:
            for place, part in enumerate(sorted((staged / SPOOL / name).glob("*"))):
                with part.open("rb") as read:
                    header = read.readline()
                    file.write(b"" if place else header)
                    while block := read.read(1 << 20):
                        file.write(block)
        paths.append(path)
    return paths
