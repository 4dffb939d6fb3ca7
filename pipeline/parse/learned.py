"""What a whole portfolio tells about how its cells are to be read.

A portfolio that is read in parts is looked at twice: first every part is learned from and what was
learned is added up, then every part is parsed with it, as if its neighbors were there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipeline.parse import budget, dates, lists, plain
from pipeline.parse.columns import RawColumns
from pipeline.parse.missing import says_nothing
from schemas.columns import BY_NAME, COLUMNS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from pipeline.ingest.raw import RawPortfolio
    from pipeline.parse.date_signs import Signs as DateSigns
    from pipeline.parse.lists import Signs as ListSigns
    from pipeline.parse.money_signs import Signs as MoneySigns

_Place = tuple[str, str]  # canonical column, header
_Signs = TypeVar("_Signs", "DateSigns", "ListSigns", "MoneySigns")
_Key = TypeVar("_Key")


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """What the cells of each header tell about the column; that of parts adds up."""

    lists: Mapping[_Place, ListSigns]
    dates: Mapping[_Place, DateSigns]
    money: budget.Told
    currencies: Mapping[budget.Marks, Counter[str]]

    def __add__(self, other: Learned) -> Learned:
        return Learned(
            lists=_added(self.lists, other.lists),
            dates=_added(self.dates, other.dates),
            money=_added(self.money, other.money),
            currencies={
                marks: counted + other.currencies[marks]
                for marks, counted in self.currencies.items()
            },
        )


def _added(ours: Mapping[_Key, _Signs], theirs: Mapping[_Key, _Signs]) -> dict[_Key, _Signs]:
    return {place: signs + theirs[place] for place, signs in ours.items()}


def learn(raw: RawPortfolio) -> Learned:
    """Learn from one part of a portfolio, or from all of it."""
    columns = RawColumns.of(raw)
    list_signs: dict[_Place, ListSigns] = {}
    date_signs: dict[_Place, DateSigns] = {}
    for column in COLUMNS:
        mapped = columns.mapping.get(column.name)
        for header, cells in zip(
            mapped.headers if mapped else (), columns.headers(column.name), strict=True
        ):
            if column.kind == "list":
                list_signs[column.name, header] = lists.signs(cells)
            elif column.kind == "date":
                date_signs[column.name, header] = dates.take(cells, None).signs
    money, currencies = budget.learn(columns)
    return Learned(lists=list_signs, dates=date_signs, money=money, currencies=currencies)


def may_name(raw: RawPortfolio) -> frozenset[str]:
    """Every text of a part that is read otherwise where it is the id of some initiative."""
    columns = RawColumns.of(raw)
    texts = {text for cells in columns.headers("depends_on") for text in lists.may_name(cells)}
    parent = BY_NAME["parent_id"]
    for cells in columns.headers("parent_id"):
        found = (plain.read(text, parent) for text in cells.texts)
        texts |= {
            each.value for each in found if each is not None and says_nothing(each.value, "value")
        }
    return frozenset(texts)


def ids(raw: RawPortfolio) -> list[str]:
    """The id of every row of a part, made where it has none."""
    columns = RawColumns.of(raw)
    found = plain.column(columns, BY_NAME["initiative_id"])
    made, _ = plain.made_ids(found, has_column="initiative_id" in columns.mapping)
    told: list[str] = made.tolist()
    return told


def filled(raw: RawPortfolio, names: Sequence[str]) -> frozenset[str]:
    """Which of some columns of text say something in any row of a part."""
    columns = RawColumns.of(raw)
    return frozenset(name for name in names if plain.column(columns, BY_NAME[name]).notna().any())
