"""What changed of each initiative since the last run, as workbook, page and brief tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.columns import texts

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

CHANGES: Final = {
    "flipped": "Verdict changed",
    "added": "New",
    "gone": "Gone",
    "evidence": "Evidence changed",
}
SAME: Final = "Same"


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """One change; ``kind`` is of ``schemas.history.CHANGES``, ``before`` a verdict or ""."""

    kind: str
    before: str
    explanation: str

    @property
    def told(self) -> str:
        """The change in a few words, of which a long column has few kinds to filter by."""
        if self.kind == "flipped":
            return f"{CHANGES[self.kind]} from {words.role(self.before).lower()}"
        return CHANGES[self.kind]


def since(data: ReportData) -> dict[str, Since]:
    """The change of each initiative that has one; nothing where there is no earlier run."""
    if data.changes is None:
        return {}
    names = ("initiative_id", "change", "verdict_before", "explanation")
    rows = zip(*(texts(data.changes.frame, name) for name in names), strict=True)
    return {
        key: Since(kind=kind, before=before, explanation=explanation)
        for key, kind, before, explanation in rows
    }
