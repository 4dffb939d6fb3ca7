"""The spellings of ``schemas/values.yaml``, folded and turned round for look-up."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HYPHENS = str.maketrans(dict.fromkeys("-_/‐‑‒–—", " "))  # noqa: RUF001 -- dashes of all widths


def fold(text: str) -> str:
    """NFKC, lower case, and every run of white space as one space, none at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def fold_choice(text: str) -> str:
    """As ``fold``, with hyphens, underscores and slashes as spaces."""
    return " ".join(fold(text).translate(_HYPHENS).split())


def without_accents(text: str) -> str:
    """Letters without their marks, such as "decembre" for "décembre"."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True, kw_only=True, slots=True)
class Spellings:
    """What ``schemas/values.yaml`` says, ready for look-up; every text key is folded."""

    missing: Mapping[str, frozenset[str]]
    missing_prefixes: Mapping[str, tuple[str, ...]]
    yes_no: Mapping[str, bool]
    choices: Mapping[str, Mapping[str, str]]
    magnitudes: Mapping[str, Decimal]
    loose_magnitudes: frozenset[str]
    currency_marks: Mapping[str, str]
    currency_names: Mapping[str, str]
    currency_codes: frozenset[str]
    dollar_codes: frozenset[str]
    approximately: frozenset[str]
    bounds: Mapping[str, str]
    per_period: frozenset[str]
    months: Mapping[str, int]
    date_words: Mapping[str, str]
    fiscal_year_starts: Mapping[str, int]
    numbers: Mapping[str, int]
    name_suffixes: frozenset[str]


@cache
def spellings() -> Spellings:
    """Read ``schemas/values.yaml``, once."""
    text = files("schemas").joinpath("values.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = strict_yaml.load(text, name="values.yaml")
    return Spellings(
        missing=_missing(data["missing"]),
        missing_prefixes=_prefixes(data["missing"]["prefixes"]),
        yes_no={
            fold(word): answer == "yes"
            for answer, words in data["yes_no"].items()
            for word in words
        },
        choices={column: _choices(values) for column, values in data["choices"].items()},
        magnitudes={
            fold(word): Decimal(factor)
            for factor, words in data["magnitudes"].items()
            for word in words
        },
        loose_magnitudes=_folded(data["loose_magnitudes"]),
        currency_marks={fold(mark): code for mark, code in data["currency_marks"].items()},
        currency_names={fold(name): code for name, code in data["currency_names"].items()},
        currency_codes=frozenset(data["currency_codes"]),
        dollar_codes=frozenset(data["dollar_codes"]),
        approximately=_folded(data["approximately"]),
        bounds={
            fold(word): bound
            for bound in ("at_least", "more_than", "at_most")
            for word in data[bound]
        },
        per_period=_folded(data["per_period"]),
        months={word: month for month, words in data["months"].items() for word in words},
        date_words=_date_words(data),
        fiscal_year_starts=data["fiscal_year_starts"],
        numbers=_numbers(data["number_words"]),
        name_suffixes=_folded(data["name_suffixes"]),
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def _missing(lists: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """Each kind's list holds those of the kinds that are less wary."""
    identifier = _folded(lists["identifier"])
    text = identifier | _folded(lists["text"])
    value = text | _folded(lists["value"])
    return {
        "identifier": identifier,
        "text": text,
        "value": value,
        "date": value | _folded(lists["date"]),
    }


def _prefixes(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    text = tuple(sorted(_folded(lists["text"])))
    value = (*text, *sorted(_folded(lists["value"])))
    return {"identifier": (), "text": text, "value": value, "date": value}


def _choices(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {
        fold_choice(spelling): value
        for value, spellings_ in values.items()
        for spelling in (value, *spellings_)
    }


def _date_words(data: Mapping[str, Any]) -> dict[str, str]:
    """Word without accents → what it does in a date; a month name is in ``months`` instead."""
    words = {word: "skip" for part in ("weekdays", "date_fillers") for word in data[part]}
    words |= dict.fromkeys(data["fiscal_words"], "fiscal")
    words |= dict.fromkeys(data["quarter_words"], "quarter")
    words |= dict.fromkeys(data["half_words"], "half")
    return words | {word: words.get(word, "ordinal") for word in data["ordinals"]}


def _numbers(words: Mapping[str, Any]) -> dict[str, int]:
    """Number words of zero to a hundred; hyphens as spaces."""
    table: dict[str, int] = {}
    for language in ("en", "fr"):
        below_twenty: list[str] = words[language]
        table |= {word: value for value, word in enumerate(below_twenty)}
        for ten, name in enumerate(words[f"{language}_tens"], start=2):
            # French counts from sixty and from eighty up to nineteen.
            base = ten * 10 if language == "en" or ten not in {7, 9} else ten * 10 - 10
            table.setdefault(name, base)
            for unit in range(1, 20 if base != ten * 10 or ten in {6, 8} else 10):
                table.setdefault(f"{name} {below_twenty[unit]}", base + unit)
                if unit in {1, 11}:
                    table.setdefault(f"{name} et {below_twenty[unit]}", base + unit)
    table |= words["others"]
    return {fold_choice(word): value for word, value in table.items()}
