"""Which headers are known at all, whoever knows them: used to find tables, not to map columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ingest.headers import comparable, understand
from schemas.aliases import alias_table, profiles
from schemas.columns import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A header is a label; whatever is longer is prose.
MOST_CHARACTERS = 500
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_NUMBER = re.compile(r"\b[0-9]{1,3}\b")


def variants(key: str) -> tuple[str, ...]:
    """Give a comparable header and its forms with ``{year}`` and ``{n}`` for the digits in it."""
    if not any(character.isdigit() for character in key):
        return (key,)
    return tuple(dict.fromkeys((key, _YEAR.sub("{year}", key), _NUMBER.sub("{n}", key))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Canonical columns by comparable header."""

    meaning: Mapping[str, str]

    def columns(self, texts: Iterable[str]) -> set[str]:
        """Name the canonical columns that some header texts stand for."""
        found = set()
        for text in texts:
            if text and len(text) <= MOST_CHARACTERS:
                found.add(self._meaning_of(text))
        return found - {""}

    def _meaning_of(self, text: str) -> str:
        for key in understand(text).keys:
            for variant in variants(key):
                if variant in self.meaning:
                    return self.meaning[variant]
        return ""

    def score(self, texts: Iterable[str]) -> int:
        """Tell how much a row looks like a header; a column for the name counts threefold."""
        columns = self.columns(texts)
        return len(columns) + 2 * ("name" in columns)

    def best_row(self, rows: Sequence[Sequence[str]]) -> int:
        """Give the score of the best of some rows."""
        return max(map(self.score, rows), default=0)


def vocabulary(extra: Mapping[str, Iterable[str]] | None = None) -> Vocabulary:
    """Collect the headers of the alias table, of every profile and of the user.

    Args:
        extra: Headers of the user's mapping file by canonical column.
    """
    meaning: dict[str, str] = {}
    for canonical, texts in (extra or {}).items():
        for text in texts:
            for key in understand(text).keys or (comparable(text),):
                meaning.setdefault(key, canonical)
    for name in NAMES:
        meaning.setdefault(name.replace("_", " "), name)
    for canonical, column in alias_table().columns.items():
        for alias in column.aliases:
            meaning.setdefault(alias.header, canonical)
    for profile in profiles().values():
        for canonical, known in profile.columns.items():
            for alias in known.headers:
                meaning.setdefault(alias.header, canonical)
    return Vocabulary(meaning=meaning)
