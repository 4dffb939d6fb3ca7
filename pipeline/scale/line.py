"""The straight line of a run in parts, from an understood portfolio to its files."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.assemble import AccountingFault
from pipeline.ingest.parts import without_rows
from pipeline.report.data import Counts
from pipeline.scale import decide, derived, files, neighborhood
from pipeline.scale.tables import RESULTS

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.runlog import RunLog
    from pipeline.scale.engine import Engine
    from pipeline.scale.look import Job


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a run in parts came to.

    ``troubled`` counts rows set aside for a fault, ``verified`` initiatives decided once more;
    ``outputs`` are the files written, those of parts included.
    """

    counts: Counts
    rule_matches: dict[str, int]
    troubled: int
    verified: int
    outputs: tuple[Path, ...]


def classify(engine: Engine, job: Job, log: RunLog) -> Outcome:
    """Classify every part and write its files into ``job.staged``.

    Raises:
        InputError: A part cannot be read.
        EngineDisagreement: The rules engine and its oracle differ.
        AccountingFault: Rows were lost.
    """
    with log.step("learn"):
        job = neighborhood.learn(engine, job)
    with log.step("connect"):
        found = neighborhood.connect(engine, job)
    with log.step("classify"):
        told = engine.by_key(found.shares, "part", partial(decide.classify, job=found.job), RESULTS)
        results = engine.collect(told)
    each = [json.loads(text) for text in results.sort_values("part")["result"]]
    if len(each) != len(job.outline.parts):
        raise AccountingFault(f"{len(job.outline.parts)} parts, {len(each)} of them classified")
    with log.step("derived"):
        made = derived.classify(found.derived, without_rows(job.outline), found.job)
    with log.step("report"):
        outputs = files.put_together(job.staged)
        shutil.rmtree(job.staged / files.SPOOL)
        outputs += [path for name in files.TABLES for path in sorted((job.staged / name).iterdir())]
    together = decide.added(each + ([made] if made else []))
    counts = Counts(**together["counts"])
    _check(counts)
    return Outcome(
        counts=counts,
        rule_matches=together["rule_matches"],
        troubled=together["troubled"],
        verified=together["verified"],
        outputs=tuple(outputs),
    )


def _check(counts: Counts) -> None:
    """The accounting identity over all parts."""
    accounted = (
        counts.project_manager + counts.program_manager + counts.undecided + counts.quarantined
    )
    if counts.read != accounted:
        raise AccountingFault(f"{counts.read} rows were read, {accounted} are accounted for")
