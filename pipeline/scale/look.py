"""What is seen of one part while the whole is not known yet, wherever the part is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pipeline import parse, validate
from pipeline.errors import PipelineError
from pipeline.ingest.parts import read_part
from pipeline.scale.spool import Spool, asked
from pipeline.scale.tables import ASKS, NODES, made
from schemas.settings import Capacity

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.ingest.parts import Outline, Part
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.parse import Learned, Typed
    from pipeline.rulebook.rules import Ruleset

# Facts of these hang on whether any row of the portfolio fills them.
_IN_USE: Final = ("sponsor", "owner")


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What a worker must know to work on a part; ``staged`` is a folder that all of them see.

    ``decided`` are ids of initiatives on which the project office has decided before.

    ``learned`` and what follows it is known once all parts were looked at.
    """

    outline: Outline
    ruleset: Ruleset
    as_of: date
    run_id: str
    staged: Path
    verify: int = 0
    capacity: Capacity = field(default_factory=Capacity)
    decided: frozenset[str] = frozenset()
    learned: Learned | None = None
    in_use: frozenset[str] = frozenset()
    has_children: bool = False
    has_dependencies: bool = False

    def whole(self, ids: frozenset[str]) -> parse.Whole:
        """What a part whose cells name some ids must know to be parsed."""
        if self.learned is None:
            raise ValueError("nothing was learned of the portfolio yet")
        return parse.Whole(learned=self.learned, ids=ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What one part tells about the whole; ``in_use`` are columns that it fills."""

    learned: Learned
    rows: int
    short_rows: int
    in_use: frozenset[str]


def learn(part: Part, job: Job) -> Lesson | PipelineError:
    """Look at the cells of a part, and leave what it asks of the others.

    A refusal is an answer, too, since others cannot raise it.
    """
    try:
        read = read_part(part, job.outline)
    except PipelineError as refusal:
        return refusal
    # In one look: reading takes longer than what is looked for.
    Spool(job.staged, part.number).asks(_asks(part, read.raw))
    return Lesson(
        learned=parse.learn(read.raw),
        rows=len(read.raw.cells),
        short_rows=read.short_rows,
        in_use=parse.filled(read.raw, _IN_USE),
    )


def asks(part: Part, job: Job) -> pd.DataFrame:
    """What a part asks of the others, as it was left."""
    return asked(job.staged, part.number)


def _asks(part: Part, raw: RawPortfolio) -> pd.DataFrame:
    """The ids of a part, and the texts in it that would be read otherwise if they were ids."""
    ids = pd.unique(pd.array(parse.ids(raw), dtype="str"))
    texts = sorted({"", *parse.may_name(raw)})
    return pd.concat(
        [
            made(ASKS, key=ids, part=part.number, is_id=True),
            made(ASKS, key=pd.array(texts, dtype="str"), part=part.number),
        ],
        ignore_index=True,
    )


def nodes(answers: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Every row of some parts as far as others may hang on it."""
    found = []
    for number, told in answers.groupby("part"):
        part = job.outline.parts[int(str(number))]
        raw = read_part(part, job.outline).raw
        typed = typed_part(part, raw, frozenset(told["key"]), job)
        found.append(_nodes(part, typed))
    return pd.concat(found, ignore_index=True) if found else made(NODES, part=[])


def typed_part(part: Part, raw: RawPortfolio, ids: frozenset[str], job: Job) -> Typed:
    """The cells of a part, typed as they are within the whole; ``ids`` are those that it names.

    Problems of the whole file stand in the first part alone.
    """
    typed = parse.parse(raw, job.whole(ids - {""}))
    if not part.number:
        return typed
    return replace(typed, problems=tuple(each for each in typed.problems if each.source_line))


def _nodes(part: Part, typed: Typed) -> pd.DataFrame:
    rows = typed.rows
    depends = [
        json.dumps(each, ensure_ascii=False) if isinstance(each, tuple) else ""
        for each in rows["depends_on"]
    ]
    return made(
        NODES,
        part=np.full(len(rows), part.number),
        line=rows.index.to_numpy(),
        id=rows["initiative_id"],
        parent=rows["parent_id"].fillna(""),
        unit=rows["business_unit"].fillna(""),
        name=rows["name"].fillna(""),
        depends=pd.array(depends, dtype="str"),
        is_out=rows.index.isin(validate.unfit(typed)),
        # What is not reported has the least of all numbers as its time.
        reported=rows["reported_on"].to_numpy("datetime64[us]").astype(np.int64),
    )
