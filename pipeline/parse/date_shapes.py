"""A date cell as a string of kinds, so that a table can say which shapes are dates."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.parse.spellings import spellings

FULL_YEAR: Final = 4
SHORT_YEAR: Final = 2
_COMPACT: Final = 8
_TOKEN = re.compile(r"\d+|[a-z]+|[^\sa-z\d]")


class Shape(NamedTuple):
    """A cell as a string of kinds and its numbers in order.

    Kinds: y four digits, d one or two, c eight, n other digits, m a month name (its number is in
    ``numbers``), f fiscal, q quarter, h half; separators as they are, anything else "?".
    """

    kinds: str
    numbers: tuple[int, ...]
    widths: tuple[int, ...]


def of(text: str) -> Shape:
    """Take a folded text without accents apart."""
    kinds: list[str] = []
    numbers: list[int] = []
    widths: list[int] = []
    table = spellings()
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            width = len(token)
            kind = {1: "d", SHORT_YEAR: "d", FULL_YEAR: "y", _COMPACT: "c"}.get(width, "n")
            numbers.append(int(token[:_COMPACT]))
            widths.append(width)
            kinds.append(kind)
        elif token in table.months:
            numbers.append(table.months[token])
            widths.append(0)
            kinds.append("m")
        else:
            kinds.append(_word(token, kinds))
    return Shape("".join(kinds), tuple(numbers), tuple(widths))


def _word(token: str, before: list[str]) -> str:
    """Kind of a word or sign; an ordinal ending counts only right behind a number."""
    role = spellings().date_words.get(token, "")
    if role == "ordinal" and before[-1:] == ["d"]:
        return ""
    kind = {"skip": "", "fiscal": "f", "quarter": "q", "half": "h"}.get(role, "?")
    if not token.isalpha():
        return {"–": "-", "—": "-", "’": "'", "º": ""}.get(token, token)  # noqa: RUF001
    return kind
