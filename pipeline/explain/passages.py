"""The words of an initiative that made a text rule match, with a few words around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.explain.words import word_spans
from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.rulebook.phrase_matcher import PhraseMatcher
    from pipeline.rulebook.rules import Rule

_AROUND = 5  # words on each side


class Passages:
    """Finds passages in the initiatives of a run.

    Args:
        matcher: The phrase lists of the run.
        names: What ``name_terms`` reads, by position.
        texts: What ``terms`` reads, by position.
    """

    def __init__(self, matcher: PhraseMatcher, *, names: list[str], texts: list[str]) -> None:
        self._matcher = matcher
        self._sources = {"name_terms": names, "terms": texts}
        # Folded as columns: folding one text alone costs as much as folding a thousand.
        self._folded = {
            fact: fold(pa.array(source, pa.large_string())).to_pylist()
            for fact, source in self._sources.items()
        }

    def passage(self, rule: Rule, position: int) -> str:
        """The first words that matched, such as "… consists of four projects known as …".

        Args:
            rule: A rule that matched.
            position: The initiative it matched.

        Returns:
            "" where the rule reads no text.
        """
        for comparison in comparisons(rule.when):
            if comparison.operator == "mentions_any" and isinstance(comparison.value, tuple):
                fact = comparison.fact
                folded = self._folded[fact][position]
                found = self._first(self._sources[fact][position], folded, comparison.value)
                if found:
                    return found
        return ""

    def _first(self, source: str, folded: str, lists: Iterable[str]) -> str:
        spans = [span for name in lists for span in self._matcher.spans(name, folded)]
        if not spans:
            return ""
        start, end = min(spans)
        words = word_spans(source)
        before = _word_count(folded[: start + 1])
        count = _word_count(folded[start:end])
        if len(words) != _word_count(folded):
            # Python and Arrow may know different signs; the folded words are right at least.
            return folded[start:end].strip()
        return _quoted(source, words, before, before + count)


def _word_count(folded: str) -> int:
    return sum(word != "." for word in folded.split())


def _quoted(source: str, words: list[tuple[int, int]], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), end + _AROUND)
    cut = " ".join(source[words[first][0] : words[last - 1][1]].split())
    return ("… " if first else "") + cut + (" …" if last < len(words) else "")
