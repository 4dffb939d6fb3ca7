"""Business units and people by name, however their names are spelled."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipeline.parse.spellings import fold, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOT_STATED: Final = "Not stated"
OTHERS: Final = "All other units"
# A portfolio of more units than this has something else in that column; nobody reads so many.
MOST_UNITS: Final = 500


@lru_cache(maxsize=65_536)
def unit_key(name: str) -> str:
    """What the spellings of one unit have in common; "" for no unit."""
    return fold(name)


def unit_labels(names: Iterable[str]) -> Mapping[str, str]:
    """The name to show for each unit by key, from the unit of each initiative."""
    return labels_of(Counter(" ".join(name.split()) for name in names))


def labels_of(counted: Mapping[str, int]) -> Mapping[str, str]:
    """The name to show for each unit by key, from how often each spelling occurs.

    It is the spelling that occurs most, of several the first by alphabet. The units that occur
    least are shown as one beyond ``MOST_UNITS``.
    """
    labels: dict[str, str] = {}
    for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        labels.setdefault(unit_key(name), name if len(labels) < MOST_UNITS else OTHERS)
    return labels | {"": NOT_STATED}


@lru_cache(maxsize=65_536)
def person_key(name: str) -> str:
    """What the spellings of one person have in common: "Brandt, Ilse" is "Ilse Brandt"."""
    family, comma, given = without_accents(fold(name)).partition(",")
    turned = f"{given} {family}" if comma and "," not in given else f"{family}{comma}{given}"
    return " ".join(turned.replace(".", " ").split())
