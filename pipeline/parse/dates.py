"""Columns of dates: day and month are told apart by the whole column, never by one cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, assert_never

from pipeline.parse import date_cells
from pipeline.parse.date_forms import (
    Day,
    Fiscal,
    Form,
    MonthOrFiscal,
    Numeric,
    Serial,
    Span,
    Unread,
    fiscal_span,
    full_year,
    last_of_month,
    months,
)
from pipeline.parse.date_signs import Signs, signs_of
from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Cells, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.raw import DateOrder

Order = Literal["day_first", "month_first", "year_first", "unsettled"]
End = Literal["first", "last"]

WORKBOOKS: Final = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
_EPOCH_1900 = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)
_MONTHS = 12

_AMBIGUOUS: Final = Reading(code="date-ambiguous")
_MONTH_OR_FISCAL: Final = Reading(
    code="date-ambiguous",
    hint="It may be a month or a fiscal year; write 2011-12-01, or FY 2011-12.",
)
_LOOSE_SERIAL: Final = Reading(
    code="date-unread",
    hint="It looks like the serial number of a date; write the date as YYYY-MM-DD.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DateColumn:
    """The distinct texts of one header as forms; ``None`` is a cell that says nothing.

    ``declared`` is the order that a mapping or profile gives, ``own`` the one that the column
    settles on by itself. ``signs`` are those of the whole column.
    """

    cells: Cells
    forms: Sequence[Form | None]
    declared: DateOrder | None
    signs: Signs

    @property
    def own(self) -> Order:
        """The declared order, or the one that most of the telling rows show."""
        if self.declared or not self.signs.lead:
            return self.declared or "unsettled"
        return "day_first" if self.signs.lead > 0 else "month_first"

    @property
    def has_numeric(self) -> bool:
        """Whether any cell needs an order at all."""
        return self.signs.numeric > 0

    @property
    def has_fiscal(self) -> bool:
        """Whether any cell names a fiscal year."""
        return self.signs.fiscal > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """What the file tells about all its dates; ``fiscal_start`` is a month."""

    fiscal_start: int
    is_workbook: bool
    epoch_1904: bool


def take(cells: Cells, declared: DateOrder | None, told: Signs | None = None) -> DateColumn:
    """Look at the distinct texts of one header.

    Args:
        cells: The texts.
        declared: The order that a mapping or profile gives.
        told: The signs of the whole column where ``cells`` are only a part of it.
    """
    forms = [None if says_nothing(text, "date") else date_cells.read(text) for text in cells.texts]
    signs = told or signs_of(forms, cells)
    return DateColumn(cells=cells, forms=forms, declared=declared, signs=signs)


def settle(columns: Sequence[DateColumn]) -> list[Order]:
    """Order of each column: its own, else the one on which the other columns agree.

    A column in which a single row tells follows the others, too, if more rows of them tell
    otherwise: one slip must not turn the dates of all other rows round.
    """
    return [
        _settled(column, [other for other in columns if other is not column]) for column in columns
    ]


def _settled(column: DateColumn, others: Sequence[DateColumn]) -> Order:
    telling = [other for other in others if other.own != "unsettled"]
    orders = {other.own for other in telling}
    shared: Order = orders.pop() if len(orders) == 1 else "unsettled"
    if column.own == "unsettled":
        return shared
    is_sure = column.declared or abs(column.signs.lead) > 1 or shared == "unsettled"
    outvoted = any(other.declared or abs(other.signs.lead) > 1 for other in telling)
    return shared if outvoted and not is_sure else column.own


def read(column: DateColumn, order: Order, end: End, calendar: Calendar) -> list[Reading | None]:
    """Read every distinct text of a column as a day.

    A month, quarter, year or fiscal year gives its first or its last day, as ``end`` says.
    """
    fiscal = column.signs.is_fiscal
    serials = calendar.is_workbook or column.signs.are_serials
    readings: list[Reading | None] = []
    for form in column.forms:
        match form:
            case None:
                reading = None
            case Unread(hint=hint):
                reading = Reading(code="date-unread", hint=hint)
            case Day(date=date):
                reading = Reading(date)
            case Span():
                reading = Reading(getattr(form, end))
            case Fiscal():
                reading = Reading(getattr(fiscal_span(form, calendar.fiscal_start), end))
            case Numeric():
                reading = _numeric(form, order)
            case MonthOrFiscal():
                reading = _month_or_fiscal(form, end, calendar, fiscal=fiscal)
            case Serial(number=number):
                reading = _serial(number, calendar) if serials else _LOOSE_SERIAL
            case _:
                assert_never(form)
        readings.append(reading)
    return readings


def _numeric(form: Numeric, order: Order) -> Reading:
    if order == "year_first" and form.short_year:
        return _day(full_year(form.first), form.second, form.year % 100, form)
    if order in {"unsettled", "year_first"}:
        if form.first == form.second or max(form.first, form.second) > _MONTHS:
            month, day = sorted((form.first, form.second))
            return _day(form.year, month, day, form)
        # Points part day, month and year in this order, wherever nothing contradicts it.
        return _day(form.year, form.second, form.first, form) if form.dotted else _AMBIGUOUS
    if order == "day_first":
        return _day(form.year, form.second, form.first, form, order)
    return _day(form.year, form.first, form.second, form, order)


def _day(year: int, month: int, day: int, form: Numeric, order: str = "") -> Reading:
    try:
        found = date_cells.plausible(Day(dt.date(year, month, day)))
    except ValueError:
        return _impossible(year, month, form, order)
    if isinstance(found, Unread):
        return Reading(code="date-unread", hint=found.hint)
    return Reading(dt.date(year, month, day))


def _impossible(year: int, month: int, form: Numeric, order: str) -> Reading:
    if 1 <= month <= _MONTHS:
        last = last_of_month(year, month).day
        return Reading(
            code="date-unread", hint=f"Month {month} of {year} has {last} days; correct the date."
        )
    if order and min(form.first, form.second) >= 1 and max(form.first, form.second) > _MONTHS:
        hint = f"The column reads {order.replace('_', ' ')}, and there is no month {month}."
        return Reading(code="date-unread", hint=f"{hint} Write the date as YYYY-MM-DD.")
    return Reading(code="date-unread")


def _month_or_fiscal(
    form: MonthOrFiscal, end: End, calendar: Calendar, *, fiscal: bool | None
) -> Reading:
    if fiscal is None:
        return _MONTH_OR_FISCAL
    if fiscal:
        return Reading(getattr(fiscal_span(Fiscal(form.year + 1), calendar.fiscal_start), end))
    return Reading(getattr(months(form.year, form.month, 1), end))


def _serial(number: int, calendar: Calendar) -> Reading:
    epoch = _EPOCH_1904 if calendar.epoch_1904 else _EPOCH_1900
    return Reading(epoch + dt.timedelta(days=number))
