"""The sheets Demand and Assignment: how many leads are needed when, and who might lead what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from pipeline.report import words
from pipeline.report.columns import first, texts
from pipeline.report.limits import REVIEW_ROWS
from pipeline.report.tally import Bar, Tally
from pipeline.report.workbook.sheet import HEADER_ROW, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from pipeline.demand import Demand
    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Demand"
ASSIGNMENT: Final = "Assignment"
_ALL: Final = "All, sharing their people"
_CHANGES: Final = {
    "keeps": "Keeps it",
    "takes_over": "Takes over",
    "new": "New",
    "nobody": "Nobody is free",
}
_COVERAGE_FILL: Final = {
    "Short": "#FDE2E2",
    "May be short": "#FEF3C7",
    "Tight": "#FEF3C7",
    "Covered": "#DCFCE7",
}
_NOTE: Final = (
    "People's time and whole people: sure (decided, with known dates), likely (by lean, and dates "
    "that may fit), at most (every undecided one)."
)


def tally(data: ReportData) -> Tally | None:
    """People likely needed by quarter, for a chart; ``None`` where no demand was estimated."""
    if data.demand is None:
        return None
    frame = data.demand.totals
    frame = frame[frame["quarter"].isin(data.demand.quarters)]
    columns = (texts(frame, "quarter"), texts(frame, "role"), frame["people_likely"].tolist())
    needed = {(quarter, role): count for quarter, role, count in zip(*columns, strict=True)}
    bars = tuple(
        Bar(
            label=quarter, counts=tuple(int(needed.get((quarter, role), 0)) for role in words.ROLES)
        )
        for quarter in data.demand.quarters
    )
    series = tuple(words.ROLES.values())
    return Tally(title="Leads likely needed", label="Quarter", series=series, bars=bars)


def add(book: Book, data: ReportData) -> None:
    """Add the sheets, where a demand was estimated; Assignment only where there is a roster."""
    if data.demand is None:
        return
    _demand(book, data.demand)
    if data.demand.staffing is not None and len(data.demand.staffing.assignment):
        _assignment(book, data.demand.staffing.assignment)


def _demand(book: Book, demand: Demand) -> None:
    notes = [_NOTE]
    if demand.projects_without_row:
        projects = words.counted(demand.projects_without_row, "project")
        notes.append(f"Besides, {projects} of programs have no row, so they are in no number.")
    sheet = book.sheet(NAME, title="Staffing demand", notes=notes, wide=True)
    frames = [(_ALL, demand.totals), ("", _telling(demand))]
    keys = [key for unit, frame in frames for key in _keys(frame, unit)]
    columns = [
        TableColumn(
            header="Quarter", cells=[words.spaced(quarter) for quarter, _, _ in keys], width=12
        ),
        TableColumn(header="Business unit", cells=[unit for _, unit, _ in keys], width=28),
        TableColumn(header="Role", cells=[words.role(role) for _, _, role in keys], width=17),
        *(
            _numbers([frame for _, frame in frames], header, name)
            for header, name in (
                ("Initiatives", "initiatives"),
                ("Dates open", "open_dates"),
                ("Undecided", "undecided"),
                ("Of them leaning", "leaning"),
                ("Time, sure", "load_low"),
                ("Time, likely", "load_likely"),
                ("Time, at most", "load_high"),
                ("People, sure", "people_low"),
                ("People, likely", "people_likely"),
                ("People, at most", "people_high"),
            )
        ),
        *_covered(demand, keys),
    ]
    book.table(sheet, columns, freeze=3)
    _colour(book, sheet, columns)


def _telling(demand: Demand) -> pd.DataFrame:
    """The rows by unit in which anything is needed or anybody is there."""
    frame = demand.by_unit
    tells = frame["load_high"] > 0
    if demand.staffing is not None:
        gaps = demand.staffing.gaps
        there = {*_keys(gaps[gaps["people"] > 0], "")}
        tells |= pd.Series([key in there for key in _keys(frame, "")], index=frame.index)
    return frame[tells]


def _keys(frame: pd.DataFrame, unit: str) -> list[tuple[str, str, str]]:
    units = [unit] * len(frame) if unit else texts(frame, "business_unit")
    return list(zip(texts(frame, "quarter"), units, texts(frame, "role"), strict=True))


def _numbers(frames: Sequence[pd.DataFrame], header: str, name: str) -> TableColumn:
    cells = [value for frame in frames for value in first(frame, name).tolist()]
    style = "decimal" if name.startswith("load") else "number"
    return TableColumn(header=header, cells=cells, width=12, style=style)


def _covered(demand: Demand, keys: Sequence[tuple[str, str, str]]) -> list[TableColumn]:
    """Supply beside the demand; nothing without a roster, empty cells where nobody is there."""
    if demand.staffing is None:
        return []
    names = ("people", "supply", "gap", "coverage")
    found: dict[tuple[str, str, str], tuple[int | float | str | None, ...]] = {}
    for unit, frame in ((_ALL, demand.staffing.total_gaps), ("", demand.staffing.gaps)):
        cells = zip(*(frame[name].tolist() for name in names), strict=True)
        found |= dict(zip(_keys(frame, unit), cells, strict=True))
    rows = [found.get(key, (None, None, None, "")) for key in keys]
    headers = {
        "People there": "number",
        "Full time there": "decimal",
        "Gap": "decimal",
        "Coverage": "text",
    }
    return [
        TableColumn(
            header=header,
            cells=[
                words.spaced(str(row[place])) if style == "text" else row[place] for row in rows
            ],
            width=14,
            style=style,
        )
        for place, (header, style) in enumerate(headers.items())
    ]


def _colour(book: Book, sheet: Worksheet, columns: Sequence[TableColumn]) -> None:
    rows, last = len(columns[0].cells), len(columns) - 1
    if not rows or columns[last].header != "Coverage":
        return
    for word, fill in _COVERAGE_FILL.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        rule["format"] = book.formats.flag(fill)
        sheet.conditional_format(HEADER_ROW + 1, last, HEADER_ROW + rows, last, rule)


def _assignment(book: Book, every: pd.DataFrame) -> None:
    frame = every.head(REVIEW_ROWS)
    notes = [
        "A suggestion for a person to decide, by role, business unit, time and who leads today."
    ]
    if len(frame) < len(every):
        notes.append(f"Shows the first {len(frame):,} of {len(every):,}; assignment.csv has all.")
    sheet = book.sheet(ASSIGNMENT, title="Who might lead what", notes=notes, wide=True)
    roles = [words.role(role) for role in texts(frame, "role")]
    changes = [_CHANGES.get(code, words.spaced(code)) for code in texts(frame, "change")]
    columns = [
        TableColumn(header="Initiative", cells=texts(frame, "name"), width=34, style="strong"),
        TableColumn(header="Id", cells=texts(frame, "initiative_id"), width=14, style="wrap"),
        TableColumn(
            header="Business unit", cells=texts(frame, "business_unit"), width=20, style="wrap"
        ),
        TableColumn(header="Role", cells=roles, width=17),
        TableColumn(header="Share", cells=first(frame, "share").tolist(), width=9, style="percent"),
        TableColumn(header="From", cells=texts(frame, "first_quarter"), width=11),
        TableColumn(header="To", cells=texts(frame, "last_quarter"), width=11),
        TableColumn(header="Leads today", cells=texts(frame, "owner"), width=22, style="wrap"),
        TableColumn(header="Suggested", cells=texts(frame, "suggested"), width=22, style="wrap"),
        TableColumn(header="Change", cells=changes, width=16),
        TableColumn(header="Why", cells=texts(frame, "reason"), width=56, style="wrap"),
    ]
    book.table(sheet, columns, freeze=2)
