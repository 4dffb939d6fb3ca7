"""Columns of money: what each amount means, given its neighbours, its header and its unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.parse import amounts, numbers
from pipeline.parse.currency import SHARED, of_shared_mark
from pipeline.parse.missing import says_nothing
from pipeline.parse.money_signs import LARGE_MEDIAN, SMALL_AMOUNT, Signs, Sizes, sizes_of
from pipeline.parse.readings import Cells, Reading
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.ingest.raw import MappedColumn

_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 18

MARKS: Final[tuple[numbers.Mark, ...]] = ("point", "comma")
_UNREAD: Final = Reading(code="money-unread")
_NEGATIVE: Final = Reading(code="money-negative")
_TOO_LARGE: Final = Reading(
    code="money-unread", hint="The amount is beyond any budget; check its unit."
)


class Money(NamedTuple):
    """An amount in units of its currency.

    ``currency`` is ``None`` where the cell has no mark, "" where its mark stays open.
    """

    amount: float
    currency: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyColumn:
    """What the distinct texts of one header say, and doubts about the column as a whole."""

    readings: list[Reading | None]
    doubts: list[Problem]


Found = list[amounts.Amount | str | None]
"""What each distinct text holds: an amount, why there is none, or nothing said."""


def find(cells: Cells) -> Found:
    """Find the amount in each distinct text."""
    return [None if says_nothing(text, "value") else amounts.read(text) for text in cells.texts]


def read(cells: Cells, mapped: MappedColumn, header: str, told: Signs | None = None) -> MoneyColumn:
    """Read the distinct texts of one header.

    A magnitude word in a cell ("12m") replaces the unit of the column. Whether "1.234" has
    thousands or decimals is told by the rows that can be read in one way only; where they tell
    nothing, the point is the decimal mark. ``told`` has the signs of the whole column where
    ``cells`` are only a part of it.
    """
    found = find(cells)
    signs = told or _signs(found, cells)
    mark, shared = signs.mark, of_shared_mark(signs.codes, mapped.currency)
    readings = scaled(found, mark, mapped.unit, shared)
    sizes = told.sizes[mark] if told else _sizes(found, readings, cells)
    doubts = _doubts(sizes, mapped.unit, header)
    if signs.is_assumed:
        # "1.234" was read with decimals although no cell of the column tells so.
        doubts.append(
            Problem(source_line=0, code="money-mark-assumed", column="budget", value=header)
        )
    return MoneyColumn(readings=readings, doubts=doubts)


def learn(cells: Cells, mapped: MappedColumn) -> Signs:
    """The signs of one header, to be added to those of other parts of the column."""
    found = find(cells)
    sizes = {mark: _sizes(found, scaled(found, mark, mapped.unit, SHARED), cells) for mark in MARKS}
    return replace(_signs(found, cells), sizes=sizes)


def _whole(found: Found) -> Iterator[amounts.Amount | None]:
    return (amount if isinstance(amount, amounts.Amount) else None for amount in found)


def _signs(found: Found, cells: Cells) -> Signs:
    votes = {"point": 0, "comma": 0}
    codes = set()
    is_open = False
    for amount, rows in zip(_whole(found), cells.counts, strict=True):
        if amount is None:
            continue
        codes.add(amount.currency)
        number = amount.number
        if isinstance(number, numbers.Either):
            is_open = is_open or number.point < number.comma
        elif number.mark:
            votes[number.mark] += rows
    return Signs(
        point=votes["point"],
        comma=votes["comma"],
        is_open=is_open,
        codes=frozenset(filter(None, codes)),
    )


def scaled(found: Found, mark: numbers.Mark, unit: int | None, shared: str) -> list[Reading | None]:
    """What each text says, once the decimal mark and the currency of "$" alone are settled."""
    readings: list[Reading | None] = []
    for amount in found:
        if amount is None:
            readings.append(None)
        elif isinstance(amount, str):
            readings.append(Reading(code="money-unread", hint=amount) if amount else _UNREAD)
        else:
            readings.append(_scaled(amount, mark, unit, shared))
    return readings


def _scaled(amount: amounts.Amount, mark: numbers.Mark, unit: int | None, shared: str) -> Reading:
    number = amount.number
    value = number.value if isinstance(number, numbers.Plain) else getattr(number, mark)
    factor = amount.magnitude if amount.magnitude is not None else Decimal(unit or 1)
    value = _EXACT.multiply(value, factor)
    if value > _LARGEST:
        return _TOO_LARGE
    if amount.negative and value:
        return _NEGATIVE
    currency = shared if amount.currency == SHARED else amount.currency
    return Reading(Money(float(_EXACT.quantize(value, _CENT)), currency))


def _sizes(found: Found, readings: Sequence[Reading | None], cells: Cells) -> Sizes:
    return sizes_of(
        (reading.value.amount, rows)
        for amount, reading, rows in zip(_whole(found), readings, cells.counts, strict=True)
        if amount and amount.magnitude is None and reading and reading.value
    )


def _doubts(sizes: Sizes, unit: int | None, header: str) -> list[Problem]:
    """Doubt the unit where most amounts are too small, or the middle one is too large."""
    if unit is None and sizes.are_small:
        hint = (
            f"{sizes.small} of {sizes.count} amounts under {header!r} are below {SMALL_AMOUNT}, "
            "and no unit is named; if they are thousands or millions, say so in the header or in "
            "the mapping file."
        )
    elif unit is not None and unit > 1 and sizes.are_large:
        hint = (
            f"Half of the amounts under {header!r} are beyond {LARGE_MEDIAN:.0f} once multiplied "
            f"by {unit}; correct the unit in the header or in the mapping file."
        )
    else:
        return []
    return [
        Problem(source_line=0, code="money-unit-doubtful", column="budget", value=header, hint=hint)
    ]
