"""The rules that a page names, each once; rows and evidence point at them by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.report import words
from pipeline.report.columns import texts
from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    import pandas as pd

_TITLE_LIMIT = 300


class Catalogue:
    """Gives every rule a number; ``entries`` are [id, title, aspect] in that order.

    Args:
        rules: All rules that ran (``schemas.report.Rules``), for titles that nobody else knows.
    """

    def __init__(self, rules: pd.DataFrame) -> None:
        self.entries: list[list[str]] = []
        self._places: dict[str, int] = {}
        self._titles = dict(zip(texts(rules, "rule_id"), texts(rules, "title"), strict=True))

    def place(self, rule_id: str, *, title: str = "", aspect: str = "") -> int:
        """The number of a rule, which is entered if it is not there yet."""
        if rule_id not in self._places:
            self._places[rule_id] = len(self.entries)
            told = title or self._titles.get(rule_id, "")
            shown = (displayed(text, limit=_TITLE_LIMIT) for text in (rule_id, told))
            self.entries.append([*shown, words.spaced(aspect)])
        return self._places[rule_id]
