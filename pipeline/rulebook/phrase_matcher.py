"""Finds phrase lists in texts: every phrase of every list in one linear pass over each text."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import re2

from pipeline.rulebook.phrase_syntax import ITSELF, TURNS, compile_phrase, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.rulebook.rules import PhraseList

_NO_WORD = "\x02"
_FAR = 5  # words of a denial before the phrase that it denies, at most
# RE2 builds its automaton as it reads and starts over when this is full; more only makes it faster.
_MEMORY = 128 * 1024 * 1024


class PhraseMatcher:
    """Phrase lists, compiled once.

    Args:
        lists: Phrase lists by id.
    """

    def __init__(self, lists: Mapping[str, PhraseList]) -> None:
        self.lists = dict(lists)
        # List, whether it is a phrase in which the list's words mean something else, pattern.
        self._denials = frozenset(
            compile_phrase(phrase, phrase_list.phrases).pattern
            for phrase_list in self.lists.values()
            for phrase in phrase_list.unless
            if ITSELF in slots_of(phrase)
        )
        self._phrases: list[tuple[str, bool, str]] = [
            (name, is_trap, compile_phrase(phrase, phrase_list.phrases if is_trap else ()).pattern)
            for name, phrase_list in self.lists.items()
            for is_trap, phrases in ((False, phrase_list.phrases), (True, phrase_list.unless))
            for phrase in phrases
        ]

    @cached_property
    def _all(self) -> Any:  # noqa: ANN401 -- re2 has no types
        """All patterns as one, and a sentinel at the end that every folded text matches."""
        options = re2.Options()
        options.max_mem = _MEMORY
        patterns = re2.Set.SearchSet(options)
        for _, _, pattern in self._phrases:
            patterns.Add(pattern)
        patterns.Add(" ")
        patterns.Compile()
        return patterns

    @cached_property
    def _patterns(self) -> dict[tuple[str, bool], list[Any]]:
        """Phrases of each list, and its traps, one by one."""
        patterns: dict[tuple[str, bool], list[Any]] = defaultdict(list)
        for name, is_trap, pattern in self._phrases:
            patterns[name, is_trap].append(re2.compile(pattern))
        return patterns

    def match(self, folded: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
        """Where each phrase list is found.

        Args:
            folded: Texts as ``folding.fold`` makes them.

        Returns:
            One array of ``len(folded)`` for each list that is found anywhere.
        """
        hits: dict[str, list[int]] = defaultdict(list)
        for position, text in enumerate(folded):
            for name in self.found_in(text):
                hits[name].append(position)
        found = {}
        for name, positions in hits.items():
            found[name] = np.zeros(len(folded), bool)
            found[name][positions] = True
        return found

    def found_in(self, text: str) -> set[str]:
        """Ids of the phrase lists found in one folded text."""
        places = self._all.Match(text) or ()
        if len(self._phrases) not in places:
            # RE2 tells that its memory is full by finding nothing, not even the sentinel.
            places = self._one_by_one(text)
        lists: set[str] = set()
        trapped: set[str] = set()
        for place in places:
            if place < len(self._phrases):
                name, is_trap, _ = self._phrases[place]
                (trapped if is_trap else lists).add(name)
        return {name for name in lists if name not in trapped or self.spans(name, text)}

    def _one_by_one(self, text: str) -> list[int]:
        """What the search of all patterns at once gives, with the memory of one at a time."""
        return [
            place
            for place, (_, _, pattern) in enumerate(self._phrases)
            if re2.search(pattern, text)
        ]

    def spans(self, name: str, text: str) -> list[tuple[int, int]]:
        """Where one list is found in a folded text, traps left out; first of each phrase only."""
        traps = self._patterns.get((name, True), ())
        masked = _masked(text, [(trap, trap.pattern in self._denials) for trap in traps])
        matches = (pattern.search(masked) for pattern in self._patterns.get((name, False), ()))
        return sorted(match.span() for match in matches if match)


def _masked(text: str, traps: Iterable[tuple[Any, bool]]) -> str:
    """The text without the words of any trap: places stay, and no phrase reads across the gap.

    ``traps`` are patterns, and whether each denies a phrase of the list.
    """
    spans = sorted(
        span
        for trap, is_denial in traps
        for span in _occurrences(trap, text)
        if not (is_denial and _turns(text[slice(*span)]))
    )
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        # The spaces at both ends belong to the neighbors, too.
        first, last = max(start + 1, done), end - 1
        if first < last:
            pieces += (text[done:first], _NO_WORD * (last - first))
            done = last
    return "".join((*pieces, text[done:]))


def _turns(denial: str) -> bool:
    """Whether "not" and what seems denied are parted by such a word as "only" or "but"."""
    return not TURNS.isdisjoint(denial.split(maxsplit=_FAR)[:_FAR])


def _occurrences(pattern: Any, text: str) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """Where a pattern matches, also where one occurrence overlaps the one before."""
    # Searched in bytes: from text RE2 would make them anew for each search.
    encoded = text.encode()
    is_plain = len(encoded) == len(text)
    at = characters = 0
    while found := pattern.search(encoded, at):
        start, end = found.span()
        if not is_plain:
            characters += len(encoded[at:start].decode())
            yield characters, characters + len(encoded[start:end].decode())
            characters += 1  # every pattern starts with a space
        else:
            yield start, end
        at = start + 1
