"""One cell of money taken apart: sign, number, magnitude, currency mark."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.parse import numbers
from pipeline.parse.currency import of_mark
from pipeline.parse.spellings import fold, spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["number", "magnitude", "currency", "minus", "word", "other"]

_LIMIT = 2_000
_TOKEN = re.compile(
    rf"(?P<number>{numbers.PATTERN})|(?P<mark>[A-Za-z]{{1,3}}\$|U\.S\.\$)"
    r"|(?P<word>[^\W\d_]+\.?)|(?P<other>[^\s\w]|_)"
)
# Not "1,234" alone: it may have decimals.
_PLAIN = re.compile(
    r"(?P<mark>[£$€])?(?P<whole>\d{1,15}|\d{1,3}(?:,\d{3}){2,5}|\d{1,3},\d{3}(?=\.))"
    r"(?:\.(?P<cents>\d{1,2}))?"
)
_NOTE = re.compile(r"(?<=.) ?\([^()]*\)[*†‡]?$|[*†‡]+$")
_MINUS = frozenset("-−–")  # noqa: RUF001
_RANGE = frozenset({"-", "−", "–", "—", "to", "and", "bis", "à", "a", "y"})  # noqa: RUF001
# Between a magnitude and its currency, at most two: "12 millions d'euros".
_JOINS = frozenset({"of", "de", "d", "'", "’"})  # noqa: RUF001
_ISO = 3


class Token(NamedTuple):
    """One piece of a cell; ``text`` is folded unless it is a number."""

    kind: Kind
    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """An amount as written. ``magnitude`` is ``None`` where the cell has no magnitude word.

    ``currency`` is an ISO code, "" for a mark that several currencies share, or ``None``.
    """

    number: numbers.Plain | numbers.Either
    negative: bool
    magnitude: Decimal | None
    currency: str | None


def read(text: str) -> Amount | str:
    """Read the one amount of a cell, or say why there is none.

    The whole cell may be the amount, with a note in brackets behind it; in running text there must
    be exactly one number with a currency or a magnitude word, and no range, bound or rate.
    """
    if len(text) > _LIMIT:
        return "The cell is a long text; enter the amount alone."
    plain = _PLAIN.fullmatch(text)
    if plain:
        return _plain(plain)
    flat = " ".join(unicodedata.normalize("NFKC", text).split())
    bracketed = flat.startswith("(") and flat.endswith(")") and flat.count("(") == 1
    flat = flat[1:-1].strip() if bracketed else _NOTE.sub("", flat)
    tokens = _tokens(flat)
    places = [place for place, token in enumerate(tokens) if token.kind == "number"]
    if not places:
        return ""
    fault = _ranges(tokens, places)
    if fault:
        return fault
    money = [place for place in places if len(places) == 1 or _is_money(tokens, place)]
    if len(money) != 1:
        return "The cell holds several amounts; enter the one that is the budget."
    return _amount(tokens, money[0], bracketed=bracketed)


def _plain(found: re.Match[str]) -> Amount:
    """Read "£1,234.50": most cells are so plain, and a portfolio has many."""
    mark: numbers.Mark | None = "point" if found["cents"] or found["whole"].count(",") > 1 else None
    written = f"{found['whole'].replace(',', '')}.{found['cents'] or '0'}"
    return Amount(
        number=numbers.Plain(Decimal(written), mark),
        negative=False,
        magnitude=None,
        currency=of_mark(found["mark"]) if found["mark"] else None,
    )


def _tokens(flat: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _TOKEN.finditer(flat):
        if found["number"]:
            tokens.append(Token("number", found["number"], found.start(), found.end()))
            continue
        tokens.extend(_words(found[0], found.start()))
    return tokens


def _words(word: str, start: int) -> list[Token]:
    """Name a word or sign; "EURm" and "TEUR" are two in one."""
    end = start + len(word)
    known = spellings()
    if word in _MINUS:
        return [Token("minus", word, start, end)]
    for spelling in (word, word.rstrip(".")):
        code = of_mark(spelling)
        if code is not None:
            return [Token("currency", code, start, end)]
        if fold(spelling) in known.magnitudes:
            return [Token("magnitude", fold(spelling), start, end)]
    head, tail = word[:_ISO], fold(word[_ISO:])
    if head in known.currency_codes and tail in known.magnitudes:
        return [Token("currency", head, start, end), Token("magnitude", tail, start, end)]
    if word == "TEUR":
        return [Token("magnitude", "k", start, end), Token("currency", "EUR", start, end)]
    return [Token("word" if word[0].isalpha() else "other", fold(word).rstrip("."), start, end)]


def _ranges(tokens: Sequence[Token], places: Sequence[int]) -> str:
    """Find two numbers with nothing but a range sign, marks and magnitudes between them."""
    for first, second in pairwise(places):
        between = tokens[first + 1 : second]
        if any(token.text in _RANGE for token in between) and all(
            token.kind in {"currency", "magnitude"} or token.text in _RANGE for token in between
        ):
            return "The cell gives a range; enter one amount."
    return ""


def _window(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """First and last token of the marks and magnitudes around a number."""
    first = last = place
    while first > 0 and tokens[first - 1].kind in {"currency", "magnitude"}:
        first -= 1
    # "£-5": the sign stands between mark and number.
    if first == place > 1 and _is_signed_behind_mark(tokens, place):
        first -= 2
    while last + 1 < len(tokens):
        ahead = last + 1
        while ahead < len(tokens) and ahead <= last + 2 and tokens[ahead].text in _JOINS:
            ahead += 1
        if ahead == len(tokens) or tokens[ahead].kind not in {"currency", "magnitude"}:
            break
        last = ahead
    return first, last


def _is_signed_behind_mark(tokens: Sequence[Token], place: int) -> bool:
    mark, minus, number = tokens[place - 2 : place + 1]
    together = mark.end == minus.start and minus.end == number.start
    return mark.kind == "currency" and minus.kind == "minus" and together


def _is_money(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a number in running text is an amount."""
    first, last = _window(tokens, place)
    marks = tokens[first : last + 1]
    loose = spellings().loose_magnitudes
    percent = last + 1 < len(tokens) and tokens[last + 1].text == "%"
    return not percent and any(
        token.kind == "currency" or (token.kind == "magnitude" and token.text in loose)
        for token in marks
    )


def _amount(tokens: Sequence[Token], place: int, *, bracketed: bool) -> Amount | str:
    first, last = _window(tokens, place)
    number = numbers.read(tokens[place].text)
    magnitudes = [token.text for token in tokens[first : last + 1] if token.kind == "magnitude"]
    currencies = [token.text for token in tokens[first : last + 1] if token.kind == "currency"]
    # "mil millones" is the one magnitude of two words.
    if number is None or len(magnitudes) > 1 + (magnitudes[:1] == ["mil"]):
        return ""
    before, after = list(tokens[:first]), list(tokens[last + 1 :])
    fault = _bound_or_rate(before, after)
    if fault:
        return fault
    inside = any(token.kind == "minus" for token in tokens[first:place])
    negative = inside or _is_negative(before, tokens[first].start)
    if before and (before[-1].kind == "minus" or before[-1].text == "+"):
        before.pop()
    whole = not after and all(token.text in spellings().approximately for token in before)
    if not whole and not _is_money(tokens, place):
        return ""
    magnitude = None
    for word in magnitudes:
        magnitude = (magnitude or 1) * spellings().magnitudes[word]
    told = [code for code in currencies if code]
    if len(set(told)) > 1:
        return "The cell names two currencies; enter one amount."
    return Amount(
        number=number,
        negative=negative != (bracketed and whole),
        magnitude=magnitude,
        currency=told[0] if told else ("" if currencies else None),
    )


def _is_negative(before: Sequence[Token], start: int) -> bool:
    """Tell a minus from a dash: it opens the cell, or sticks to the amount and to no word."""
    if not before or before[-1].kind != "minus":
        return False
    minus = before[-1]
    return len(before) == 1 or (minus.end == start and before[-2].end < minus.start)


def _bound_or_rate(before: Sequence[Token], after: Sequence[Token]) -> str:
    known = spellings()
    lead = " ".join(token.text for token in before[-3:])
    words = lead.split()
    bounded = any(" ".join(words[-length:]) in known.bounds for length in (1, 2, 3) if words)
    if bounded or (after and after[0].text == "+"):
        return "The cell gives a bound; enter the amount."
    # "p.a." comes as two words.
    if after and {after[0].text, "".join(token.text for token in after[:2])} & known.per_period:
        return "The cell gives a rate; enter the amount for the whole life."
    if after and after[0].text == "%":
        return "A percentage is not an amount."
    return ""
