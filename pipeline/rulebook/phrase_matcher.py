"""Finds phrase lists in texts: one pass for all anchors, a linear-time check of the few hits."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ahocorasick_rs
import numpy as np
import re2

from pipeline.rulebook.phrase_syntax import CompiledPhrase, compile_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.rulebook.rules import PhraseList


_NO_WORD = "\x02"


class PhraseMatcher:
    """Phrase lists, compiled once.

    Args:
        lists: Phrase lists by id.
    """

    def __init__(self, lists: Mapping[str, PhraseList]) -> None:
        self.lists = dict(lists)
        self._phrases: list[tuple[str, bool, CompiledPhrase]] = [
            (name, is_trap, compile_phrase(phrase))
            for name, phrase_list in self.lists.items()
            for is_trap, phrases in ((False, phrase_list.phrases), (True, phrase_list.unless))
            for phrase in phrases
        ]
        self._own: dict[str, list[int]] = defaultdict(list)
        for place, (name, is_trap, _) in enumerate(self._phrases):
            if not is_trap:
                self._own[name].append(place)
        anchored: dict[str, list[int]] = defaultdict(list)
        for place, (_, _, phrase) in enumerate(self._phrases):
            for anchor in phrase.anchors:
                anchored[anchor].append(place)
        self._anchored = list(anchored.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(anchored)) if anchored else None

    @cached_property
    def _patterns(self) -> list[Any]:
        return [re2.compile(phrase.pattern) for _, _, phrase in self._phrases]

    @cached_property
    def _traps(self) -> dict[str, list[Any]]:
        """Patterns, by list, of the phrases in which its words mean something else."""
        traps: dict[str, list[Any]] = defaultdict(list)
        for (name, is_trap, _), pattern in zip(self._phrases, self._patterns, strict=True):
            if is_trap:
                traps[name].append(pattern)
        return traps

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
        lists: set[str] = set()
        trapped: set[str] = set()
        for name, is_trap, place in self._hits(text):
            if is_trap:
                trapped.add(name)
            elif name not in lists and self._matches(place, text):
                lists.add(name)
        return {name for name in lists if name not in trapped or self.spans(name, text)}

    def _hits(self, text: str) -> Iterable[tuple[str, bool, int]]:
        if self._automaton is None:
            return
        anchors = {
            index for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)
        }
        for index in anchors:
            for place in self._anchored[index]:
                name, is_trap, _ = self._phrases[place]
                yield name, is_trap, place

    def _matches(self, place: int, text: str) -> bool:
        return self._phrases[place][2].is_literal or bool(self._patterns[place].search(text))

    def spans(self, name: str, text: str) -> list[tuple[int, int]]:
        """Where one list is found in a folded text, traps left out; first of each phrase only."""
        masked = _masked(text, self._traps.get(name, ()))
        matches = (self._patterns[place].search(masked) for place in self._own[name])
        return sorted(match.span() for match in matches if match)


def _masked(text: str, traps: Iterable[Any]) -> str:
    """The text without the words of any trap: places stay, and no phrase reads across the gap."""
    spans = sorted(span for trap in traps for span in _occurrences(trap, text))
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        # The spaces at both ends belong to the neighbors, too.
        first, last = max(start + 1, done), end - 1
        if first < last:
            pieces += (text[done:first], _NO_WORD * (last - first))
            done = last
    return "".join((*pieces, text[done:]))


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
