"""All date columns of a file together: one column may tell the order of another."""

from __future__ import annotations

from calendar import month_name
from typing import TYPE_CHECKING, Final

from pipeline.parse import dates
from pipeline.parse.columns import RawColumns, series
from pipeline.parse.dates import Calendar, DateColumn
from pipeline.parse.readings import first_said
from pipeline.parse.spellings import spellings
from pipeline.problems import Problem
from schemas.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipeline.ingest.raw import Source
    from pipeline.parse.date_signs import Signs

_NAMES: Final = tuple(column.name for column in COLUMNS if column.kind == "date")
_DECEMBER = 12


def calendar(source: Source, currency: str) -> Calendar:
    """What the file tells about its dates; the currency tells when its fiscal year starts."""
    starts = spellings().fiscal_year_starts
    return Calendar(
        fiscal_start=starts.get(currency, starts["default"]),
        is_workbook=source.format.casefold().lstrip(".") in dates.WORKBOOKS,
        epoch_1904=source.epoch_1904,
    )


def read(
    raw: RawColumns, known: Calendar, told: Mapping[tuple[str, str], Signs] | None = None
) -> tuple[dict[str, pd.Series], list[Problem], dict[str, str]]:
    """Read every date column.

    Args:
        raw: The cells.
        known: What the file tells about its dates.
        told: Signs of whole columns by column and header where ``raw`` is only a part.

    Returns:
        The columns, their problems, and how each was read: ``day_first``, ``month_first``,
        ``year_first``, ``unsettled``, or ``not_needed`` where no cell leaves it open. The further
        headers of a column have a key of their own, "end_date (Header)".
    """
    looked = [
        (
            name,
            header,
            dates.take(cells, raw.mapping[name].date_order, told[name, header] if told else None),
        )
        for name in _NAMES
        if name in raw.mapping
        for header, cells in zip(raw.mapping[name].headers, raw.headers(name), strict=True)
    ]
    orders = dates.settle([column for _, _, column in looked])
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    orders_told: dict[str, str] = {}
    for name in _NAMES:
        end: dates.End = "first" if name == "start_date" else "last"
        mine = [
            (header, column, order)
            for (canonical, header, column), order in zip(looked, orders, strict=True)
            if canonical == name
        ]
        parts = [(column.cells, dates.read(column, order, end, known)) for _, column, order in mine]
        column_read = first_said(parts) if parts else None
        columns[name] = series("date", column_read, raw.cells.index)
        if column_read:
            problems += column_read.problems(name, raw.lines)
        for place, (header, column, order) in enumerate(mine):
            key = f"{name} ({header})" if place else name
            orders_told[key] = order if column.has_numeric else "not_needed"
            problems += _fiscal_notice(name, header, column, known)
    return columns, problems, orders_told


def _fiscal_notice(name: str, header: str, column: DateColumn, known: Calendar) -> list[Problem]:
    if not column.has_fiscal:
        return []
    first = month_name[known.fiscal_start]
    last = month_name[(known.fiscal_start - 2) % _DECEMBER + 1]
    hint = (
        f"Fiscal years under {header!r} were read as {first} to {last}, named alone by the year "
        "in which they end; write dates as YYYY-MM-DD where that is wrong."
    )
    return [
        Problem(source_line=0, code="fiscal-year-assumed", column=name, value=header, hint=hint)
    ]
