"""Are two files exports of one portfolio? Exports are often named after the day they were made."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
# 20261201, 021500, 20261201t0215z, 02h15, 10am, 1st, w48, q4, v2; the whole of a word.
_NUMBER: Final = re.compile(
    r"(?:cw|fy|kw|[qvw])?[0-9]+(?:[ht][0-9]+m?)?(?:z|am|pm|st|nd|rd|th)?", re.ASCII
)
_MONTH: Final = re.compile(
    r"[0-9]*(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[0-9]*",
    re.ASCII,
)
# At the end or the beginning of a word; fewer digits are part of a name, as in team1 and team2.
_ATTACHED: Final = re.compile(r"[0-9]{4,}(?:t[0-9]+z?)?", re.ASCII)
_COPY: Final = frozenset({"copy", "of"})


def are_of_one_portfolio(first: str, second: str) -> bool:
    """Whether two names of files differ in nothing but dates, times, counters and "copy".

    Capitals, what stands between words, and the kind of file do not count either.
    """
    return first == second or _stem(first) == _stem(second)


def _stem(name: str) -> str:
    """What stays of a name when all that changes from export to export is taken out of it."""
    name = unicodedata.normalize("NFKC", name).casefold()
    before, _, kind = name.rpartition(".")
    if before and kind.isalpha():
        name = before
    words = [_ATTACHED.sub("", word) for word in _WORD.findall(name) if _is_of_the_name(word)]
    return " ".join(filter(None, words))


def _is_of_the_name(word: str) -> bool:
    return not (word in _COPY or _NUMBER.fullmatch(word) or _MONTH.fullmatch(word))
