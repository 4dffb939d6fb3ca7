"""What all cells of a date column together tell about how each of them is to be read.

Signs of parts of a column add up to those of the column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.parse.date_forms import Fiscal, Form, Numeric, Serial, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.parse.readings import Cells

_MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What the rows of a column tell about how its cells are to be read.

    ``lead`` is how many rows can be read only day first, less those that can be read only month
    first; ``numeric`` have a date in figures that needs an order, ``fiscal`` name a fiscal year,
    ``months`` a month behind its year, ``serials`` the serial number of a day; ``said`` say
    anything at all.
    """

    lead: int = 0
    numeric: int = 0
    fiscal: int = 0
    months: int = 0
    serials: int = 0
    said: int = 0

    def __add__(self, other: Signs) -> Signs:
        return Signs(
            lead=self.lead + other.lead,
            numeric=self.numeric + other.numeric,
            fiscal=self.fiscal + other.fiscal,
            months=self.months + other.months,
            serials=self.serials + other.serials,
            said=self.said + other.said,
        )

    @property
    def is_fiscal(self) -> bool | None:
        """Whether "2011-12" is a fiscal year here: as its clear neighbours; ``None`` if none."""
        return None if self.fiscal == self.months else self.fiscal > self.months

    @property
    def are_serials(self) -> bool:
        """Whether a number of five digits is the serial number of a day here."""
        # One serial alone proves nothing: it may as well be an amount in the wrong column.
        return self.serials > 1 and self.serials * 2 > self.said


def signs_of(forms: Sequence[Form | None], cells: Cells) -> Signs:
    """Count the signs of one header; ``forms`` are of the texts of ``cells``."""
    counted = dict.fromkeys(("lead", "numeric", "fiscal", "months", "serials", "said"), 0)
    for form, text, rows in zip(forms, cells.texts, cells.counts, strict=True):
        counted["said"] += rows if form is not None else 0
        match form:
            case Numeric():
                counted["numeric"] += rows
                if (form.first > _MONTHS) != (form.second > _MONTHS):
                    counted["lead"] += rows if form.first > _MONTHS else -rows
            case Fiscal():
                counted["fiscal"] += rows
            case Span() if _is_year_month(form, text):
                counted["months"] += rows
            case Serial():
                counted["serials"] += rows
            case _:
                pass
    return Signs(**counted)


def _is_year_month(form: Span, text: str) -> bool:
    one_month = (form.first.year, form.first.month) == (form.last.year, form.last.month)
    return one_month and text.strip()[:4].isdecimal()
