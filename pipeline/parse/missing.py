"""Which cells say nothing: it depends on the kind of column."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from pipeline.parse.spellings import fold, spellings

if TYPE_CHECKING:
    from schemas.columns import Column

Wariness = Literal["identifier", "text", "value", "date"]

# Of dashes and blanks only, invisible ones included.
_BLANK = re.compile(r"[\s\u2010-\u2015\u2212_\-\u200b-\u200f\u2060\ufeff\u00ad]*")
# The longest token that says nothing is shorter; a longer text need not be folded whole.
_TOKEN_LIMIT = 40


def wariness(column: Column) -> Wariness:
    """How sure a cell of this column must be before it counts as missing."""
    if column.kind == "identifier" or column.name in {"name", "parent_name"}:
        return "identifier"
    if column.kind in {"text", "date"}:
        return "text" if column.kind == "text" else "date"
    return "value"


def says_nothing(text: str, how: Wariness) -> bool:
    """Tell whether a cell counts as unknown, without a problem."""
    # Most cells say something; nearly all of them show it by their first letter.
    if text and text[0] not in _openings(how) and text[0].isascii():
        return False
    if _BLANK.fullmatch(text):
        return True
    known = spellings()
    folded = fold(text[: _TOKEN_LIMIT + 1])
    if len(text) <= _TOKEN_LIMIT and folded in known.missing[how]:
        return True
    prefixes = known.missing_prefixes[how]
    return bool(prefixes) and folded.startswith(prefixes)


@cache
def _openings(how: Wariness) -> frozenset[str]:
    """First letters of cells that may say nothing."""
    known = spellings()
    folded = {token[0] for token in (*known.missing[how], *known.missing_prefixes[how])}
    return frozenset("-_\t\n\v\f\r\x1c\x1d\x1e\x1f " + "".join(folded)) | {
        letter.upper() for letter in folded
    }
