"""The raw portfolio to the typed one, column by column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.parse import budget, choices, counts, lists, plain, schedule
from pipeline.parse.columns import RawColumns, joined, series
from pipeline.parse.readings import Reading, first_said
from pipeline.parse.typed import Typed
from schemas.columns import COLUMNS, NAMES, Column

if TYPE_CHECKING:
    from collections.abc import Container

    from pipeline.ingest.raw import RawPortfolio
    from pipeline.parse.learned import Learned
    from pipeline.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """What a part of a portfolio must know of all of it.

    ``ids`` has at least those ids of the portfolio that cells of the part may name.
    """

    learned: Learned
    ids: Container[str]


def parse(raw: RawPortfolio, whole: Whole | None = None) -> Typed:
    """Type every cell of a raw portfolio.

    Args:
        raw: The portfolio, or a part of it.
        whole: What all of it tells, if ``raw`` is only a part.

    Returns:
        Every canonical column, also those that the file does not have: there all is unknown.
        Every raw row is in it, whatever its problems.
    """
    columns = RawColumns.of(raw)
    learned = whole.learned if whole else None
    read, problems = _cell_by_cell(columns)
    has_ids = "initiative_id" in columns.mapping
    read["initiative_id"], notices = plain.made_ids(read["initiative_id"], has_column=has_ids)
    ids = whole.ids if whole else frozenset(read["initiative_id"])
    read["parent_id"] = plain.parent(read["parent_id"], ids)
    is_ms_project = "project" in raw.profile and "ms" in raw.profile
    read |= _lists(columns, ids, learned, ms_project=is_ms_project)
    money, money_problems = budget.read(columns, learned.money if learned else None)
    known = schedule.calendar(raw.source, _usual(columns, money["currency"], learned))
    dates, date_problems, orders = schedule.read(columns, known, learned.dates if learned else None)
    read |= money | dates
    found = [*problems, *notices, *money_problems, *date_problems]
    found.sort(key=lambda each: (each.source_line, each.column, each.code))
    return Typed(
        rows=pd.DataFrame({name: read[name] for name in NAMES}, index=raw.cells.index),
        problems=(*raw.problems, *found),
        date_orders=orders,
    )


def _cell_by_cell(columns: RawColumns) -> tuple[dict[str, pd.Series], list[Problem]]:
    """Read the columns whose cells need no look at their neighbours."""
    read: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for column in COLUMNS:
        if column.kind not in {"identifier", "text", "choice", "count"}:
            continue
        headers = columns.headers(column.name)
        parts = [(cells, [_cell(text, column) for text in cells.texts]) for cells in headers]
        found = first_said(parts) if parts else None
        read[column.name] = series(column.kind, found, columns.cells.index)
        if found:
            problems += found.problems(column.name, columns.lines)
    return read, problems


def _cell(text: str, column: Column) -> Reading | None:
    match column.kind:
        case "choice":
            return choices.read(text, column)
        case "count":
            return counts.read(text)
        case _:
            return plain.read(text, column)


def _lists(
    columns: RawColumns, ids: Container[str], learned: Learned | None, *, ms_project: bool
) -> dict[str, pd.Series]:
    """Read the list columns; the headers of one column are joined."""
    read: dict[str, pd.Series] = {}
    for column in COLUMNS:
        if column.kind != "list":
            continue
        parts = []
        mapped = columns.mapping.get(column.name)
        for header, cells in zip(
            mapped.headers if mapped else (), columns.headers(column.name), strict=True
        ):
            told = learned.lists[column.name, header] if learned else None
            elements = lists.read(cells, ids if column.name == "depends_on" else (), told)
            if column.name == "depends_on":
                elements = [lists.links(each, ids, ms_project=ms_project) for each in elements]
            parts.append((cells, elements))
        found = joined(parts) if parts else None
        read[column.name] = series("list", found, columns.cells.index)
    return read


def _usual(columns: RawColumns, currency: pd.Series[str], learned: Learned | None) -> str:
    """The currency of the file: the declared one, else the one of most rows."""
    mapped = columns.mapping.get("budget")
    if learned:
        return budget.usual(mapped, learned.money, learned.currencies)
    if mapped and mapped.currency:
        return mapped.currency
    return budget.most_usual(Counter(currency.dropna().tolist()))
