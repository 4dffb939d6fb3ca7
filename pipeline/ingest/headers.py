"""Headers as people write them, made comparable; units and currencies in them are kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SUPERSCRIPTS = str.maketrans("", "", "¹²³⁰⁴⁵⁶⁷⁸⁹")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_MONEY_SIGN = re.compile(r"([£$€¥])")

_UNITS = {
    1_000: "k thousand thousands ths tsd 000s 000 mille miles",
    1_000_000: "m mm mn mln mio million millions millionen millones",
    1_000_000_000: "b bn bln billion billions mrd milliarden milliards",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_SIGNS = {"£": "GBP", "€": "EUR", "¥": "JPY"}
_CODES = "gbp eur usd cad aud nzd chf sek nok dkk pln czk huf jpy cny inr brl zar mxn sgd hkd"
_CURRENCY = {code: code.upper() for code in _CODES.split()} | {
    "euro": "EUR",
    "euros": "EUR",
    "sterling": "GBP",
    "pounds": "GBP",
}
_FILLER = frozenset({"in", "en", "of", "de"})
_DOLLARS = re.compile(r"\b(us|au|a|ca|c|nz)\$", re.IGNORECASE)
_DOLLAR = {"us": "USD", "au": "AUD", "a": "AUD", "ca": "CAD", "c": "CAD", "nz": "NZD"}
# "kEUR", "GBPm", "TEUR": a unit glued to a currency.
_GLUED = re.compile(
    r"(?P<before>k|t|m|mio|mn|bn)?(?P<code>[a-z]{3})(?P<after>k|m|mm|mn|mio|bn|b)?$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """One header.

    ``keys`` are its comparable forms, the most exact first: with the words in brackets, without
    them, without a unit at the end. ``brackets`` are the comparable words in brackets.
    ``unit`` multiplies amounts, ``None`` where the header is silent; ``currency`` is an ISO 4217
    code or "".
    """

    keys: tuple[str, ...]
    brackets: str = ""
    unit: int | None = None
    currency: str = ""


def comparable(text: str) -> str:
    """Fold case, punctuation, camelCase, snake_case and white space of a header."""
    folded = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS)).strip()
    if not any(character.isspace() for character in folded):
        folded = _CAMEL.sub(" ", folded)
    # "# of projects" is a count, where other number signs are noise.
    folded = re.sub(r"#\s*(?=of\b)", "number ", folded)
    return _NOT_WORD.sub(" ", folded.replace("%", " percent ").casefold()).strip()


@lru_cache(maxsize=4096)
def understand(text: str) -> Header:
    """Read one header."""
    clean = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
    inside = " ".join(filter(None, (next(filter(None, m), "") for m in _BRACKETS.findall(clean))))
    outside = _BRACKETS.sub(" ", clean)
    unit, currency = _money(_money_words(inside))
    bare, tail = _without_tail(outside)
    tail_unit, tail_currency = _money(tail)
    keys = dict.fromkeys(
        filter(None, (comparable(clean), comparable(outside), comparable(bare) if tail else ""))
    )
    return Header(
        keys=tuple(keys),
        brackets=comparable(inside),
        unit=unit if unit is not None else tail_unit,
        currency=currency or tail_currency,
    )


def _money_words(text: str) -> list[str]:
    """Cut into words, with signs of currency as words of their own: "£m" is two."""
    spaced = _DOLLARS.sub(lambda m: f" {_DOLLAR[m[1].casefold()]} ", text.replace("_", " "))
    return _MONEY_SIGN.sub(r" \1 ", spaced).split()


def _without_tail(text: str) -> tuple[str, list[str]]:
    """Split "Budget in k€" into "Budget" and the words about money at its end."""
    words = _money_words(text)
    tail: list[str] = []
    while len(words) > 1:
        unit, currency = _read_word(words[-1])
        filler = bool(tail) and words[-1].casefold() in _FILLER
        if unit is None and not currency and not filler and words[-1] not in "£$€¥":
            break
        tail.insert(0, words.pop())
    # A single letter is a unit only beside a currency: "Phase B" is no billion.
    if any(len(word) > 1 or word in "£$€¥" for word in tail):
        return " ".join(words), tail
    return text, []


def _money(words: list[str]) -> tuple[int | None, str]:
    unit: int | None = None
    currency = ""
    for word in words:
        word_unit, word_currency = _read_word(word)
        unit = unit if unit is not None else word_unit
        currency = currency or word_currency
    return unit, currency


def _read_word(word: str) -> tuple[int | None, str]:
    """Read one word as a unit, a currency, or both."""
    word = word.casefold().strip(".,;:*?/'-")
    if word in _UNIT:
        return _UNIT[word], ""
    if word in _SIGNS or word in _CURRENCY:
        return None, _SIGNS.get(word) or _CURRENCY[word]
    match = _GLUED.match(word)
    if not match or match["code"] not in _CURRENCY:
        return None, ""
    before = "k" if match["before"] == "t" else match["before"]
    return _UNIT.get(match["after"] or before or ""), _CURRENCY[match["code"]]
