"""Where the words of a text stand that ``folding.fold`` reads in it."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Signs that are part of a word exactly if they still are once folded; most texts have no other.
_SIMPLE = re.compile(
    r"[\x00-\x7f\xa0-\xbb\xbf-\xff\u0100-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    r"\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac]*"
)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end in ``text`` of each word of its folded form, in order.

    Signs such as "½" fold to several words; then each of them has the place of the sign.
    """
    if _SIMPLE.fullmatch(text):
        return [word.span() for word in _WORD.finditer(text)]
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in unicodedata.normalize("NFKD", sign):
            if unicodedata.category(letter) != "Mn":
                letters.append(letter)
                places.append(place)
    return [
        (places[word.start()], _with_marks(text, places[word.end() - 1] + 1))
        for word in _WORD.finditer("".join(letters))
    ]


def _with_marks(text: str, end: int) -> int:
    """``end``, moved behind the accents of the last letter where they are signs of their own."""
    while end < len(text) and unicodedata.category(text[end]) == "Mn":
        end += 1
    return end
