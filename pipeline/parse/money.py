"""Columns of money: what each amount means, given its neighbours, its header and its unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.parse import amounts, numbers
from pipeline.parse.currency import SHARED, of_shared_mark
from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Cells, Reading
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.ingest.raw import MappedColumn

_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 18
# Doubts about a unit need that many amounts, so that one odd cell says nothing of a column.
_FEW = 5
_SMALL_AMOUNT = 10_000
_SMALL_SHARE = 0.8
_LARGE_MEDIAN = 1e11

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


def read(cells: Cells, mapped: MappedColumn, header: str) -> MoneyColumn:
    """Read the distinct texts of one header.

    A magnitude word in a cell ("12m") replaces the unit of the column. Whether "1.234" has
    thousands or decimals is told by the rows that can be read in one way only; where they tell
    nothing, the point is the decimal mark.
    """
    found = [None if says_nothing(text, "value") else amounts.read(text) for text in cells.texts]
    whole = [amount if isinstance(amount, amounts.Amount) else None for amount in found]
    mark = _decimal_mark(zip(whole, cells.counts, strict=True))
    codes = {amount.currency for amount in whole if amount and amount.currency}
    shared = of_shared_mark(codes, mapped.currency)
    readings: list[Reading | None] = []
    for amount in found:
        if amount is None:
            readings.append(None)
        elif isinstance(amount, str):
            readings.append(Reading(code="money-unread", hint=amount) if amount else _UNREAD)
        else:
            readings.append(_scaled(amount, mark, mapped.unit, shared))
    doubts = _doubts(cells, whole, readings, mapped.unit, header)
    return MoneyColumn(readings=readings, doubts=doubts + _open_marks(whole, header))


def _decimal_mark(amounts_: Iterable[tuple[amounts.Amount | None, int]]) -> numbers.Mark:
    votes = {"point": 0, "comma": 0}
    for amount, rows in amounts_:
        if amount and isinstance(amount.number, numbers.Plain) and amount.number.mark:
            votes[amount.number.mark] += rows
    return "comma" if votes["comma"] > votes["point"] else "point"


def _open_marks(whole: Sequence[amounts.Amount | None], header: str) -> list[Problem]:
    """Notice that "1.234" was read with decimals although no cell of the column tells so."""
    kinds = [amount.number for amount in whole if amount]
    told = any(isinstance(number, numbers.Plain) and number.mark for number in kinds)
    points = any(isinstance(each, numbers.Either) and each.point < each.comma for each in kinds)
    if told or not points:
        return []
    return [Problem(source_line=0, code="money-mark-assumed", column="budget", value=header)]


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


def _doubts(
    cells: Cells,
    whole: Sequence[amounts.Amount | None],
    readings: Sequence[Reading | None],
    unit: int | None,
    header: str,
) -> list[Problem]:
    """Doubt the unit where most amounts are too small, or the middle one is too large."""
    bare: list[float] = []
    for amount, reading, rows in zip(whole, readings, cells.counts, strict=True):
        if amount and amount.magnitude is None and reading and reading.value:
            bare.extend([reading.value.amount] * (rows if reading.value.amount else 0))
    if len(bare) < _FEW:
        return []
    small = sum(amount < _SMALL_AMOUNT for amount in bare)
    if unit is None and small >= _SMALL_SHARE * len(bare):
        hint = (
            f"{small} of {len(bare)} amounts under {header!r} are below {_SMALL_AMOUNT}, and no "
            "unit is named; if they are thousands or millions, say so in the header or in the "
            "mapping file."
        )
    elif unit is not None and unit > 1 and median(bare) > _LARGE_MEDIAN:
        hint = (
            f"Half of the amounts under {header!r} are beyond {_LARGE_MEDIAN:.0f} once multiplied "
            f"by {unit}; correct the unit in the header or in the mapping file."
        )
    else:
        return []
    return [
        Problem(source_line=0, code="money-unit-doubtful", column="budget", value=header, hint=hint)
    ]
