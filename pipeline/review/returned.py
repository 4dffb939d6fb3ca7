"""Read the sheet Review of a workbook, whatever office program saved, sorted or filtered it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.errors import InputError, Location
from pipeline.ingest import Limits
from pipeline.ingest.archive import inspect
from pipeline.ingest.formats import sniff
from pipeline.ingest.refusals import (
    FileIrregular,
    FileIsFolder,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    PasswordProtected,
)
from pipeline.ingest.snapshot import Snapshot, take
from pipeline.ingest.workbook import Sheet, read_workbook
from pipeline.report.review_columns import HIDDEN, SHEET, SHOWN_ID, TYPED
from pipeline.review.faults import NoReviewSheet, NoWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.ingest.table import Table

_HEADER_WITHIN: Final = 20  # rows
_LIMITS: Final = Limits()
_NEEDED: Final = (*HIDDEN, *TYPED)
# What they say of a file holds for a workbook as it does for a portfolio.
_TOLD_AS_THEY_ARE: Final = (
    FileIrregular,
    FileIsFolder,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    PasswordProtected,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row as it came back; ``line`` counts from 1, an empty cell is "".

    ``shown_id`` is the id in sight, ``None`` where its column was deleted.
    """

    line: int
    initiative_id: str
    shown_id: str | None
    fingerprint: str
    run_id: str
    prefilled: str
    decision: str
    decided_by: str
    comment: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing identifies the row and nobody typed anything."""
        return not any((self.initiative_id, self.decision, self.decided_by, self.comment))


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A workbook that came back; ``data`` are its bytes, ``rows`` those that are not blank."""

    path: Path
    data: bytes
    sha256: str
    sheet: str
    rows: tuple[Row, ...]


def read(path: Path) -> Returned:
    """Read the rows of a review.

    Raises:
        InputError: It is missing, locked, no workbook, or has no sheet with the columns of a
            review.
    """
    at = Location(path=path)
    try:
        snapshot = take(path, most=_LIMITS.file_bytes)
        sheet, table = _opened(snapshot)
    except (NoReviewSheet, NoWorkbook, *_TOLD_AS_THEY_ARE):
        raise
    except InputError as error:
        raise NoWorkbook(
            error.problem, hint="Open it in an office program and save it again as .xlsx", at=at
        ) from error
    return Returned(
        path=path,
        data=snapshot.data,
        sha256=snapshot.sha256,
        sheet=sheet.name,
        rows=tuple(row for row in _rows(table, sheet) if not row.is_blank),
    )


def _opened(snapshot: Snapshot) -> tuple[Sheet, Table]:
    kind = sniff(snapshot.data, snapshot.path, _LIMITS)
    if kind == "text":
        raise NoWorkbook(
            "this is a text file, which has lost the hidden columns of the workbook",
            hint="Hand back the workbook itself, saved as .xlsx, .ods or .xls",
            at=Location(path=snapshot.path),
        )
    if kind != "xls":
        inspect(snapshot.data, snapshot.path, _LIMITS)
    return read_workbook(snapshot, _LIMITS, lambda sheets: _choose(sheets, snapshot.path))


def _choose(sheets: Sequence[Sheet], path: Path) -> Sheet:
    """The sheet with the columns of a review, that of our name before any other."""
    ranked = sorted(sheets, key=lambda sheet: sheet.name.strip().casefold() != SHEET.casefold())
    for sheet in ranked:
        if _header(sheet) is not None:
            return sheet
    found = [text.strip().casefold() for row in ranked[0].head[:_HEADER_WITHIN] for text in row]
    missing = [name for name in _NEEDED if name.casefold() not in found]
    raise NoReviewSheet(
        f"no sheet has the columns of a review; {ranked[0].name!r} lacks {', '.join(missing)}",
        hint="Hand back report.xlsx of a run, with all its columns, the hidden ones included",
        at=Location(path=path),
    )


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """Line of the header, from 1, and the place of each column; ``None`` where there is none."""
    for line, cells in enumerate(sheet.head[:_HEADER_WITHIN], start=1):
        places: dict[str, int] = {}
        for place, text in enumerate(cells):
            places.setdefault(" ".join(text.split()).casefold(), place)
        if all(name.casefold() in places for name in _NEEDED):
            return line, places
    return None


def _rows(table: Table, sheet: Sheet) -> Iterator[Row]:
    header = _header(sheet)
    assert header is not None  # noqa: S101 -- the sheet was chosen for it
    line, places = header
    below = table.cells.loc[line + 1 :]

    def column(name: str) -> list[str]:
        place = places.get(name.casefold())
        if place is None or place not in below.columns:
            return [""] * len(below)
        return [text.strip() for text in below[place].tolist()]

    shown = column(SHOWN_ID)
    has_shown = SHOWN_ID.casefold() in places
    columns = zip(*(column(name) for name in _NEEDED), strict=True)
    for number, (cells, seen) in enumerate(zip(columns, shown, strict=True)):
        key, fingerprint, run_id, prefilled, decision, decided_by, comment = cells
        yield Row(
            line=int(below.index[number]),
            initiative_id=key,
            shown_id=seen if has_shown else None,
            fingerprint=fingerprint,
            run_id=run_id,
            prefilled=prefilled,
            decision=" ".join(decision.split()),
            decided_by=" ".join(decided_by.split()),
            comment=comment,
        )
