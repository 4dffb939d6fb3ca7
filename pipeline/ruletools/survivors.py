"""What a test of rules or phrase lists leaves to do: a mutant that no example notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Side = Literal["match", "no_match"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Survivor:
    """A mutant that survives, and an example that would kill it.

    ``example`` is as the file writes it: a mapping with name and facts for a rule, a text for a
    phrase list; ``None`` where none was found. It belongs under ``side``.
    """

    path: str
    change: str
    side: Side
    example: Mapping[str, Any] | str | None


def percent(part: int, whole: int) -> float:
    """A share in percent; all of nothing is everything."""
    return 100 * part / whole if whole else 100.0
