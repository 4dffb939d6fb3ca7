"""Reads a workbook of rules the safe way: looked into first, then read in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pipeline.errors import InputError, Location
from pipeline.ingest.archive import Inspected, error_cells, inspect
from pipeline.ingest.formats import sniff
from pipeline.ingest.limits import MEBIBYTE, Limits
from pipeline.ingest.snapshot import take
from pipeline.ingest.workbook import read_workbook
from pipeline.report.safe_text import displayed
from pipeline.ruletools.exchange.faults import Cell, WorkbookUnread
from pipeline.ruletools.exchange.formulas import formulas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.ingest.snapshot import Snapshot
    from pipeline.ingest.workbook import Sheet

_LIMITS = Limits(file_bytes=32 * MEBIBYTE, zip_bytes=128 * MEBIBYTE, rows=50_000, columns=200)


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetCells:
    """One sheet as text, from its cell A1.

    ``errors`` are what cells of failed formulas show, ``formulas`` the text of every formula; both
    by row and column from 0.
    """

    path: Path
    sheet: str
    rows: Sequence[Sequence[str]]
    errors: Mapping[tuple[int, int], str]
    formulas: Mapping[tuple[int, int], str]

    def cell(self, row: int, column: int) -> Cell:
        """The place of a cell; both count from 0."""
        return Cell(path=self.path, sheet=self.sheet, name=xl_rowcol_to_cell(row, column))

    def column(self, column: int) -> Cell:
        """The place of a whole column, from 0."""
        return Cell(path=self.path, sheet=self.sheet, name=xl_col_to_name(column))

    @property
    def whole(self) -> Cell:
        """The place of the sheet."""
        return Cell(path=self.path, sheet=self.sheet)


def read_sheets(path: Path) -> dict[str, SheetCells]:
    """Every sheet of a workbook, hidden ones too, by its name in lower case.

    Raises:
        WorkbookUnread: Missing, no workbook, damaged, locked or too heavy.
    """
    at = Location(path=path)
    hint = "Name a workbook that `staffing rules export` wrote, saved as .xlsx"
    try:
        snapshot = take(path, most=_LIMITS.file_bytes)
        kind = sniff(snapshot.data, path, _LIMITS)
        looks_inside = kind not in ("text", "xls")
        inspected = inspect(snapshot.data, path, _LIMITS) if looks_inside else Inspected()
        sheets = {} if kind == "text" else dict(_sheets(snapshot))
    except InputError as error:
        raise WorkbookUnread(error.problem, hint=hint, at=error.at or at) from error
    if not sheets:
        raise WorkbookUnread("this is a text file, not a workbook", hint=hint, at=at)
    typed = formulas(snapshot.data, inspected.parts)
    return {
        name.casefold(): SheetCells(
            path=path,
            sheet=name,
            rows=[[_tidy(cell) for cell in row] for row in rows],
            formulas=typed.get(name, {}),
            errors={(line - 1, place): text for line, place, text in error_cells(inspected, name)},
        )
        for name, rows in sheets.items()
    }


def _tidy(cell: str) -> str:
    return displayed(cell).strip()


def _sheets(snapshot: Snapshot) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    found: list[Sheet] = []

    def longest(sheets: list[Sheet]) -> Sheet:
        found[:] = sheets
        return max(sheets, key=lambda sheet: sheet.rows)

    chosen, table = read_workbook(snapshot, _LIMITS, longest)
    yield chosen.name, table.cells.to_numpy().tolist()
    for sheet in found:
        if sheet.name == chosen.name:
            continue
        # The first rows of every sheet come with the list of sheets; most sheets have no more.
        if sheet.rows <= len(sheet.head):
            yield sheet.name, sheet.head
        else:
            _, table = read_workbook(snapshot, _LIMITS, partial(_named, sheet.name))
            yield sheet.name, table.cells.to_numpy().tolist()


def _named(name: str, sheets: list[Sheet]) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == name)
