"""Whether verdicts are those of last night: both nights meet by id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.scale.files import INITIATIVES
from pipeline.scale.keys import codes_of
from pipeline.scale.tables import made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ingest.parts import Part
    from pipeline.scale.engine import Engine
    from pipeline.scale.look import Job
    from pipeline.scale.tables import Columns

_NAMES: Final = ["initiative_id", "verdict"]
_NIGHTS: Final[Columns] = {"key": "str", "verdict": "str", "is_tonight": "bool"}
_COUNTS: Final[Columns] = {"both": "int64", "flipped": "int64"}


def count(engine: Engine, job: Job, before: Path) -> tuple[int, int]:
    """How many initiatives two runs have in common, and how many verdicts of these differ.

    Args:
        engine: Brings the same ids together.
        job: Tonight's, whose tables are written.
        before: The folder of a published run, at once or in parts; what is damaged there counts
            as not there.
    """
    tables = before / INITIATIVES
    last = sorted(tables.iterdir()) if tables.is_dir() else [tables]
    rows = engine.over(partial(_nights, job=job, last=last), job.outline.parts, _NIGHTS)
    found = engine.collect(engine.by_key(rows, "key", _compared, _COUNTS))
    return int(found["both"].sum()), int(found["flipped"].sum())


def _nights(part: Part, job: Job, last: Sequence[Path]) -> pd.DataFrame:
    """Verdicts of tonight and of last night, a share of them with each part."""
    tonight = sorted((job.staged / INITIATIVES).iterdir())
    shares = (
        _verdicts(paths[part.number :: len(job.outline.parts)], is_tonight=is_tonight)
        for paths, is_tonight in ((tonight, True), (last, False))
    )
    return pd.concat(shares, ignore_index=True)


def _verdicts(paths: Sequence[Path], *, is_tonight: bool) -> pd.DataFrame:
    frames = [made(_NIGHTS, key=[])]
    for path in paths:
        try:
            table = pq.read_table(path, columns=_NAMES)
        except (OSError, KeyError, pa.ArrowException):
            if is_tonight:
                raise
            continue
        keys, verdicts = (table[name].to_pandas().astype("str") for name in _NAMES)
        frames.append(made(_NIGHTS, key=keys, verdict=verdicts, is_tonight=is_tonight))
    return pd.concat(frames, ignore_index=True)


def _compared(rows: pd.DataFrame) -> pd.DataFrame:
    """By key: in how many both nights have a verdict, and in how many another one."""
    codes, verdicts = codes_of(rows["key"]), codes_of(rows["verdict"])
    size = int(codes.max(initial=-1)) + 1
    tonight = rows["is_tonight"].to_numpy()
    given = np.full((2, size), -1)
    for night, mask in enumerate((tonight, ~tonight)):
        given[night, codes[mask]] = verdicts[mask]
    both = (given >= 0).all(axis=0)
    flipped = both & (given[0] != given[1])
    return made(_COUNTS, both=[int(both.sum())], flipped=[int(flipped.sum())])
