"""Small, wrong versions of a phrase list, and the texts that tell them from the list itself.

Each phrase and each "unless" is dropped, and each alternative of an ``a|b`` in them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.phrase_texts import Variant, around, texts, variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.rulebook.rules import PhraseList

_MOST_TRIED = 300  # texts for one mutant, before it is given up
_MOST_SPELLINGS = 4  # of a trap, to be joined with phrases
_FOUND, _SEEN, _TRAPS = "found", "seen", "traps"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseMutant:
    """A phrase list with one spelling less.

    ``path`` is where, such as "phrases.3"; ``variant`` is ``None`` where the whole phrase is
    dropped; ``is_trap`` tells that the phrase stands under "unless".
    """

    path: str
    change: str
    phrase: str
    variant: Variant | None
    is_trap: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A text, folded too, and what of a list is found in it.

    ``found`` are the phrases that count, ``seen`` those that would if the list had no traps, and
    ``traps`` the phrases under "unless".
    """

    text: str
    folded: str
    found: frozenset[str]
    seen: frozenset[str]
    traps: frozenset[str]


def phrase_mutants(phrases: PhraseList) -> Iterator[PhraseMutant]:
    """Every mutant of a phrase list, in the order of the file."""
    for key, listed in (("phrases", phrases.phrases), ("unless", phrases.unless)):
        for index, phrase in enumerate(listed):
            for variant in (None, *variants(phrase)):
                dropped = repr(variant.dropped if variant else phrase)
                yield PhraseMutant(
                    path=f"{key}.{index}",
                    change=f"without {dropped}",
                    phrase=phrase,
                    variant=variant,
                    is_trap=key == "unless",
                )


class PhraseListMutants:
    """All mutants of one phrase list, ready to read texts."""

    def __init__(self, phrases: PhraseList) -> None:
        self.phrases = phrases
        self.mutants = tuple(phrase_mutants(phrases))
        # Each phrase as a list of its own: where the whole list is found, one of them is, and
        # where only one is, the list without it is not. So most mutants need no matcher.
        self._own = PhraseMatcher(
            {
                f"{family} {phrase}": replace(phrases, phrases=(phrase,), unless=traps)
                for family, listed, traps in (
                    (_FOUND, phrases.phrases, phrases.unless),
                    (_SEEN, phrases.phrases, ()),
                    (_TRAPS, phrases.unless, ()),
                )
                for phrase in listed
            }
        )
        self._versions: dict[tuple[PhraseMutant, bool], PhraseMatcher] = {}
        self._known: dict[str, Reading] = {}
        self._joined: dict[str, list[str]] = {}

    def read(self, several: Sequence[str]) -> list[Reading]:
        """What the list finds in each of some texts."""
        fresh = [text for text in dict.fromkeys(several) if text not in self._known]
        for text, folded in zip(fresh, _folded(fresh), strict=True):
            hits = [hit.split(" ", 1) for hit in self._own.found_in(folded)]
            found, seen, traps = (
                frozenset(phrase for family, phrase in hits if family == wanted)
                for wanted in (_FOUND, _SEEN, _TRAPS)
            )
            self._known[text] = Reading(
                text=text, folded=folded, found=found, seen=seen, traps=traps
            )
        return [self._known[text] for text in several]

    def notices(self, mutant: PhraseMutant, reading: Reading) -> bool:
        """Whether a mutant reads a text in another way than the list."""
        if mutant.is_trap:
            # A trap that is not there hides nothing, and where nothing is seen nothing is hidden.
            return (
                mutant.phrase in reading.traps
                and bool(reading.seen)
                and bool(reading.found) is not self._finds(mutant, reading)
            )
        return (
            reading.found == {mutant.phrase}
            and _may_read(mutant.variant, reading)
            and not self._finds(mutant, reading)
        )

    def _finds(self, mutant: PhraseMutant, reading: Reading) -> bool:
        """Whether what is left is found: of the phrase if one is dropped, of the list if a trap."""
        if not mutant.is_trap and mutant.variant is None:
            return False
        key = (mutant, bool(reading.traps))
        if key not in self._versions:
            version = self._version(mutant, with_traps=key[1])
            self._versions[key] = PhraseMatcher({_FOUND: version})
        return bool(self._versions[key].found_in(reading.folded))

    def _version(self, mutant: PhraseMutant, *, with_traps: bool) -> PhraseList:
        """The list of a trap's mutant; of a phrase's mutant what is left of the phrase."""
        changed = (mutant.variant.phrase,) if mutant.variant else ()
        if not mutant.is_trap:
            unless = self.phrases.unless if with_traps else ()  # slow to compile
            return replace(self.phrases, phrases=changed, unless=unless)
        kept = tuple(trap for trap in self.phrases.unless if trap != mutant.phrase)
        return replace(self.phrases, unless=(*kept, *changed))

    def suggestion(self, mutant: PhraseMutant) -> Reading | None:
        """A text that tells a mutant from the list, or ``None`` where none is known."""
        tried = islice(self._texts(mutant), _MOST_TRIED)
        while some := list(islice(tried, 12)):
            for reading in self.read(some):
                if self.notices(mutant, reading):
                    return reading
        return None

    def _texts(self, mutant: PhraseMutant) -> Iterable[str]:
        spelled = texts(mutant.phrase, mutant.variant)
        if not mutant.is_trap:
            return spelled
        traps = list(spelled)
        joined = map(self._around, traps[:_MOST_SPELLINGS])
        return dict.fromkeys(chain(traps, chain.from_iterable(joined)))

    def _around(self, trap: str) -> list[str]:
        if trap not in self._joined:
            self._joined[trap] = list(dict.fromkeys(around(trap, self.phrases.phrases)))
        return self._joined[trap]


def _may_read(variant: Variant | None, reading: Reading) -> bool:
    """Whether the word that a variant drops can be one of the text's: quick to tell, often not."""
    if variant is None or not variant.dropped.isascii():
        return True
    return f" {variant.dropped.removesuffix('*').replace('+', ' ')}" in reading.folded


def _folded(several: Sequence[str]) -> list[str]:
    """``fold`` of some texts; those made of plain words already are, but for the spaces around."""
    if all(text.isascii() and text.replace(" ", "a").isalnum() for text in several):
        return [f" {text.lower()} " for text in several]
    folded: list[str] = fold(pa.array(several, pa.large_string())).to_pylist()
    return folded
