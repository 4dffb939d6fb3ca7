"""Picks the sheet of a workbook that holds the portfolio."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.errors import Location
from pipeline.ingest.refusals import SheetsHidden, SheetUnknown
from pipeline.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ingest.vocabulary import Vocabulary
    from pipeline.ingest.workbook import Sheet

# A hidden sheet that knows this many headers is worth a word.
_LIKELY = 4
_SEARCHED = 30


@dataclass(kw_only=True, slots=True)
class Choice:
    """Chooses when called; afterwards ``problems`` tells what else might have been meant."""

    words: Vocabulary
    path: Path
    wanted: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def __call__(self, sheets: list[Sheet]) -> Sheet:
        """Pick the sheet asked for, else the visible one with the best known header.

        Raises:
            InputError: No such sheet, nothing visible, or only hidden sheets that fit.
        """
        return self._named(sheets) if self.wanted is not None else self._best(sheets)

    def _named(self, sheets: list[Sheet]) -> Sheet:
        wanted = (self.wanted or "").strip().casefold()
        for sheet in sheets:
            if sheet.name.strip().casefold() == wanted:
                return sheet
        names = {sheet.name.casefold(): sheet.name for sheet in sheets}
        close = get_close_matches(wanted, names, n=1)
        listed = ", ".join(f"'{sheet.name}'" for sheet in sheets[:20])
        raise SheetUnknown(
            f"there is no sheet '{self.wanted}'",
            hint=f"Did you mean '{names[close[0]]}'?" if close else f"There are: {listed}.",
            at=Location(path=self.path),
        )

    def _best(self, sheets: list[Sheet]) -> Sheet:
        scores = {sheet.name: self._score(sheet) for sheet in sheets}
        visible = [sheet for sheet in sheets if sheet.visible]
        hidden = [sheet for sheet in sheets if not sheet.visible and scores[sheet.name] >= _LIKELY]
        most = max((scores[sheet.name] for sheet in visible), default=0)
        best = [sheet for sheet in visible if scores[sheet.name] == most and _is_usable(sheet)]
        if not visible or (hidden and most < _LIKELY):
            names = ", ".join(f"'{sheet.name}'" for sheet in (hidden or sheets)[:5])
            raise SheetsHidden(
                f"only hidden sheets look like a portfolio ({names})",
                hint="Unhide the sheet, or name it with --sheet.",
                at=Location(path=self.path),
            )
        if not best:
            # Let the fault of the only sheet speak, such as a damaged one.
            return next((sheet for sheet in visible if sheet.fault), visible[0])
        self._notice(best, hidden)
        return best[0]

    def _score(self, sheet: Sheet) -> int:
        return self.words.best_row(sheet.head[:_SEARCHED]) if sheet.head else -1

    def _notice(self, best: list[Sheet], hidden: list[Sheet]) -> None:
        if len(best) > 1 and self._score(best[0]) > 0:
            others = ", ".join(f"'{sheet.name}'" for sheet in best[1:])
            self.problems.append(
                Problem(
                    source_line=0,
                    code="sheet-chosen",
                    value=best[0].name,
                    hint=f"Name the sheet with --sheet; {others} would fit as well.",
                )
            )
        self.problems += [
            Problem(source_line=0, code="sheet-hidden", value=sheet.name) for sheet in hidden
        ]


def _is_usable(sheet: Sheet) -> bool:
    return bool(sheet.head) and not sheet.fault
