"""What a date cell can say, before its column tells how to read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

_JANUARY_FIRST = 1
# A year of two digits from here on belongs to the last century.
_PIVOT = 70


@dataclass(frozen=True, slots=True)
class Day:
    """One day, told without doubt."""

    date: dt.date


@dataclass(frozen=True, slots=True)
class Span:
    """A month, quarter or year: a start date takes its first day, an end date its last."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Fiscal:
    """A fiscal year by the calendar year in which it ends; ``quarter`` 0 is the whole of it."""

    ends: int
    quarter: int = 0


@dataclass(frozen=True, slots=True)
class Numeric:
    """Three numbers, the year last: the order of the first two is the column's to tell."""

    first: int
    second: int
    year: int
    dotted: bool = False
    short_year: bool = False


@dataclass(frozen=True, slots=True)
class MonthOrFiscal:
    """Such as "2011-12": December 2011, or the fiscal year that ends in 2012."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Serial:
    """Days since the epoch of a workbook."""

    number: int


@dataclass(frozen=True, slots=True)
class Unread:
    """No date; ``hint`` is empty where nothing better can be said than the catalogue does."""

    hint: str = ""


Form: TypeAlias = Day | Span | Fiscal | Numeric | MonthOrFiscal | Serial | Unread


def full_year(number: int) -> int:
    """A year of two digits in full: 00 to 69 are of this century, 70 to 99 of the last."""
    return number + (2000 if number < _PIVOT else 1900)


def last_of_month(year: int, month: int) -> dt.date:
    """Last day of a month."""
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def months(year: int, first: int, count: int) -> Span:
    """The span of ``count`` months; ``first`` may lie beyond December."""
    start = dt.date(year + (first - 1) // 12, (first - 1) % 12 + 1, 1)
    end = first + count - 1
    return Span(start, last_of_month(year + (end - 1) // 12, (end - 1) % 12 + 1))


def fiscal_span(fiscal: Fiscal, starts: int) -> Span:
    """First and last day of a fiscal year or quarter; ``starts`` is its first month."""
    year = fiscal.ends - (1 if starts > _JANUARY_FIRST else 0)
    if fiscal.quarter:
        return months(year, starts + 3 * (fiscal.quarter - 1), 3)
    return months(year, starts, 12)
