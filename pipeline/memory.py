"""What a run recalls of earlier ones, and how it is remembered itself.

The published folders are the truth. Whatever the store refuses is noted and told, and never loses
a report; the next run mends what this one could not write.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from pipeline import backfill
from pipeline.errors import Location
from pipeline.fingerprint import fingerprint
from pipeline.history import Store, connect, decisions, diff, past, runs
from pipeline.history.diff import Tonight
from pipeline.history.faults import HistoryError, NoStore, SwitchedOff
from pipeline.history.states import state
from pipeline.history.store import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.facts.store import Stored
    from pipeline.history.runs import Numbered
    from pipeline.report.data import ReportData
    from pipeline.rulebook.rules import Ruleset
    from pipeline.runlog import RunLog
    from schemas.settings import History

T = TypeVar("T")


def store_place(settings: History, output: Path) -> str | Path:
    """The URL of the store, or its file in an output folder."""
    return settings.url.get_secret_value() if settings.url else output / NAME


def opened(settings: History, output: Path) -> Store:
    """The store of an output folder, to be asked; none is made.

    Raises:
        NoStore: There is none yet.
        HistoryError: It cannot be used.
    """
    place = store_place(settings, output)
    if not isinstance(place, str) and not place.exists():
        raise NoStore(
            "nothing is remembered yet",
            hint="Run `staffing classify`, or `staffing history backfill` on older runs",
            at=Location(path=place),
        )
    return connect(place)


def if_any(settings: History, output: Path) -> Callable[[], Store | None]:
    """How to open the store of an output folder where there is one; none is made.

    What is returned raises ``HistoryError`` where it cannot be used.
    """

    def open_store() -> Store | None:
        try:
            return opened(settings, output) if settings.enabled else None
        except NoStore:
            return None

    return open_store


def for_decisions(settings: History, output: Path) -> Callable[[], Store]:
    """How to open the store that decisions go into, made where there is none.

    What is returned raises ``HistoryError`` where it cannot be used.
    """

    def open_store() -> Store:
        if not settings.enabled:
            raise SwitchedOff(
                "the history is switched off, so decisions have no place to go",
                hint="Set enabled = true under [history]",
            )
        store = connect(store_place(settings, output))
        # Before anything new comes in: a store that has decisions gets no others back.
        _restore_decisions(store, output)
        return store

    return open_store


def _restore_decisions(store: Store, output: Path) -> int:
    """Give a store that has lost its decisions those of the workbooks that were kept; how many."""
    from pipeline.review import take_again  # noqa: PLC0415 -- seldom needed

    taken, _ = take_again(store, output, output)
    return taken


class Memory:
    """The history store of one run. ``trouble`` says why it could not be used, "" if it could."""

    def __init__(self, settings: History, output: Path, log: RunLog, *, started: str) -> None:
        self.trouble = ""
        self._settings = settings
        self._output = output
        self._started = started
        self._log = log
        self._store: Store | None = None

    def open(self, ruleset: Ruleset) -> None:
        """Open the store and remember what it has missed; a first run leaves that for later."""
        is_file = self._settings.url is None
        if is_file and not (self._output / NAME).exists() and not backfill.has_runs(self._output):
            return
        with self._noted():
            if (store := self._opened()) is not None:
                mended = backfill.mend(store, self._output, ruleset)
                decisions_back = _restore_decisions(store, self._output)
                if mended or decisions_back:
                    self._log.event("history_mended", runs=mended, decisions=decisions_back)

    def choices(self) -> dict[str, str]:
        """What makes it other work than the same portfolio and rules: decisions taken since."""
        digest = self._asked(decisions.digest, "")
        return {"decisions": digest} if digest else {}

    def tonight(self, data: ReportData, ruleset: Ruleset, stored: Stored) -> Tonight:
        """What this run decided, in the form in which it is compared and remembered."""
        return Tonight(
            as_of=data.manifest["as_of"],
            ruleset=ruleset,
            state=state(data.initiatives, stored),
            quarantined=frozenset(data.quarantine["initiative_id"]),
        )

    def recall(self, data: ReportData, tonight: Tonight) -> ReportData:
        """The report with what is known of earlier runs; unchanged where nothing is."""
        started = self._started
        return self._asked(lambda connection: _recalled(connection, data, tonight, started), data)

    def decided(self) -> frozenset[str]:
        """The ids of all initiatives that were ever decided on."""
        given = self._asked(decisions.given, None)
        return frozenset() if given is None else frozenset(given["initiative_id"])

    def recall_decisions(self, data: ReportData, tonight: Tonight) -> ReportData:
        """The report with what was decided earlier, and nothing else of earlier runs."""
        return self._asked(lambda connection: _with_decisions(connection, data, tonight), data)

    def remember(self, data: ReportData, tonight: Tonight, *, is_new: bool) -> None:
        """Remember a run that has been published; one that is known already is left as it is."""
        run = runs.of_manifest(data.manifest, recorded=self._started)
        with self._noted():
            store = self._opened()
            if store is None:
                return
            with store.reading() as connection:
                if not is_new and runs.find(connection, run.run_id):
                    return
            with store.writing() as connection:
                runs.record(connection, run, tonight.state, tonight.ruleset.files)
                if self._settings.keep:
                    runs.forget(connection, self._settings.keep)

    def _asked(self, ask: Callable[[Connection], T], otherwise: T) -> T:
        """What the open store answers; ``otherwise`` where there is none, or it fails."""
        with self._noted():
            if self._store is not None:
                with self._store.reading() as connection:
                    return ask(connection)
        return otherwise

    def _opened(self) -> Store | None:
        if self._store is None and self._settings.enabled and not self.trouble:
            self._store = connect(store_place(self._settings, self._output))
        return self._store

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """What the store refuses is noted, once, and the store is not asked again."""
        try:
            yield
        except HistoryError as fault:
            self.trouble = str(fault)
            self._store = None
            self._log.event("history_trouble", code=fault.code)


def _recalled(
    connection: Connection, data: ReportData, tonight: Tonight, started: str
) -> ReportData:
    earlier = _earlier(connection, data, started)
    data = _with_decisions(connection, data, tonight)
    if earlier is None:
        return data
    changes = diff.since(connection, earlier, tonight)
    spells = past.past(connection, earlier.number)
    tonights = set(data.initiatives["initiative_id"].tolist())
    here = np.array([key in tonights for key in spells["initiative_id"].tolist()], bool)
    return replace(
        data,
        manifest={**data.manifest, "since": earlier.run.run_id},
        changes=changes,
        past=spells[here].reset_index(drop=True),
    )


def _with_decisions(connection: Connection, data: ReportData, tonight: Tonight) -> ReportData:
    latest = _decisions(connection, data, tonight)
    return replace(data, decisions=latest, taken=decisions.every(connection))


def _earlier(connection: Connection, data: ReportData, started: str) -> Numbered | None:
    """The run to compare with: for the same work again, the one it was compared with then."""
    known = runs.find(connection, data.manifest["run_id"])
    if known is not None:
        return runs.find(connection, known.run.since) if known.run.since else None
    return runs.before(connection, data.manifest["as_of"], started)


def _decisions(connection: Connection, data: ReportData, tonight: Tonight) -> pd.DataFrame | None:
    """Decisions on the initiatives of tonight, ``None`` where there are none."""
    if not decisions.digest(connection):
        return None
    rows = data.initiatives
    columns = ("initiative_id", "verdict", "evidence", "project_score", "program_score")
    standing = pd.DataFrame({name: rows[name] for name in ("initiative_id", "verdict", "evidence")})
    standing["fingerprint"] = [
        fingerprint(
            initiative_id=key,
            verdict=verdict,
            evidence=evidence,
            project_score=int(project_score),
            program_score=int(program_score),
        )
        for key, verdict, evidence, project_score, program_score in zip(
            *(rows[name] for name in columns), strict=True
        )
    ]
    return decisions.in_force(connection, standing, tonight)
