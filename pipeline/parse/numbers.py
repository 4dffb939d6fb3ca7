"""Numbers as written: thousands in groups, point or comma as the decimal mark, exponents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

Mark = Literal["point", "comma"]

# What a number may look like inside a text; `read` decides whether it is one.
PATTERN = r"(?:\d+|[.,]\d+)(?: ?[.,'’]\d+| \d{3}(?!\d))*(?:[eE][+\-]?\d{1,3}(?!\w))?"  # noqa: RUF001
_SHAPE = re.compile(r"(?P<body>[\d.,' ]+?)(?:[eE](?P<power>[+\-]?\d{1,3}))?")
_DIGIT_LIMIT = 40
_GROUP = 3
_EXTREME = 60


class Plain(NamedTuple):
    """A number that can be read in one way; ``mark`` is what its spelling proves, if anything."""

    value: Decimal
    mark: Mark | None = None


class Either(NamedTuple):
    """A number such as "1.234" or "1,234": which it is, its column must tell."""

    point: Decimal
    comma: Decimal


def read(text: str) -> Plain | Either | None:
    """Read one number without sign, currency and magnitude; ``None`` where it is none."""
    shape = _SHAPE.fullmatch(text.replace("’", "'"))  # noqa: RUF001
    if shape is None or len(text) > _DIGIT_LIMIT:
        return None
    number = _body(shape["body"].strip())
    power = int(shape["power"] or 0)
    if number is None or abs(power) > _EXTREME:
        return None
    if isinstance(number, Either):
        return Either(number.point.scaleb(power), number.comma.scaleb(power))
    return Plain(number.value.scaleb(power), number.mark)


def _body(body: str) -> Plain | Either | None:
    ungrouped = _without_spaces(body)
    if ungrouped is None:
        return None
    points, commas = ungrouped.count("."), ungrouped.count(",")
    if not points and not commas:
        return Plain(Decimal(ungrouped)) if ungrouped.isdecimal() else None
    if points and commas:
        decimal = "." if ungrouped.rfind(".") > ungrouped.rfind(",") else ","
        whole, _, fraction = ungrouped.rpartition(decimal)
        return _both(whole, fraction, decimal)
    sign = "." if points else ","
    if points + commas > 1:
        digits = _groups(ungrouped, sign)
        return None if digits is None else Plain(Decimal(digits), "comma" if points else "point")
    return _single(ungrouped, sign, grouped=ungrouped != body)


def _without_spaces(body: str) -> str | None:
    """Take out spaces and apostrophes, if what they part are groups of three digits."""
    joined = body.replace(" .", ".").replace(" ,", ",").replace("'", " ")
    first, *rest = joined.split(" ")
    if not rest:
        return joined
    whole = re.split(r"[.,]", rest[-1], maxsplit=1)[0]
    lengths = [len(group) for group in rest[:-1]] + [len(whole)]
    digits = all(group.isdecimal() for group in (first, *rest[:-1], whole))
    if not digits or len(first) > _GROUP or any(length != _GROUP for length in lengths):
        return None
    return first + "".join(rest)


def _both(whole: str, fraction: str, decimal: str) -> Plain | None:
    other = "," if decimal == "." else "."
    if decimal in whole or not fraction.isdecimal():
        return None
    digits = _groups(whole, other)
    if digits is None:
        return None
    return Plain(Decimal(f"{digits}.{fraction}"), "point" if decimal == "." else "comma")


def _groups(text: str, sign: str) -> str | None:
    """Digits of "1,234,567", or of the Indian "12,34,567"; ``None`` for other groups."""
    first, *rest = text.split(sign)
    if not first.isdecimal() or not all(group.isdecimal() for group in rest):
        return None
    western = len(first) <= _GROUP and all(len(group) == _GROUP for group in rest)
    indian = sign == "," and len(first) < _GROUP and len(rest[-1]) == _GROUP
    if western or (indian and all(len(group) == _GROUP - 1 for group in rest[:-1])):
        return first + "".join(rest)
    return None


def _single(text: str, sign: str, *, grouped: bool) -> Plain | Either | None:
    whole, _, fraction = text.partition(sign)
    if not fraction.isdecimal() or not (whole.isdecimal() or not whole):
        return None
    as_decimal = Decimal(f"{whole or '0'}.{fraction}")
    mark: Mark = "point" if sign == "." else "comma"
    can_group = len(fraction) == _GROUP and 1 <= len(whole) <= _GROUP and not whole.startswith("0")
    if grouped or not can_group:
        return Plain(as_decimal, mark)
    as_groups = Decimal(whole + fraction)
    return Either(as_decimal, as_groups) if sign == "." else Either(as_groups, as_decimal)
