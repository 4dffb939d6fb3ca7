"""Shares of full time as people write them: 0.8, 80 %, 80, 0,5."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pipeline.parse import numbers
from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Reading
from pipeline.parse.spellings import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIMIT: Final = 40
# A bare number from here on is per cent: nobody has five people's time.
_PER_CENT_FROM: Final = 5
_CELL: Final = re.compile(r"(?P<number>[0-9.,]{1,12}) ?(?P<unit>%|percent|per cent|fte)?")
_WORDS: Final = {"full time": Decimal(1), "half time": Decimal("0.5")}
_UNREAD: Final = Reading(code="capacity-unread")

_Share = tuple[Decimal, str]


def read(texts: Sequence[str], *, per_cent: bool) -> list[Reading | None]:
    """Read the distinct cells of a column of shares, 0 to 1.

    Args:
        texts: The cells.
        per_cent: Whether the header says that they are per cent. Without it a bare number is one
            where some cell of the column is 5 or more, because nobody works five times full time.

    Returns:
        ``None`` for a cell that says nothing.
    """
    cells = [None if says_nothing(text, "value") else _taken_apart(text) for text in texts]
    scaled = per_cent or any(
        cell[0] >= _PER_CENT_FROM for cell in cells if isinstance(cell, tuple) and not cell[1]
    )
    return [_read(cell, scaled=scaled) for cell in cells]


def _taken_apart(text: str) -> _Share | str:
    """A number with its unit, or the text that is none."""
    folded = fold(text[: _LIMIT + 1])
    if folded.replace("-", " ") in _WORDS:
        return _WORDS[folded.replace("-", " ")], "fte"
    found = _CELL.fullmatch(folded)
    number = numbers.read(found["number"]) if found else None
    if found is None or number is None:
        return text
    # A share has no thousands: in "0,875" and "0.875" the sign is the decimal one.
    value = min(number) if isinstance(number, numbers.Either) else number.value
    return value, found["unit"] or ""


def _read(cell: _Share | str | None, *, scaled: bool) -> Reading | None:
    if cell is None:
        return None
    if isinstance(cell, str):
        return _UNREAD
    number, unit = cell
    if not unit and scaled and 0 < number <= 1:
        return Reading(code="capacity-doubtful")
    share = number / 100 if unit not in {"", "fte"} or (scaled and not unit) else number
    return Reading(float(share)) if share <= 1 else _UNREAD
