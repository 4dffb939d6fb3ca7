"""What a published run says of its initiatives, to hold a workbook that came back against."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import Location
from pipeline.fingerprint import fingerprint
from pipeline.report.safe_text import clean_cell
from pipeline.review.faults import RunFolderFaulty, RunUnknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pipeline.history import Store

_RUN_ID: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_TABLE: Final = "initiatives.parquet"
_MANIFEST: Final = "manifest.json"
_COLUMNS: Final = (
    "initiative_id",
    "name",
    "verdict",
    "evidence",
    "project_score",
    "program_score",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What the run decided about one initiative; ``evidence`` has rule ids joined by ";"."""

    initiative_id: str
    name: str
    verdict: str
    evidence: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownRun:
    """A run that was published here; ``decided`` by the id as a workbook cell holds it."""

    run_id: str
    decided: Mapping[str, Decided]


def known_run(
    run_id: str, output: Path, recall: Callable[[], Store | None], *, at: Location
) -> KnownRun:
    """Look a run up among those that were published.

    Args:
        run_id: As the workbook has it, so never trusted.
        output: The folder that runs are published in.
        recall: Opens the history store where there is one: it remembers runs whose folder was
            taken away.
        at: Where the run id stands.

    Raises:
        RunUnknown: Neither the folder nor the history has such a run.
        RunFolderFaulty: Its files cannot be read.
        HistoryError: The store cannot be used.
    """
    folder = output / run_id
    # A run id that is none could lead anywhere.
    is_id = _RUN_ID.fullmatch(run_id) is not None
    if not is_id or not (folder / _MANIFEST).is_file():
        store = recall() if is_id else None
        remembered = None if store is None else store.decided_in(run_id)
        if remembered is not None:
            return KnownRun(run_id=run_id, decided=_decided(remembered.to_dict("records")))
        raise RunUnknown(
            f"this is the workbook of run {run_id[:40]!r}, which neither {output} has nor its "
            "history",
            hint="Name the folder that the run was published in with --output, or hand back the "
            "report.xlsx of a run that is in it",
            at=at,
        )
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        table = pq.read_table(folder / _TABLE, columns=list(_COLUMNS))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _faulty(folder) from error
    if not isinstance(manifest, dict) or manifest.get("run_id") != run_id:
        raise _faulty(folder)
    return KnownRun(run_id=run_id, decided=_decided(table.to_pylist()))


def _faulty(folder: Path) -> RunFolderFaulty:
    return RunFolderFaulty(
        "what this run published cannot be read",
        hint="Classify its portfolio again, then hand the workbook back once more",
        at=Location(path=folder),
    )


def _decided(rows: Iterable[Mapping[Any, Any]]) -> dict[str, Decided]:
    decided = {}
    for row in rows:
        key, evidence = row["initiative_id"], row["evidence"] or ""
        decided[clean_cell(key).strip()] = Decided(
            initiative_id=key,
            name=row["name"] or "",
            verdict=row["verdict"],
            evidence=evidence,
            fingerprint=fingerprint(
                initiative_id=key,
                verdict=row["verdict"],
                evidence=evidence,
                project_score=row["project_score"],
                program_score=row["program_score"],
            ),
        )
    return decided
