"""The words of an initiative that made a text rule match, with a few words around them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.folding import fold_one

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.rulebook.phrase_matcher import PhraseMatcher
    from pipeline.rulebook.rules import Rule

_AROUND = 5  # words on each side
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")


class Passages:
    """Finds passages; texts are folded once each.

    Args:
        matcher: The phrase lists of the run.
    """

    def __init__(self, matcher: PhraseMatcher) -> None:
        self._matcher = matcher
        self._fold = lru_cache(maxsize=64)(fold_one)

    def passage(self, rule: Rule, *, text: str, name: str) -> str:
        """The first words that matched, such as "… consists of four projects known as …".

        Args:
            rule: A rule that matched.
            text: What ``terms`` reads.
            name: What ``name_terms`` reads.

        Returns:
            "" where the rule reads no text.
        """
        for comparison in comparisons(rule.when):
            if comparison.operator == "mentions_any" and isinstance(comparison.value, tuple):
                source = name if comparison.fact == "name_terms" else text
                found = self._first(source, comparison.value)
                if found:
                    return found
        return ""

    def _first(self, source: str, lists: Iterable[str]) -> str:
        folded = self._fold(source)
        spans = [span for name in lists for span in self._matcher.spans(name, folded)]
        if not spans:
            return ""
        start, end = min(spans)
        words = list(_WORD.finditer(source))
        before = _word_count(folded[: start + 1])
        count = _word_count(folded[start:end])
        if before + count > len(words):
            # A sign such as "½" folds to several words; then the words do not line up.
            return folded[start:end].strip()
        return _quoted(source, words, before, before + count)


def _word_count(folded: str) -> int:
    return sum(word != "." for word in folded.split())


def _quoted(source: str, words: list[re.Match[str]], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), end + _AROUND)
    cut = " ".join(source[words[first].start() : words[last - 1].end()].split())
    return ("… " if first else "") + cut + (" …" if last < len(words) else "")
