"""Currencies: whole cells, and marks beside an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Reading
from pipeline.parse.spellings import fold, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

# A mark such as "$" that several currencies share.
SHARED: Final = ""
_CODE_LENGTH = 3
_LIMIT = 60


def of_mark(word: str) -> str | None:
    """Code of a mark, name or code beside an amount; ``SHARED`` if not told; ``None`` if none.

    Codes count only in capitals: "all" and "top" are words before they are currencies.
    """
    if len(word) == _CODE_LENGTH and word in spellings().currency_codes:
        return word
    return spellings().currency_marks.get(word.casefold())


def of_shared_mark(codes: Iterable[str], declared: str) -> str:
    """Which currency "$" alone means in a column, or ``SHARED`` where nothing tells.

    It is the declared one, unless that has a sign of its own ("$" is never the euro); without one
    it is the only dollar that other cells of the column name in full.
    """
    known = spellings()
    if declared:
        own_signs = {code for mark, code in known.currency_marks.items() if len(mark) == 1}
        return SHARED if declared in own_signs else declared
    told = sorted({code for code in codes if code in known.dollar_codes})
    return told[0] if len(told) == 1 else SHARED


def read(text: str) -> Reading | None:
    """Read one cell of the currency column: an ISO 4217 code in capitals."""
    if says_nothing(text, "value"):
        return None
    known = spellings()
    word = fold(text[:_LIMIT])
    head, _, rest = word.partition(" ")
    for candidate in (word, head.strip("()-:,"), rest.strip("()-:,")):
        code = candidate.upper()
        if code in known.currency_codes:
            return Reading(code)
        code = known.currency_marks.get(candidate) or known.currency_names.get(candidate, "")
        if code:
            return Reading(code)
    return Reading(code="currency-unread")
