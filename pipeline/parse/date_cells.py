"""One date cell: a strict table of shapes, because a lenient reader guesses in silence."""

from __future__ import annotations

import datetime as dt
import re
from calendar import month_name

from pipeline.parse import date_shapes
from pipeline.parse.date_forms import (
    Day,
    Fiscal,
    Form,
    MonthOrFiscal,
    Numeric,
    Serial,
    Span,
    Unread,
    full_year,
    last_of_month,
    months,
)
from pipeline.parse.date_shapes import FULL_YEAR, SHORT_YEAR, Shape
from pipeline.parse.spellings import fold, without_accents

_LIMIT = 60
_EARLIEST, _LATEST = 1900, 2200
_SERIALS = range(20_000, 80_001)
# Dates of 1905 that are years (1990 to 2060) taken for a serial number of Excel.
_EPOCH = dt.date(1899, 12, 30)
_MISTAKEN_YEARS = range(1990, 2061)
_MONTHS = 12

_NOTE = re.compile(r" ?\([^()]*\)$|[*†‡.,;]+$")
_TIME = re.compile(
    r"(?:[ t]|, )\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\.?)?"
    r"(?: ?(?:z|utc|gmt|[+\-]\d{2}:?\d{2}))?$"
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_ISO = frozenset({"y-d-d", "y/d/d", "y.d.d", "ydd"})
_YEAR_LAST = frozenset({"d/d/y", "d-d-y", "d.d.y", "ddy", "d/d/d", "d-d-d", "d.d.d"})
# Where year, month and day stand.
_NAMED_DAYS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
_SEPARATORS = str.maketrans("", "", "-/.,'")


class _ImpossibleError(Exception):
    """A date that no calendar has; the message is the hint."""


def read(text: str) -> Form:
    """Read one cell; a time of day and a note in brackets are dropped."""
    folded = fold(text[: _LIMIT * 2])
    folded = _NOTE.sub("", _NOTE.sub("", folded))
    serial = _SERIAL.fullmatch(folded)
    if serial and int(serial[1]) in _SERIALS:
        return Serial(int(serial[1]))
    folded = _TIME.sub("", folded).rstrip(" ,")
    if not folded or len(folded) > _LIMIT:
        return Unread()
    shape = date_shapes.of(without_accents(folded))
    try:
        form = _named_month(shape) if "m" in shape.kinds else _numbers_only(shape)
    except _ImpossibleError as impossible:
        return Unread(str(impossible))
    return plausible(form)


def _day(year: int, month: int, day: int) -> Day:
    try:
        return Day(dt.date(year, month, day))
    except ValueError:
        pass
    if not 1 <= month <= _MONTHS:
        raise _ImpossibleError(f"There is no month {month}; write the date as YYYY-MM-DD.")
    if not _EARLIEST <= year <= _LATEST:
        raise _ImpossibleError(_out_of_range(year))
    last = last_of_month(year, month).day
    raise _ImpossibleError(f"{month_name[month]} {year} has {last} days; correct the date.")


def _out_of_range(year: int) -> str:
    return f"The year {year} is outside {_EARLIEST} to {_LATEST}; correct the date."


def _month(year: int, month: int) -> Span:
    if not _EARLIEST <= year <= _LATEST:
        raise _ImpossibleError(_out_of_range(year))
    return months(year, month, 1)


def _named_month(shape: Shape) -> Form:
    """Read a date that names its month."""
    bare = shape.kinds.translate(_SEPARATORS)
    if bare in _NAMED_DAYS:
        year, month, day = (shape.numbers[place] for place in _NAMED_DAYS[bare])
        return _day(year, month, day)
    short = shape.widths[-1] == SHORT_YEAR
    if short and (bare == "dmd" or (bare == "mdd" and "," in shape.kinds)):
        place = bare.index("m")
        return _day(full_year(shape.numbers[2]), shape.numbers[place], shape.numbers[1 - place])
    return _named_span(shape, bare, short=short)


def _named_span(shape: Shape, bare: str, *, short: bool) -> Form:
    match bare:
        case "my":
            return _month(shape.numbers[1], shape.numbers[0])
        case "ym":
            return _month(shape.numbers[0], shape.numbers[1])
        case "md" if short and shape.kinds in {"m-d", "m/d", "m'd"}:
            return _month(full_year(shape.numbers[1]), shape.numbers[0])
        case "md" | "dm":
            return Unread("The cell has no year, or no day; write the date as YYYY-MM-DD.")
        case _:
            return Unread()


def _numbers_only(shape: Shape) -> Form:
    kinds = shape.kinds
    if "q" in kinds or "h" in kinds:
        return _part_of_year(shape)
    if "f" in kinds:
        return _fiscal(shape, kinds.replace("f", ""))
    if kinds in _ISO:
        return _day(*shape.numbers)
    if kinds in _YEAR_LAST:
        return _numeric(shape)
    if kinds == "c":
        number = shape.numbers[0]
        return _day(number // 10_000, number // 100 % 100, number % 100)
    return _two_numbers(shape)


def _two_numbers(shape: Shape) -> Form:
    """Read a month, a year or a fiscal year in figures."""
    match shape.kinds:
        case "y-d" | "y/d" | "y.d":
            return _year_and_two(shape)
        case "d/y" | "d-y" | "d.y" if 1 <= shape.numbers[0] <= _MONTHS:
            return _month(shape.numbers[1], shape.numbers[0])
        case "y-y" | "y/y":
            return _fiscal(shape, shape.kinds)
        case "y" if _EARLIEST <= shape.numbers[0] <= _LATEST:
            return months(shape.numbers[0], 1, _MONTHS)
        case "d/d" | "d-d":
            return Unread("The cell has two numbers; write a date as YYYY-MM-DD.")
        case _:
            return Unread()


def _numeric(shape: Shape) -> Form:
    first, second, third = shape.numbers
    short = shape.widths[2] != FULL_YEAR
    if not first or not second:
        return Unread("There is no day or month 0; write the date as YYYY-MM-DD.")
    if short and shape.widths[2] != SHORT_YEAR:
        return Unread("The year needs four digits; write the date as YYYY-MM-DD.")
    return Numeric(
        first=first,
        second=second,
        year=full_year(third) if short else third,
        dotted="." in shape.kinds,
        short_year=short,
    )


def _year_and_two(shape: Shape) -> Form:
    """Read "2023-24", "2023-05" or "2011-12"."""
    year, two = shape.numbers
    follows = shape.widths[1] == SHORT_YEAR and two == (year + 1) % 100
    if follows and not 1 <= two <= _MONTHS:
        return Fiscal(year + 1)
    if follows:
        return MonthOrFiscal(year, two)
    if not 1 <= two <= _MONTHS:
        raise _ImpossibleError(f"There is no month {two}; write the date as YYYY-MM-DD.")
    return _month(year, two)


def _fiscal(shape: Shape, kinds: str) -> Form:
    """Read a year of two numbers ("2023-24", "23/24") or of one, the one it ends in.

    A single digit behind it is the mark of a footnote.
    """
    numbers = shape.numbers
    if len(numbers) > 1 and shape.widths[-1] == 1:
        numbers = numbers[:-1]
        kinds = kinds.removesuffix("d")
    if any(
        width == FULL_YEAR and number < _EARLIEST
        for number, width in zip(numbers, shape.widths, strict=False)
    ):
        return Unread(_out_of_range(min(numbers)))
    years = [number if number >= _EARLIEST else full_year(number % 100) for number in numbers]
    match kinds.strip("-/.,'"):
        case "y" | "d":
            return Fiscal(years[0])
        case "y-d" | "y/d" | "y-y" | "y/y" | "d-d" | "d/d" if years[1] == years[0] + 1:
            return Fiscal(years[1])
        case _:
            return Unread("The cell names several years; write a date as YYYY-MM-DD.")


def _part_of_year(shape: Shape) -> Form:
    """Read "Q4 2023/24", "2023 Q4", "4Q 2023", "Q4-2023", "H1 2024"."""
    letter = "q" if "q" in shape.kinds else "h"
    parts = 4 if letter == "q" else 2
    found = re.search(rf"{letter}d|d\.?{letter}", shape.kinds)
    if not found or shape.kinds.count(letter) > 1:
        return Unread()
    place = sum(kind in "ydcn" for kind in shape.kinds[: found.start()])
    part = shape.numbers[place]
    rest = shape.kinds[: found.start()] + shape.kinds[found.end() :]
    left = Shape(
        rest.strip("-/.,' "),
        shape.numbers[:place] + shape.numbers[place + 1 :],
        shape.widths[:place] + shape.widths[place + 1 :],
    )
    if shape.widths[place] != 1 or not 1 <= part <= parts:
        return Unread()
    if left.kinds == "y" and _EARLIEST <= left.numbers[0] <= _LATEST:
        return months(left.numbers[0], (part - 1) * 12 // parts + 1, 12 // parts)
    fiscal = _fiscal(left, left.kinds.replace("f", "")) if left.numbers else Unread()
    return Fiscal(fiscal.ends, part) if isinstance(fiscal, Fiscal) and letter == "q" else Unread()


def plausible(form: Form) -> Form:
    """Turn down what no plan can mean: far years, and years taken for serial numbers."""
    match form:
        case Day(date=date) if (date - _EPOCH).days in _MISTAKEN_YEARS:
            year = (date - _EPOCH).days
            return Unread(f"It looks like the year {year} taken for a serial number; write {year}.")
        case Day(date=date) if not _EARLIEST <= date.year <= _LATEST:
            return Unread(_out_of_range(date.year))
        case Numeric(year=year) | MonthOrFiscal(year=year) | Fiscal(ends=year) if not (
            _EARLIEST < year < _LATEST
        ):
            return Unread(_out_of_range(year))
        case _:
            return form
