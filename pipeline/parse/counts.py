"""Whole numbers, alone or inside a few words."""

from __future__ import annotations

import re
from typing import Final

from pipeline.parse import numbers
from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Reading
from pipeline.parse.spellings import fold, fold_choice, spellings

_LIMIT = 60
_LARGEST = 1_000_000_000
_NUMBER = re.compile(numbers.PATTERN)
_WORD = re.compile(r"[^\W\d_]+")
_NOTE = re.compile(r" ?\([^()]*\)$")

_UNREAD: Final = Reading(code="count-unread")
_SEVERAL: Final = Reading(
    code="count-unread", hint="The cell holds several numbers or a range; enter the one that holds."
)
_PARTS: Final = Reading(code="count-unread", hint="A count is a whole number; this one is not.")
_THOUSANDS: Final = Reading(
    code="count-unread", hint="It may mean thousands or a fraction; write 1200, without a point."
)
_BOUND_ABOVE: Final = Reading(
    code="count-unread", hint="The cell gives only an upper bound; enter the number."
)
_NEGATIVE: Final = Reading(code="count-negative")


def read(text: str) -> Reading | None:
    """Read one count.

    "44", "44.0", "1,200", "four", "44 projects", "approx. 40" and "~40" are counts. "10+", ">10"
    and "at least 10" become the least number that they allow, with a warning, because every rule
    asks for "so many or more"; "up to 10", "3-5" and "2.5" are unknown, with a warning.
    """
    if says_nothing(text, "value"):
        return None
    folded = _NOTE.sub("", fold(text[: _LIMIT + 1]))
    if not folded or len(folded) > _LIMIT:
        return _UNREAD
    found = list(_NUMBER.finditer(folded))
    if not found:
        return _words(folded)
    if len(found) > 1:
        return _SEVERAL
    number = found[0]
    return _around(folded[: number.start()].strip(), number[0], folded[number.end() :].strip())


def _around(before: str, written: str, after: str) -> Reading:
    """Read a number between the words before it and the words after it."""
    negative = before.endswith(("-", "−"))  # noqa: RUF001
    before = before.rstrip("-−").strip(" .")  # noqa: RUF001
    known = spellings()
    bound = known.bounds.get(before, "")
    if after.startswith("+") and not bound:
        bound, after = "at_least", after[1:].strip()
    approximate = not before or before in known.approximately
    words_follow = not after or (after[0].isalpha() and "%" not in after)
    if not words_follow or not (bound or approximate):
        return _UNREAD
    if any(word in known.numbers for word in _WORD.findall(after)):
        return _SEVERAL
    return _bounded(_whole(written), bound=bound, negative=negative)


def _whole(written: str) -> Reading:
    number = numbers.read(written)
    match number:
        case None:
            return _UNREAD
        case numbers.Either(point=point, comma=comma):
            # "1,200" is a count only with groups of thousands; "1.200" may be either.
            value = point if point == point.to_integral_value() and comma < point else None
        case numbers.Plain(value=plain):
            value = plain
    if value is None:
        return _THOUSANDS
    if value > _LARGEST:
        return _UNREAD
    return Reading(int(value)) if value == value.to_integral_value() else _PARTS


def _bounded(reading: Reading, *, bound: str, negative: bool) -> Reading:
    if reading.value is None:
        return reading
    if negative and reading.value > 0:
        return _NEGATIVE
    match bound:
        case "at_least":
            return Reading(reading.value, "count-bound")
        case "more_than":
            return Reading(reading.value + 1, "count-bound")
        case "at_most":
            return _BOUND_ABOVE
        case _:
            return reading


def _words(folded: str) -> Reading:
    """Read a number word, alone or before the things it counts."""
    known = spellings()
    words = fold_choice(folded).split()
    bound = ""
    for length in (3, 2, 1):
        lead = " ".join(words[:length]).strip(".")
        if lead in known.approximately or lead in known.bounds:
            bound = known.bounds.get(lead, "")
            words = words[length:]
            break
    for length in range(min(4, len(words)), 0, -1):
        value = known.numbers.get(" ".join(words[:length]))
        if value is not None:
            again = any(word in known.numbers for word in words[length:])
            return _SEVERAL if again else _bounded(Reading(value), bound=bound, negative=False)
    return _UNREAD
