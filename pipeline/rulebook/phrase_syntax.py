"""The small language of phrases, compiled to one linear-time pattern each.

word      that word          word*   any word that begins so        a|b   either
#         a number from two up, in digits or words                  _     any one word
...       up to three words  [word]  that word or nothing           a+b   both, in a row
~         under "unless" only: any phrase of the list, so that "not ... ~" takes back what is denied

Between a denial and what it denies there is no word of ``TURNS``: "not only four projects" and "not
a project but four" deny no four projects.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.rulebook.folding import fold_one

if TYPE_CHECKING:
    from collections.abc import Sequence

_JOINTS = "[-\N{EN DASH}/'\N{RIGHT SINGLE QUOTATION MARK}]"
# Folded text has nothing else: letters and digits, a space, " . " and what stands for masked words.
_WORD = r"[^ .\x02]+"
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
    "|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn"
)
# Three digits at most, so that years are no counts.
_NUMBER = rf"(?:[2-9]|[1-9][0-9]{{1,2}}|{_NUMBER_WORDS})"
_SLOT = re.compile(r"[^\s|*\[\]]+\*?(?:\|[^\s|*\[\]]+\*?)*")
MIN_LETTERS = 3
ITSELF = "~"
TURNS = frozenset(("only", "just", "merely", "simply", "alone", "but", "because", "until"))


class PhraseFault(ValueError):  # noqa: N818 -- named for what it tells of
    """A phrase that cannot be read."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}. {hint}")
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledPhrase:
    """``pattern`` is for RE2 over folded text; it begins and ends with a space."""

    phrase: str
    pattern: str


@dataclass(frozen=True, slots=True)
class _Piece:
    pattern: str
    least: int = 0  # letters that a match has at least; 0 where nothing is written out
    is_plain: bool = False  # one word, just so


def compile_phrase(phrase: str, own: Sequence[str] = ()) -> CompiledPhrase:
    """Compile one phrase.

    Args:
        phrase: The phrase.
        own: Phrases of its list, for which "~" stands; without them it stands for any word.

    Raises:
        PhraseFault: Empty, not in the language, or without a word of its own to look for.
    """
    slots = slots_of(phrase)
    if not slots:
        raise PhraseFault("is empty", "Write at least one word")
    pieces = [_any_of(own) if slot == ITSELF else _piece(slot) for slot in slots]
    if not _has_own_words(pieces):
        raise PhraseFault(
            "has no word of its own to look for",
            f"Add a plain word of {MIN_LETTERS} letters or more",
        )
    pattern = " " + "".join(piece.pattern for piece in pieces)
    return CompiledPhrase(phrase=phrase, pattern=pattern)


def slots_of(phrase: str) -> list[str]:
    """The parts of a phrase, one for each word or gap of a text."""
    # Hyphens join words in running text as in phrases; both read as a space.
    return re.sub(_JOINTS, " ", phrase.lower()).split()


def _any_of(phrases: Sequence[str]) -> _Piece:
    """Any of some phrases, which may not be there yet."""
    patterns = [compile_phrase(phrase).pattern.removeprefix(" ") for phrase in phrases]
    return _Piece(f"(?:{'|'.join(patterns)})" if patterns else f"{_WORD} ")


def _piece(slot: str) -> _Piece:
    if slot == "#":
        return _Piece(f"{_NUMBER} ")
    if slot == "_":
        return _Piece(f"{_WORD} ")
    if slot == "...":
        return _Piece(f"(?:{_WORD} ){{0,3}}")
    if slot.startswith("[") and slot.endswith("]"):
        return _Piece(f"(?:{_piece(slot[1:-1]).pattern})?")
    if not _SLOT.fullmatch(slot):
        raise PhraseFault(
            f"{slot!r} is no word",
            "Use words, word*, a|b, a+b, [optional], # for a number, _ for a word, ... for a few",
        )
    options = slot.split("|")
    words = [" ".join(map(_folded, option.removesuffix("*").split("+"))) for option in options]
    stems = [option.endswith("*") for option in options]
    patterns = [
        word + (_WORD.replace("+", "*") if stem else "")
        for word, stem in zip(words, stems, strict=True)
    ]
    least = min(map(len, words))
    if len(options) == 1:
        return _Piece(f"{patterns[0]} ", least, is_plain=not stems[0])
    return _Piece(f"(?:{'|'.join(patterns)}) ", least)


@cache
def _folded(word: str) -> str:
    if word.isascii() and word.isalnum():  # nearly all; folding a column of one is slow
        return word.lower()
    is_word = all(sign.isalnum() or unicodedata.category(sign) == "Mn" for sign in word)
    folded = fold_one(word).strip()
    if not is_word or not folded.isalnum():
        raise PhraseFault(f"{word!r} is no word", "Words are letters and digits only")
    return folded


def _has_own_words(pieces: list[_Piece]) -> bool:
    """Whether every match holds a word, or plain words in a row, long enough to mean something."""
    run = 0
    for piece in pieces:
        run = run + piece.least + 1 if piece.is_plain and run else piece.least
        if run >= MIN_LETTERS:
            return True
        if not piece.is_plain:
            run = 0
    return False
