"""The sheet Changes: what differs from the run before, and what made the difference."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.columns import texts
from pipeline.report.limits import REVIEW_ROWS
from pipeline.report.since import CHANGES
from pipeline.report.workbook.sheet import TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Changes"


def counts(frame: pd.DataFrame) -> list[tuple[str, int]]:
    """How many initiatives changed in which way."""
    found = Counter(texts(frame, "change"))
    return [(word, found[code]) for code, word in CHANGES.items()]


def flips(frame: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Name, verdict before and now, and cause of each verdict that changed."""
    flipped = frame[frame["change"] == "flipped"]
    columns = ("name", "verdict_before", "verdict_after", "cause")
    return [
        (name, words.role(before), words.role(after), words.spaced(cause))
        for name, before, after, cause in zip(
            *(texts(flipped, column) for column in columns), strict=True
        )
    ]


def add(book: Book, data: ReportData) -> None:
    """Add the sheet, where there is an earlier run and anything differs from it."""
    if data.changes is None or not len(data.changes.frame):
        return
    frame = data.changes.frame.head(REVIEW_ROWS)
    notes = [f"Since run {data.changes.since_run_id}, as of {data.changes.since_as_of}."]
    if len(frame) < len(data.changes.frame):
        notes.append(
            f"Shows the first {len(frame):,} of {len(data.changes.frame):,}; changes.csv has all."
        )
    sheet = book.sheet(NAME, title="What changed since the last run", notes=notes, wide=True)
    changes = [CHANGES.get(code, words.spaced(code)) for code in texts(frame, "change")]
    columns = [
        TableColumn(header="Change", cells=changes, width=18),
        TableColumn(header="Initiative", cells=texts(frame, "name"), width=34, style="strong"),
        TableColumn(header="Id", cells=texts(frame, "initiative_id"), width=14, style="wrap"),
        TableColumn(header="Before", cells=_roles(frame, "verdict_before"), width=17),
        TableColumn(header="Now", cells=_roles(frame, "verdict_after"), width=17),
        TableColumn(
            header="Cause", cells=[words.spaced(c) for c in texts(frame, "cause")], width=15
        ),
        TableColumn(
            header="What happened", cells=texts(frame, "explanation"), width=60, style="wrap"
        ),
        TableColumn(
            header="Facts that differ", cells=_lines(frame, "fields"), width=34, style="wrap"
        ),
        TableColumn(
            header="Rules that began", cells=_ids(frame, "rules_began"), width=18, style="wrap"
        ),
        TableColumn(
            header="Rules that stopped", cells=_ids(frame, "rules_stopped"), width=18, style="wrap"
        ),
        TableColumn(header="Other points", cells=_lines(frame, "points"), width=18, style="wrap"),
    ]
    book.table(sheet, columns, freeze=2)


def _roles(frame: pd.DataFrame, name: str) -> Sequence[str]:
    return [words.role(code) for code in texts(frame, name)]


def _lines(frame: pd.DataFrame, name: str) -> Sequence[str]:
    return [text.replace("; ", "\n") for text in texts(frame, name)]


def _ids(frame: pd.DataFrame, name: str) -> Sequence[str]:
    return [text.replace(";", ", ") for text in texts(frame, name)]
