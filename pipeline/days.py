"""Calendar days as people type them."""

from __future__ import annotations

from datetime import date
from typing import Final

# Beyond these a frame of days has no room; no portfolio is planned for them either.
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2199, 12, 31)


def as_day(value: object) -> date:
    """A day given as such or as YYYY-MM-DD, from 1900 to 2199.

    Raises:
        ValueError: It is anything else.
    """
    if isinstance(value, str):
        value = _written(value)
    if type(value) is not date or not _FIRST <= value <= _LAST:
        message = f"no day from {_FIRST.year} to {_LAST.year}; write it as 2026-11-24"
        raise ValueError(message)
    return value


def _written(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # neither 20261124 nor 2026-W48-2
