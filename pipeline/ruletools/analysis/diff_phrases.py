"""Phrase lists of two rulebooks that differ, with texts that only one of the two finds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.phrase_texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.rulebook.rules import PhraseList, Ruleset

_MOST: Final = 3  # texts to show of each kind
_TRIED: Final = 6  # made of each phrase, beside the examples


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPhrases:
    """A phrase list whose spellings differ.

    ``gained`` and ``lost`` are a few texts that only the new and only the old list finds, examples
    of the lists first. The solver cannot tell which initiatives that touches.
    """

    id: str
    added: tuple[str, ...]
    gone: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def changed_phrases(old: Ruleset, new: Ruleset) -> Iterator[ChangedPhrases]:
    """Every list that has other spellings, by id."""
    for name in sorted({*old.phrases, *new.phrases}):
        before, after = old.phrases.get(name), new.phrases.get(name)
        was, now = _spellings(before), _spellings(after)
        if set(was) == set(now):
            continue
        added = tuple(phrase for phrase in now if phrase not in was)
        gone = tuple(phrase for phrase in was if phrase not in now)
        tried = tuple(dict.fromkeys(_tried((before, after), (*added, *gone))))
        folded: list[str] = fold(pa.array(tried, pa.large_string())).to_pylist()  # at once: quicker
        both = list(zip(tried, folded, strict=True))
        found_before, found_after = _found(before, both), _found(after, both)
        yield ChangedPhrases(
            id=name,
            added=added,
            gone=gone,
            gained=_few(text for text in tried if text in found_after - found_before),
            lost=_few(text for text in tried if text in found_before - found_after),
        )


def _spellings(found: PhraseList | None) -> tuple[str, ...]:
    """Phrases of a list, exceptions marked; in order, so that a diff reads like the file."""
    if found is None:
        return ()
    return (*found.phrases, *(f"unless {phrase}" for phrase in found.unless))


def _tried(lists: Iterable[PhraseList | None], differing: Iterable[str]) -> Iterator[str]:
    """Texts that may tell two lists apart: their examples, then what the phrases describe."""
    for each in lists:
        yield from (example.text for example in each.examples) if each else ()
    for phrase in differing:
        yield from islice(texts(phrase.removeprefix("unless ")), _TRIED)


def _found(phrases: PhraseList | None, tried: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Which of some texts, each with its folded form, a list finds."""
    if phrases is None:
        return frozenset()
    matcher = PhraseMatcher({phrases.id: phrases})
    return frozenset(text for text, folded in tried if matcher.found_in(folded))


def _few(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(found, _MOST))
