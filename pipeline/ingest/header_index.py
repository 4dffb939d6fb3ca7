"""The headers of one file, found by what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.ingest.headers import Header, understand
from pipeline.ingest.vocabulary import MOST_CHARACTERS, variants
from schemas.aliases import alias_table
from schemas.columns import BY_NAME

if TYPE_CHECKING:
    from pipeline.ingest.contents import Contents
    from schemas.aliases import Alias

NO_HEADER = Header(keys=())
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b|\bfy ?[0-9]{2}\b")


def header_of(text: str) -> Header:
    """Read a header; what is too long to be one has no meaning."""
    return understand(text) if len(text) <= MOST_CHARACTERS else NO_HEADER


@dataclass(kw_only=True, slots=True)
class Headers:
    """The headers of one file by comparable form, and which of them are spoken for."""

    contents: Contents
    by_label: dict[str, Header]
    by_key: dict[str, list[str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    together: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for label, header in self.by_label.items():
            for key in header.keys:
                for variant in variants(key):
                    self.by_key.setdefault(variant, []).append(label)

    def find(self, alias: Alias, canonical: str) -> list[str]:
        """Labels that an alias means, in order of preference."""
        labels = [
            label
            for label in self.by_key.get(alias.header, ())
            if label not in self.taken and not self._is_trap(label, alias.header, canonical)
        ]
        if not labels or not self._holds(alias):
            return []
        if "{year}" in alias.header:
            return sorted(labels, key=_digits, reverse=True)
        return sorted(labels, key=_digits) if "{n}" in alias.header else labels

    def _is_trap(self, label: str, key: str, canonical: str) -> bool:
        """Tell "Budget (2013/14)", which is no whole-life budget, from "Budget (GBP m)"."""
        header = self.by_label[label]
        if BY_NAME[canonical].kind != "money" or not header.brackets or key == header.keys[0]:
            return False
        words = f" {header.brackets} "
        return bool(_YEAR.search(words)) or any(
            f" {trap} " in words for trap in alias_table().bracket_traps
        )

    def _holds(self, alias: Alias) -> bool:
        if alias.when_also and not any(self._has(other, alias) for other in alias.when_also):
            return False
        return not any(self._has(other, alias) for other in alias.unless_also)

    def _has(self, wanted: str, alias: Alias) -> bool:
        if not wanted.startswith("column:"):
            return wanted in self.by_key
        column = alias_table().columns[wanted.removeprefix("column:")]
        return any(
            other.header in self.by_key
            for other in column.aliases
            if not any(
                text.startswith("column:") for text in (*other.unless_also, *other.when_also)
            )
            and other.header != alias.header
        )

    def is_filled(self, label: str) -> bool:
        """Tell whether any cell of the column says something."""
        return self.contents.is_filled(label)


def _digits(label: str) -> tuple[int, ...]:
    return tuple(int(number[:9]) for number in re.findall(r"[0-9]+", label))
