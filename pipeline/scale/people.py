"""What people read of a run in parts: workbook, page, brief and questions of the first to look at.

The first initiatives of all parts are read back from the tables and decided once more, so that the
writers get of them what they get of a portfolio that is read at once; counts are of the whole.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline import answers, assemble, deciding
from pipeline.demand import portions
from pipeline.explain import frames
from pipeline.facts import Initiatives, store
from pipeline.ingest.parts import without_rows
from pipeline.report import write_for_people
from pipeline.report.attention import agenda
from pipeline.report.data import ReportData
from pipeline.rulebook.rules import ClusterRule
from pipeline.runlog import RunLog
from pipeline.scale import decide, files, spool
from schemas import columns as canonical
from schemas.report import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.assemble import Classified
    from pipeline.demand import Demand
    from pipeline.facts.store import Stored
    from pipeline.scale.line import Outcome
    from pipeline.scale.look import Job


@dataclass(frozen=True, kw_only=True, slots=True)
class _First:
    """The initiatives to look at first, in order of the portfolio."""

    frame: pd.DataFrame
    stored: Stored
    classified: Classified


class Changed(Exception):  # noqa: N818 -- named for what it is
    """An initiative that was read back is decided otherwise: our bug, and nothing is published."""


def show(
    outcome: Outcome,
    draft: Mapping[str, Any],
    recall: Callable[[ReportData, Stored], ReportData],
) -> list[Path]:
    """Write what people read into the staged run; what the parts left for it is taken away.

    Args:
        outcome: What all parts came to.
        draft: The manifest without its outputs.
        recall: Adds to a report, whose facts it gets, too, what was decided earlier.

    Returns:
        The files written.
    """
    job = outcome.job
    first = _first(job)
    data = _with_decided(recall(_data(outcome, draft, first), first.stored), job)
    written = write_for_people(_explained(data, first), job.staged)
    shutil.rmtree(job.staged / spool.FOLDER)
    return written


def _first(job: Job) -> _First:
    # Where all rows are quarantined, the frame of the first part has no row, and all columns.
    chosen = spool.chosen(job.staged) or {0: np.empty(0, np.int64)}
    read = [files.read_back(job.staged, number, at) for number, at in chosen.items()]
    frame = pd.concat([rows for rows, _ in read], ignore_index=True)
    stored = store.joined([facts for _, facts in read])
    # As where all are read at once: the source line, negative for what has no row.
    lines = frame["source_line"].to_numpy(np.int64, na_value=0)
    numbers = np.cumsum(lines == 0)
    rows = frame[list(canonical.NAMES)].set_index(np.where(lines == 0, -numbers, lines))
    classified = deciding.decide(
        Initiatives(rows=rows, table=stored.table), decide.deciders_of(job.ruleset), RunLog()
    )
    again = classified.verdicts.tally.columns["program_score"].values  # noqa: PD011 -- a dataclass
    if not np.array_equal(again, frame["program_score"].to_numpy()):
        raise Changed("initiatives are decided otherwise once they are read back")
    return _First(frame=frame, stored=stored, classified=classified)


def _data(outcome: Outcome, draft: Mapping[str, Any], first: _First) -> ReportData:
    job, classified = outcome.job, first.classified
    rules = frames.rule_frame(job.ruleset, outcome.rule_matches)
    did_not_run = [rule.id for rule in job.ruleset.rules if isinstance(rule, ClusterRule)]
    quarantine, warnings = (_problems(job, name) for name in spool.PROBLEMS)
    labels = without_rows(job.outline).cells.columns
    return ReportData(
        manifest=draft,
        counts=outcome.counts,
        initiatives=first.frame,
        evidence=assemble.evidence_frame(classified, ()),
        advisories=frames.advisory_frame(classified.initiatives, classified.advisories),
        quarantine=quarantine,
        warnings=warnings,
        quarantined_cells=spool.cells_of(
            job.staged, quarantine["source_line"].unique().tolist(), list(labels)
        ),
        rules=rules[~rules["rule_id"].isin(did_not_run)].reset_index(drop=True),
        demand=_demand(outcome),
        whole=outcome.whole,
    )


def _with_decided(data: ReportData, job: Job) -> ReportData:
    """The report that counts the initiatives with a decision among those to look at, too."""
    if data.whole is None or not job.decided:
        return data
    ids = data.initiatives["initiative_id"].tolist()
    pairs = zip(ids, agenda(data).reasons, strict=True)
    reasons = Counter(reason for key, reason in pairs if key in job.decided)
    return replace(data, whole=replace(data.whole, looks=Counter(data.whole.looks) + reasons))


def _problems(job: Job, name: str) -> pd.DataFrame:
    found = spool.first_problems(job.staged, name)
    if found is None:
        found = pd.DataFrame(columns=list(Problems.to_schema().columns))
    texts = [str(name) for name in found if name != "source_line"]
    unknown = found[texts].astype(object).fillna("").astype("str")
    return found.astype({"source_line": "int64"}).assign(**{name: unknown[name] for name in texts})


def _demand(outcome: Outcome) -> Demand:
    spellings: dict[str, int] = {}
    for (unit, _), count in outcome.whole.units.items():
        spellings[unit] = spellings.get(unit, 0) + count
    job = outcome.job
    return portions.together(outcome.demand, spellings, as_of=job.as_of, capacity=job.capacity)


def _explained(data: ReportData, first: _First) -> ReportData:
    classified = first.classified
    initiatives, ruleset = classified.initiatives, classified.ruleset
    data = assemble.with_evidence(data, classified)
    explained = answers.explain_first(data, first.stored, ruleset, initiatives.rows)
    missing = answers.still_open(ruleset, initiatives, classified.verdicts, explained)
    return replace(data, explanations=explained, missing=missing)
