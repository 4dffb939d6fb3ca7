"""Reads a workbook of rules back: every fault of it at once, or what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.rulebook.reader import did_you_mean
from pipeline.ruletools.exchange import changes, trial
from pipeline.ruletools.exchange.drafts import Reading, read_rules
from pipeline.ruletools.exchange.entries import read_rulebook
from pipeline.ruletools.exchange.faults import Cell, SheetMissing, WorkbookFaults
from pipeline.ruletools.exchange.grid import records
from pipeline.ruletools.exchange.layout import EXAMPLES, EXPORTED, EXPORTED_FIELDS, PHRASES, plans
from pipeline.ruletools.exchange.lists import read_examples, read_phrases
from pipeline.ruletools.exchange.workbook import read_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from pipeline.errors import PipelineError
    from pipeline.ruletools.exchange.changes import Comparison
    from pipeline.ruletools.exchange.workbook import SheetCells


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What a workbook would change in a rules folder.

    ``diff`` has the lines of a unified diff; ``left`` are ids that changed in the rulebook since
    the export, and not in the workbook.
    """

    root: Path
    comparison: Comparison
    diff: tuple[str, ...]
    left: tuple[str, ...]


def read_workbook(path: Path, root: Path, *, as_of: date) -> Imported:
    """Read a workbook and hold it against the rulebook under ``root``; nothing is written.

    Args:
        path: A workbook that ``export_workbook`` wrote, and somebody may have edited.
        root: The rules folder.
        as_of: Day that changed rules get as ``modified``.

    Raises:
        WorkbookUnread: It cannot be opened, or is no workbook.
        RulebookFaults: The rulebook as it is, is faulty.
        WorkbookFaults: Any cell is at fault, or the loader or the check would refuse the result.
    """
    sheets = read_sheets(path)
    reading = Reading(book=read_rulebook(root))
    exported = _read(reading, sheets, path)
    comparison = changes.compare(reading, root, exported, as_of=as_of)
    # Tried in spite of faults: whoever mends a workbook wants to hear of all of them at once.
    refused = trial.try_out(comparison, root, reading.drafts)
    faults: list[PipelineError] = [*reading.faults, *refused]
    if faults:
        raise WorkbookFaults(sorted(faults, key=_place))
    return Imported(
        root=root,
        comparison=comparison,
        diff=tuple(changes.diff(comparison, root)),
        left=comparison.left,
    )


def write(imported: Imported) -> None:
    """Make the changes in the rules folder.

    Raises:
        FileNotWrittenError: A file cannot be written.
    """
    trial.apply(imported.comparison, imported.root)


def _read(reading: Reading, sheets: Mapping[str, SheetCells], path: Path) -> dict[str, str]:
    """Fill the drafts from every sheet; digests of the export by id."""
    for plan in plans(reading.book.settings):
        # A kind without rules may have come after the export; its sheet is missed by nobody.
        if plan.sheet.casefold() in sheets or reading.book.of(plan.kind, plan.folder):
            sheet = _sheet(reading, sheets, plan.sheet, path)
            if sheet is not None:
                read_rules(reading, plan, sheet)
    sheet = _sheet(reading, sheets, PHRASES, path)
    if sheet is not None:
        read_phrases(reading, sheet)
    sheet = _sheet(reading, sheets, EXAMPLES, path)
    if sheet is not None:
        read_examples(reading, sheet)
    sheet = sheets.get(EXPORTED.casefold())
    if sheet is None:
        return {}
    # Without digests a workbook still says all it has to say; it is then the last word.
    rows = records(sheet, EXPORTED_FIELDS, [])
    return {row.texts["Id"]: row.texts["Digest"] for row in rows}


def _sheet(
    reading: Reading, sheets: Mapping[str, SheetCells], name: str, path: Path
) -> SheetCells | None:
    sheet = sheets.get(name.casefold())
    if sheet is None:
        known = [one.sheet for one in sheets.values()]
        fault = SheetMissing(
            f"there is no sheet {name!r}",
            hint=did_you_mean(name, known, "Export the rules again; to delete rules, delete rows"),
            at=Cell(path=path),
        )
        reading.faults.append(fault)
    return sheet


def _place(fault: PipelineError) -> tuple[str, int, str, str]:
    """By sheet, then row, then column; "AA" comes after "Z"."""
    name = fault.at.name if isinstance(fault.at, Cell) else ""
    letters = name.rstrip("0123456789")
    sheet = fault.at.sheet if fault.at else ""
    return sheet, int(name[len(letters) :] or 0), letters.rjust(3), fault.problem
