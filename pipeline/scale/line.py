"""The straight line of a run in parts, from an understood portfolio to its files."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.assemble import AccountingFault
from pipeline.ingest.parts import without_rows
from pipeline.report.data import Counts
from pipeline.scale import decide, derived, files, neighborhood, spool, told
from pipeline.scale.tables import RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.demand.portions import Portion
    from pipeline.report.whole import Whole
    from pipeline.runlog import RunLog
    from pipeline.scale.engine import Engine
    from pipeline.scale.look import Job


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a run in parts came to.

    ``job`` knows the whole portfolio by now. ``troubled`` counts rows set aside for a fault,
    ``verified`` initiatives decided once more; ``demand`` has what each part needs; ``outputs`` are
    the tables written, those of parts included.
    """

    job: Job
    counts: Counts
    whole: Whole
    rule_matches: dict[str, int]
    troubled: int
    verified: int
    demand: tuple[Portion, ...]
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
        work = partial(decide.classify, job=found.job)
        answers = engine.collect(engine.by_key(found.shares, "part", work, RESULTS))
    each = [json.loads(text) for text in answers.sort_values("part")["result"]]
    if len(each) != len(job.outline.parts):
        raise AccountingFault(f"{len(job.outline.parts)} parts, {len(each)} of them classified")
    with log.step("derived"):
        made = derived.classify(found.derived, without_rows(job.outline), found.job)
    with log.step("tables"):
        outputs = spool.put_together(job.staged)
        outputs += [path for name in files.TABLES for path in sorted((job.staged / name).iterdir())]
    results = each + ([made] if made else [])
    counts = Counts(**_added(results, "counts"))
    _check(counts)
    return Outcome(
        job=found.job,
        counts=counts,
        whole=told.added(results, counts.warnings),
        rule_matches=_added(results, "rule_matches"),
        troubled=sum(result["troubled"] for result in results),
        verified=sum(result["verified"] for result in results),
        demand=tuple(told.portion_of(result["demand"]) for result in results),
        outputs=tuple(outputs),
    )


def _added(results: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for result in results:
        counts.update(result[name])
    return dict(counts)


def _check(counts: Counts) -> None:
    """The accounting identity over all parts."""
    accounted = (
        counts.project_manager + counts.program_manager + counts.undecided + counts.quarantined
    )
    if counts.read != accounted:
        raise AccountingFault(f"{counts.read} rows were read, {accounted} are accounted for")
