"""Finds phrase lists in texts: one pass for all anchors, then a linear-time check of the few hits."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ahocorasick_rs
import numpy as np
import re2

from pipeline.rulebook.phrase_syntax import CompiledPhrase, compile_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.rulebook.rules import PhraseList


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
    def _traps(self) -> dict[str, Any]:
        """One pattern a list over all phrases in which its words mean something else."""
        return {
            name: re2.compile("|".join(compile_phrase(trap).pattern for trap in item.unless))
            for name, item in self.lists.items()
            if item.unless
        }

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
        trap = self._traps.get(name)
        masked = trap.sub(lambda found: _mask(found.group()), text) if trap else text
        matches = (self._patterns[place].search(masked) for place in self._own[name])
        return sorted(match.span() for match in matches if match)


def _mask(found: str) -> str:
    """As many characters, none of them a word: places in the text stay as they are."""
    return " " + "\x02" * (len(found) - 2) + " "
