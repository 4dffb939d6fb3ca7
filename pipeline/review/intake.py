"""Take over what a workbook decided: read, check, hand to the store, keep a copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.errors import InputError, Location
from pipeline.history.faults import HistoryError
from pipeline.review import archive, overtaken, returned
from pipeline.review.checks import Entry, check, line_of, run_of
from pipeline.review.faults import ReviewFault, RunUnknown
from pipeline.review.known import known_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.history import Store
    from pipeline.review.checks import Outcome
    from pipeline.review.known import KnownRun
    from pipeline.review.overtaken import Decisions
    from pipeline.review.returned import Returned


def _nothing() -> None:
    """No store is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to do with a workbook that came back.

    ``output`` is the folder that its run was published in, ``today`` the day of its decisions;
    ``is_trial`` leaves everything as it is, ``is_again`` takes a workbook over that was before.
    ``is_restored`` takes from a workbook that was kept what was taken from it then, whatever later
    runs say. ``recall`` opens the history store where there is one, for a run whose folder is gone.
    """

    output: Path
    today: date
    is_trial: bool = False
    is_again: bool = False
    is_restored: bool = False
    recall: Callable[[], Store | None] = _nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """One decision as it was taken over; codes as in decisions.csv.

    ``before`` is the decision that it takes the place of: its code, by whom, when; or nothing.
    """

    line: int
    initiative_id: str
    name: str
    verdict: str
    decision: str
    decided_by: str
    comment: str
    before: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """What came of a workbook.

    ``untouched`` counts decisions that were filled in and left as they were, ``known`` those that
    had been taken over already; ``remarks`` are rows with a comment and no decision; ``since`` is
    the day the very same file was taken over, if it was.
    """

    workbook: str
    sha256: str
    run_id: str
    taken: tuple[Taken, ...] = ()
    untouched: int = 0
    known: int = 0
    refused: tuple[ReviewFault, ...] = ()
    remarks: tuple[int, ...] = ()
    since: str = ""


def take_in(path: Path, open_store: Callable[[], Store | None], request: Request) -> Intake:
    """Read the decisions of a workbook and record them.

    Rows that are sound are taken over though others are refused.

    Args:
        path: The workbook.
        open_store: Opens the store once it is needed; ``None`` in a trial where there is none.
        request: What to do with it.

    Raises:
        InputError: The workbook cannot be read, is no review, or of a run unknown here.
        HistoryError: The store cannot be used.
        OutputError: The copy cannot be kept.
    """
    came = returned.read(path)
    run = _run(came, request)
    since = "" if request.is_again else archive.taken_on(request.output, came.sha256)
    if since:
        return Intake(workbook=path.name, sha256=came.sha256, run_id=run.run_id, since=since)
    outcome = check(came, run)
    store = open_store()
    latest, entries, late = overtaken.sift(came, run, outcome.entries, store, request)
    outcome = replace(
        outcome,
        entries=tuple(entries),
        refused=tuple(sorted([*outcome.refused, *late], key=line_of)),
    )
    new = [entry for entry in entries if not overtaken.is_known(entry, latest)]
    taken = tuple(_taken(entry, latest) for entry in new)
    if not request.is_trial:
        if new and store is not None:
            store.record_decisions(run.run_id, _rows(new, request.today))
        if not (request.is_restored and archive.has(request.output, came.sha256)):
            archive.keep(request.output, came, _note(came, run, outcome, request, len(taken)))
    return Intake(
        workbook=path.name,
        sha256=came.sha256,
        run_id=run.run_id,
        taken=taken,
        untouched=outcome.untouched,
        known=len(entries) - len(new),
        refused=outcome.refused,
        remarks=outcome.remarks,
    )


def take_again(store: Store, folder: Path, output: Path) -> tuple[int, list[str]]:
    """Record the decisions of the workbooks that a folder of runs has kept, each as of its day.

    Args:
        store: One that has lost its decisions; where it has any, nothing is taken.
        folder: The folder of runs.
        output: That of the store, which gets copies of the workbooks if it is another one.

    Returns:
        How many decisions were recorded, and why workbooks could not be read again.

    Raises:
        HistoryError: The store cannot be used.
        OutputError: A copy cannot be kept.
    """
    if len(store.decisions_given()):
        return 0, []
    taken, unreadable = 0, []
    for path, day in archive.kept(folder):
        request = Request(
            output=output, today=day, is_again=True, is_restored=True, recall=lambda: store
        )
        try:
            taken += len(take_in(path, lambda: store, request).taken)
        except HistoryError:
            raise
        except InputError as fault:
            unreadable.append(str(fault))
    return taken, unreadable


def _run(came: Returned, request: Request) -> KnownRun:
    at = Location(path=came.path, sheet=came.sheet)
    run_id = run_of(came.rows)
    if not run_id:
        raise RunUnknown(
            "no row says which run it is of",
            hint="Hand back report.xlsx of a run, with its rows and hidden columns",
            at=at,
        )
    return known_run(run_id, request.output, request.recall, at=at)


def _taken(entry: Entry, latest: Decisions) -> Taken:
    before = latest.get(entry.about.initiative_id)
    told = ("decision", "decided_by", "decided_on")
    return Taken(
        line=entry.line,
        initiative_id=entry.about.initiative_id,
        name=entry.about.name,
        verdict=entry.about.verdict,
        decision=entry.decision,
        decided_by=entry.decided_by,
        comment=entry.comment,
        before=tuple(before[name] for name in told) if before else (),
    )


def _rows(entries: Sequence[Entry], today: date) -> pd.DataFrame:
    """As ``Store.record_decisions`` takes them."""
    rows = [
        {
            "initiative_id": entry.about.initiative_id,
            "decision": entry.decision,
            "decided_by": entry.decided_by,
            "decided_on": today.isoformat(),
            "comment": entry.comment,
            "fingerprint": entry.about.fingerprint,
            "verdict": entry.about.verdict,
            "evidence": entry.about.evidence,
        }
        for entry in entries
    ]
    return pd.DataFrame(rows, dtype="str")


def _note(
    came: Returned, run: KnownRun, outcome: Outcome, request: Request, taken: int
) -> dict[str, Any]:
    return {
        "name": came.path.name,
        "sha256": came.sha256,
        "run_id": run.run_id,
        "taken_on": request.today.isoformat(),
        "taken": taken,
        "refused": len(outcome.refused),
        "taken_lines": sorted(entry.line for entry in outcome.entries),
    }
