"""The second look at a part: every row is decided, explained and written, wherever it is read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline import assemble, deciding, facts, validate
from pipeline.assemble import Checked
from pipeline.deciding import Deciders
from pipeline.facts import Surroundings, graph
from pipeline.ingest.parts import read_part
from pipeline.runlog import RunLog
from pipeline.scale import look, told
from pipeline.scale.files import Files
from pipeline.scale.spool import Spool
from pipeline.scale.tables import CHILD_ROWS, COUNTS, RESULTS, made
from pipeline.validate import Surplus
from pipeline.verify import Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.assemble import Classified
    from pipeline.ingest.parts import Part
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.rulebook.rules import Ruleset
    from pipeline.scale.look import Job

# One ruleset is at work in a process; what its engines have decided serves all parts.
_deciders: dict[str, Deciders] = {}


def deciders_of(ruleset: Ruleset) -> Deciders:
    """The engines of a ruleset, made once in a process."""
    if ruleset.sha256 not in _deciders:
        _deciders.clear()
        _deciders[ruleset.sha256] = Deciders(ruleset)
    return _deciders[ruleset.sha256]


def classify(shares: pd.DataFrame, job: Job) -> pd.DataFrame:
    """Classify and write the rows of some parts.

    Args:
        shares: What those parts are told of their rows.
        job: What the whole portfolio tells.

    Returns:
        One row a part with what it came to, as JSON.
    """
    results = {
        int(str(number)): _classify(job.outline.parts[int(str(number))], of_part, job)
        for number, of_part in shares.groupby("part")
    }
    texts = [json.dumps(result, sort_keys=True) for result in results.values()]
    return made(RESULTS, part=np.array([*results], np.int64), result=pd.array(texts, dtype="str"))


def _classify(part: Part, shares: pd.DataFrame, job: Job) -> dict[str, Any]:
    raw = read_part(part, job.outline).raw
    of_rows = shares[shares["line"] > 0]
    ids = frozenset(shares.loc[shares["line"] == 0, "text"])
    typed = look.typed_part(part, raw, ids, job)
    validated = validate.validate(typed, as_of=job.as_of, surplus=_surplus(of_rows))
    parents = of_rows[of_rows["text"] != ""].set_index("line")["text"]
    counts = of_rows.groupby("line")[[*COUNTS, CHILD_ROWS]].sum()
    surroundings = surroundings_of(validated.accepted, parents, counts, job)
    classified = decide(validated.accepted, surroundings, job, part.number)
    checked = Checked(raw=raw, validated=validated)
    spool = Spool(job.staged, part.number)
    orphans = of_rows.loc[of_rows["is_orphan"], "line"].unique()
    if len(orphans):
        quarantined = validated.quarantined.assign(
            parent_id=parents.reindex(validated.quarantined.index).astype("str")
        )
        spool.children(classified.initiatives.rows, quarantined, orphans)
    return {
        "counts": asdict(assemble.counts(checked, classified)),
        "troubled": _troubled(checked),
        "verified": _sample(job, part.number).count and len(classified.initiatives.rows),
        **_problems(checked, spool),
        **written(raw, classified, child_rows_of(counts, classified), job, part.number),
    }


def written(
    raw: RawPortfolio,
    classified: Classified,
    child_rows: NDArray[np.int64],
    job: Job,
    number: int,
) -> dict[str, Any]:
    """Write what was decided of some initiatives; what the report of the whole has to know of it.

    Args:
        raw: The part that they are of.
        classified: What was decided.
        child_rows: How many rows of the portfolio have each of them as their parent.
        job: What the whole portfolio tells.
        number: Of the part.
    """
    frame = assemble.initiative_frame(raw, classified)
    Files(job.staged, number).write(raw, frame, classified)
    counts, candidates = told.of_initiatives(frame, classified, job.decided)
    Spool(job.staged, number).candidates(candidates)
    return {
        **counts,
        "rule_matches": classified.rule_matches,
        "demand": told.need(frame, child_rows, job),
    }


def child_rows_of(counts: pd.DataFrame, classified: Classified) -> NDArray[np.int64]:
    """How many rows each initiative is the parent of, from what the part is told by line."""
    lines = classified.initiatives.rows.index
    return counts[CHILD_ROWS].reindex(lines, fill_value=0).to_numpy(np.int64)


def _problems(checked: Checked, spool: Spool) -> dict[str, Any]:
    """Leave the problems of a part for the whole."""
    out = checked.validated.quarantined.index
    quarantine, warnings = (
        assemble.problem_frame(
            [each for each in checked.validated.problems if (each.source_line in out) == is_out],
            checked,
        )
        for is_out in (True, False)
    )
    spool.problems(quarantine, warnings, checked.raw.cells.loc[out])
    return told.of_problems(quarantine)


def _surplus(of_rows: pd.DataFrame) -> list[Surplus]:
    rows = of_rows[of_rows["kept"] > 0]
    return [
        Surplus(line=int(line), kept=int(kept), is_older=bool(is_older))
        for line, kept, is_older in zip(rows["line"], rows["kept"], rows["is_older"], strict=True)
    ]


def surroundings_of(
    rows: pd.DataFrame, parents: pd.Series[str], counts: pd.DataFrame, job: Job
) -> Surroundings:
    """What the whole portfolio tells about some initiatives, all by the index of ``rows``."""
    parent = parents.reindex(rows.index).astype("str")
    all_counts = counts.reindex(rows.index, fill_value=0)
    return Surroundings(
        parents=parent,
        graph=graph.counted_facts(
            rows.assign(parent_id=parent),
            {name: all_counts[name].to_numpy(np.int64) for name in COUNTS},
            has_children=job.has_children,
            has_dependencies=job.has_dependencies,
        ),
        in_use=job.in_use,
    )


def decide(rows: pd.DataFrame, surroundings: Surroundings, job: Job, number: int) -> Classified:
    """Facts and verdicts of some initiatives."""
    deciders = deciders_of(job.ruleset)
    initiatives = facts.derive_part(rows, surroundings, deciders.matcher, as_of=job.as_of)
    return deciding.decide(initiatives, deciders, RunLog(), _sample(job, number))


def _sample(job: Job, number: int) -> Sample:
    """Every part has its share of what is decided once more."""
    share = -(-job.verify // len(job.outline.parts))
    return Sample(count=share, seed=f"{job.run_id} {number}")


def _troubled(checked: Checked) -> int:
    """Rows that are set aside for a fault, not as older reports."""
    quarantined = checked.validated.quarantined.index
    return len(
        {
            problem.source_line
            for problem in checked.validated.problems
            if problem.severity == "quarantine" and problem.source_line in quarantined
        }
    )
