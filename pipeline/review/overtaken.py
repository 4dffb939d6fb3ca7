"""Rows that a later run has overtaken: a decision of theirs would stand on what is no longer so.

The latest run is the one with the latest as-of date among those the history remembers, or the one
that was published last, where the history has missed it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import Location
from pipeline.history import runs
from pipeline.report import words
from pipeline.report.safe_text import clean_cell
from pipeline.review import archive, faults
from pipeline.review.known import known_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.history import Store
    from pipeline.review.checks import Entry
    from pipeline.review.intake import Request
    from pipeline.review.known import KnownRun
    from pipeline.review.returned import Returned

    Decisions = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """What has come since the run of a workbook, to hold its rows against.

    ``run`` is that of the workbook, ``latest`` the latest one, ``numbers`` the places of runs in
    the history, ``decisions`` the latest on each initiative; ``at`` tells where a line stands.
    """

    run: KnownRun
    latest: KnownRun
    numbers: Mapping[str, int]
    decisions: Decisions
    at: Callable[[int], Location]

    def _is_before(self, run_id: str, other: str) -> bool:
        return run_id != other and self._place(run_id) < self._place(other)

    def _place(self, run_id: str) -> tuple[str, int]:
        """As-of date, with which a run id begins, and the place in the history, 0 if unknown."""
        return run_id[:10], self.numbers.get(run_id, 0)

    def refusal(self, entry: Entry) -> faults.ReviewFault | None:
        """Why the row decides nothing any more; ``None`` if it does."""
        key, at = entry.about.initiative_id, self.at(entry.line)
        before = self.decisions.get(key)
        if before is not None and self._is_before(self.run.run_id, before["run_id"]):
            return faults.DecidedLater(
                f"{before['decided_by'][:80]} decided {words.DECISION_CODES[before['decision']]!r} "
                f"about {key[:80]!r} on {before['decided_on']}, in the workbook of a later run, "
                f"{before['run_id']}",
                hint="To decide otherwise, type it into the workbook of the latest run",
                at=at,
            )
        if not self._is_before(self.run.run_id, self.latest.run_id):
            return None
        now = self.latest.decided.get(clean_cell(key).strip())
        if now is None:
            return faults.InitiativeGone(
                f"run {self.latest.run_id}, the latest, has no {key[:80]!r} any more",
                hint="Decide about it once a later run has it again",
                at=at,
            )
        if now.fingerprint != entry.about.fingerprint:
            return faults.EvidenceOutdated(
                f"the evidence on {key[:80]!r} is another one since run {self.latest.run_id}",
                hint="Look at it and decide in the workbook of the latest run",
                at=at,
            )
        return None


def sift(
    came: Returned,
    run: KnownRun,
    entries: Sequence[Entry],
    store: Store | None,
    request: Request,
) -> tuple[Decisions, list[Entry], list[faults.ReviewFault]]:
    """The latest decisions, the rows that still decide, and a refusal for each other one.

    Raises:
        ReviewFault: What the latest run decided cannot be read.
        HistoryError: The store cannot be used.
    """

    def at(line: int | None) -> Location:
        return Location(path=came.path, sheet=came.sheet, line=line)

    if request.is_restored:
        kept = archive.taken_lines(came.path)
        entries = [entry for entry in entries if kept is None or entry.line in kept]
    latest = latest_decisions(store, entries)
    if not entries:
        return latest, [], []
    numbers = places(store)
    newest = run
    if not request.is_restored:
        newest = latest_run(run, request.output, numbers, request.recall, at(None))
    since = Since(run=run, latest=newest, numbers=numbers, decisions=latest, at=at)
    good, refused = [], []
    for entry in entries:
        fault = None if is_known(entry, latest) else since.refusal(entry)
        if fault is None:
            good.append(entry)
        else:
            refused.append(fault)
    return latest, good, refused


def latest_decisions(store: Store | None, entries: Sequence[Entry]) -> Decisions:
    """The latest decision on each of the initiatives, held against the run of the workbook."""
    if store is None or not entries:
        return {}
    standing = pd.DataFrame(
        {
            "initiative_id": [entry.about.initiative_id for entry in entries],
            "fingerprint": [entry.about.fingerprint for entry in entries],
            "verdict": [entry.about.verdict for entry in entries],
            "evidence": [entry.about.evidence for entry in entries],
        }
    )
    found = store.decisions_in_force(standing)
    names = list(found.columns)
    rows = (dict(zip(names, row, strict=True)) for row in found.itertuples(index=False))
    return {row["initiative_id"]: row for row in rows}


def is_known(entry: Entry, decisions: Decisions) -> bool:
    """Whether the row says what has been taken over already."""
    before = decisions.get(entry.about.initiative_id)
    return before is not None and (
        before["state"],
        before["decision"],
        before["decided_by"],
        before["comment"],
    ) == ("in_force", entry.decision, entry.decided_by, entry.comment)


def places(store: Store | None) -> dict[str, int]:
    """The runs that the history remembers, in their order, each with its place."""
    if store is None:
        return {}
    with store.reading() as connection:
        return {each.run.run_id: each.number for each in runs.everyone(connection)}


def latest_run(
    run: KnownRun,
    output: Path,
    numbers: Mapping[str, int],
    recall: Callable[[], Store | None],
    at: Location,
) -> KnownRun:
    """The latest run, ``run`` itself where no other is known.

    Raises:
        ReviewFault: What it decided cannot be read.
        HistoryError: The store cannot be used.
    """
    latest = max(numbers, key=lambda run_id: numbers[run_id], default="")
    published = _published(output)
    if published and published not in numbers and published[:10] >= latest[:10]:
        latest = published
    if latest in {"", run.run_id}:
        return run
    return known_run(latest, output, recall, at=at)


def _published(output: Path) -> str:
    """The id of the run that was published last, "" if none can be told."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        text = (output / "latest" / "manifest.json").read_text(encoding="utf-8")
        return str(json.loads(text)["run_id"])
    return ""
