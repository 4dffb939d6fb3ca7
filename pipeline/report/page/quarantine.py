"""Rows that were set aside, as the page shows them: what is wrong where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report import whole, words
from pipeline.report.columns import texts
from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

# More than anybody mends in one go; quarantine.csv has all.
_MOST: Final = 50
_TEXT_LIMIT: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownQuarantine:
    """``kinds`` are (problem, how many), the most frequent first.

    ``problems`` are line, id, column, value, problem and what to do.
    """

    kinds: list[tuple[str, int]]
    problems: list[tuple[str, str, str, str, str, str]]
    total: int


def shown_quarantine(data: ReportData) -> ShownQuarantine | None:
    """The problems, in order of line; ``None`` where no row was set aside."""
    frame = data.quarantine
    if frame.empty:
        return None
    counts = whole.problems(data)
    kinds = sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))
    names = ("source_line", "initiative_id", "column", "value", "problem", "hint")
    rows = zip(*(texts(frame.head(_MOST), name) for name in names), strict=True)
    return ShownQuarantine(
        kinds=[(words.spaced(code), count) for code, count in kinds],
        problems=[
            (line, _shown(key), _shown(column), _shown(value), words.spaced(code), _shown(hint))
            for line, key, column, value, code, hint in rows
        ],
        total=sum(counts.values()),
    )


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
