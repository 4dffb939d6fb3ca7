"""A sheet as records: its headers found, its rows by header, every cell with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.rulebook.reader import did_you_mean
from pipeline.ruletools.exchange.faults import (
    CellFailed,
    CellFault,
    HeaderMissing,
    HeaderTwice,
    HeaderUnknown,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.ruletools.exchange.faults import Cell
    from pipeline.ruletools.exchange.layout import Field
    from pipeline.ruletools.exchange.workbook import SheetCells


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One row that is not blank: text and place by header, of every column of the sheet.

    ``failed`` are headers of cells that could not be read at all; their faults have been told.
    """

    texts: Mapping[str, str]
    cells: Mapping[str, Cell]
    failed: frozenset[str]


def records(
    sheet: SheetCells,
    fields: Sequence[Field],
    faults: list[CellFault],
    *,
    further: Collection[str] = (),
) -> list[Record]:
    """The rows of a sheet.

    Args:
        sheet: Its cells; the header is the first row.
        fields: The columns that it must have, in any order.
        faults: Grows by what is wrong with the headers, and by cells that show an error.
        further: Headers that it may have besides.
    """
    headers = _headers(sheet, fields, faults, further)
    if headers is None:
        return []
    found = []
    for row in range(1, len(sheet.rows)):
        read = {
            name: _text(sheet, row, place, faults, is_test=name in further)
            for name, place in headers.items()
        }
        if any(text != "" for text in read.values()):
            found.append(
                Record(
                    texts={name: text or "" for name, text in read.items()},
                    cells={name: sheet.cell(row, place) for name, place in headers.items()},
                    failed=frozenset(name for name, text in read.items() if text is None),
                )
            )
    return found


def _text(
    sheet: SheetCells, row: int, place: int, faults: list[CellFault], *, is_test: bool
) -> str | None:
    """The text of a cell; where a formula came to nothing, the formula, if it may be a test.

    ``None`` after a fault.
    """
    cells = sheet.rows[row]
    text = cells[place] if place < len(cells) else ""
    error = sheet.errors.get((row, place))
    formula = sheet.formulas.get((row, place), "")
    if error is None and (text or not formula):
        return text
    if is_test and formula:
        return f"= {formula.strip()}"
    faults.append(
        CellFailed(
            f"the cell shows {error}" if error else "the formula of the cell has no result",
            hint="Format it as text, then type it again; a leading = makes a formula",
            at=sheet.cell(row, place),
        )
    )
    return None


def _headers(
    sheet: SheetCells,
    fields: Sequence[Field],
    faults: list[CellFault],
    further: Collection[str],
) -> dict[str, int] | None:
    """Place of each header, or ``None`` where a column is gone: then every row would change."""
    # Names of facts come last: where a column of the sheet has the same name, it is the column.
    known = {name.casefold(): name for name in further}
    known |= {field.header.casefold(): field.header for field in fields}
    places: dict[str, int] = {}
    for place, text in enumerate(sheet.rows[0] if sheet.rows else ()):
        name = known.get(" ".join(text.split()).casefold())
        if name is None:
            _check_stray(sheet, place, text, known.values(), faults)
        elif name in places:
            faults.append(
                HeaderTwice(
                    f"two columns have the header {name!r}",
                    hint="Delete one of them",
                    at=sheet.cell(0, place),
                )
            )
        else:
            places[name] = place
    missing = [field.header for field in fields if field.header not in places]
    faults += [
        HeaderMissing(
            f"the column {name!r} is gone",
            hint="Put it back; its cells may be empty",
            at=sheet.whole,
        )
        for name in missing
    ]
    return None if missing else places


def _check_stray(
    sheet: SheetCells, place: int, text: str, known: Collection[str], faults: list[CellFault]
) -> None:
    """A column that would not be read; an empty one without a header is nothing."""
    if text:
        hint = did_you_mean(text, known, "Delete the column, or name it after a fact")
        faults.append(HeaderUnknown(f"unknown column {text!r}", hint=hint, at=sheet.cell(0, place)))
    elif any(place < len(cells) and cells[place] for cells in sheet.rows[1:]):
        faults.append(
            HeaderUnknown(
                "a column with cells has no header",
                hint="Name it after a fact, or delete its cells",
                at=sheet.cell(0, place),
            )
        )
