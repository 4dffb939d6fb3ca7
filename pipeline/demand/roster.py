"""The people there are: text cells of a roster to typed rows, each accepted or set aside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pipeline.demand import shares
from pipeline.demand.refusals import RosterUseless
from pipeline.demand.roster_file import RosterCells, read_cells
from pipeline.demand.roster_times import out_of_order, overfull
from pipeline.errors import Location
from pipeline.ingest.headers import comparable
from pipeline.parse import choices, dates
from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Column, Reading, distinct, shown
from pipeline.parse.spellings import fold_choice
from pipeline.parse.text import clean
from pipeline.problems import Problem, catalogue
from schemas.columns import BY_NAME
from schemas.demand_words import demand_words
from schemas.roster import Roster as RosterModel
from schemas.roster import SetAside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipeline.ingest.raw import Source

_FULL_TIME: Final = 1.0
# Shortest role that still is one after its grades are taken off.
_ROLE_LIMIT: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """The people of a roster.

    ``people`` satisfies ``schemas.roster.Roster`` and ``set_aside`` ``schemas.roster.SetAside``.
    ``headers`` tells which header each column was read from.
    """

    people: pd.DataFrame
    set_aside: pd.DataFrame
    headers: dict[str, str]
    source: Source

    @property
    def rows_set_aside(self) -> int:
        """How many rows could not be used."""
        return int(self.set_aside["source_line"].nunique())


def read_roster(path: Path, *, sheet: str | None = None) -> Roster:
    """Read a roster: name, role and, if it has them, business unit, capacity, from and to.

    Args:
        path: CSV text or a workbook, as for a portfolio.
        sheet: Sheet to read; ``None`` for the best match.

    Raises:
        InputError: The file cannot be read, lacks names or roles, or has not one row of use.
    """
    raw = read_cells(path, sheet=sheet)
    columns, problems = _typed(raw)
    people = pd.DataFrame(columns, index=raw.cells.index)
    problems += [*raw.problems, *out_of_order(people)]
    faulty = {problem.source_line for problem in problems}
    problems += overfull(people[~people.index.isin(faulty)])
    faulty |= {problem.source_line for problem in problems}
    accepted = people[~people.index.isin(faulty)]
    set_aside = _set_aside(problems, people["name"])
    if accepted.empty:
        first = set_aside.iloc[0]
        raise RosterUseless(
            f"not one of the {len(people):,} rows of the roster can be used",
            hint=f"Line {first['source_line']}: {first['hint']}",
            at=Location(path=path, sheet=raw.source.sheet),
        )
    return Roster(
        people=RosterModel.validate(accepted),
        set_aside=SetAside.validate(set_aside),
        headers=dict(raw.labels),
        source=raw.source,
    )


def _typed(raw: RosterCells) -> tuple[dict[str, pd.Series], list[Problem]]:
    """Every column of the roster, those that the file lacks included."""
    problems: list[Problem] = []
    index = raw.cells.index
    typed = {"name": _names(raw)}
    problems += [
        Problem(source_line=line, code="name-missing", column="name")
        for line in index[typed["name"] == ""]
    ]
    typed["role"] = _taken(raw, "role", _roles(raw), problems, "")
    problems += [
        Problem(source_line=line, code="role-missing", column="role")
        for line in index[_blank(raw, "role")]
    ]
    typed["business_unit"] = _taken(raw, "business_unit", _cleaned(raw), problems, "")
    typed["capacity"] = _taken(raw, "capacity", _capacities(raw), problems, _FULL_TIME)
    for name, column in _days(raw).items():
        typed[name] = _taken(raw, name, column, problems, None)
    kinds: dict[str, Any] = {
        "capacity": "float64",
        "available_from": "datetime64[us]",
        "available_to": "datetime64[us]",
    }
    return {name: cells.astype(kinds.get(name, "str")) for name, cells in typed.items()}, problems


def _taken(
    raw: RosterCells, name: str, column: Column | None, problems: list[Problem], missing: object
) -> pd.Series:
    """The values of a column; its problems go to the others."""
    index = raw.cells.index
    if column is None:
        return pd.Series([missing] * len(index), index=index, dtype=object)
    problems += column.problems(name, index.tolist())
    return pd.Series(column.values(missing), index=index, dtype=object)


def _read(raw: RosterCells, name: str, readings: Sequence[Reading | None]) -> Column:
    cells = distinct(raw.cells[raw.labels[name]])
    filled = [reading or Reading() for reading in readings]
    return Column(codes=cells.codes, texts=cells.texts, readings=filled)


def _texts(raw: RosterCells, name: str) -> list[str]:
    return distinct(raw.cells[raw.labels[name]]).texts


def _names(raw: RosterCells) -> pd.Series[str]:
    """Names, cleaned; given and family name joined where they stand apart."""
    own = ["name"] if "name" in raw.labels else ["given_name", "family_name"]
    parts = [
        raw.cells[raw.labels[name]].map({text: clean(text)[:200] for text in _texts(raw, name)})
        for name in own
    ]
    joined = parts[0] if len(parts) == 1 else parts[0] + " " + parts[1]
    told = {text: "" if says_nothing(text, "text") else text for text in joined.unique()}
    return joined.str.strip().map(lambda text: told.get(text, text)).astype("str")


def _cleaned(raw: RosterCells) -> Column | None:
    if "business_unit" not in raw.labels:
        return None
    texts = [clean(text)[:200] for text in _texts(raw, "business_unit")]
    return _read(
        raw,
        "business_unit",
        [None if says_nothing(text, "text") else Reading(text) for text in texts],
    )


def _roles(raw: RosterCells) -> Column:
    return _read(raw, "role", [_role(text) for text in _texts(raw, "role")])


def _role(text: str) -> Reading | None:
    column = BY_NAME["current_role"]
    found = choices.read(text, column)
    if found is None or found.value is not None:
        return found
    words = fold_choice(clean(text[:_ROLE_LIMIT])).replace(",", " ").split()
    bare = " ".join(word for word in words if word.strip(".()") not in _grades())
    again = choices.read(bare, column) if bare else None
    return again if again and again.value is not None else Reading(code="role-unread")


@cache
def _grades() -> frozenset[str]:
    return demand_words().grades


def _blank(raw: RosterCells, name: str) -> pd.Series[bool]:
    nothing = {text: says_nothing(text, "value") for text in _texts(raw, name)}
    return raw.cells[raw.labels[name]].map(nothing).astype(bool)


def _capacities(raw: RosterCells) -> Column | None:
    if "capacity" not in raw.labels:
        return None
    per_cent = "percent" in comparable(raw.labels["capacity"]).split()
    return _read(raw, "capacity", shares.read(_texts(raw, "capacity"), per_cent=per_cent))


def _days(raw: RosterCells) -> dict[str, Column | None]:
    """Both date columns together: one may tell the order of the other."""
    known = dates.Calendar(
        fiscal_start=1,
        is_workbook=raw.source.format.casefold() in dates.WORKBOOKS,
        epoch_1904=raw.source.epoch_1904,
    )
    ends: dict[str, dates.End] = {"available_from": "first", "available_to": "last"}
    own = [name for name in ends if name in raw.labels]
    taken = [dates.take(distinct(raw.cells[raw.labels[name]]), None) for name in own]
    days: dict[str, Column | None] = dict.fromkeys(ends)
    for name, column, order in zip(own, taken, dates.settle(taken), strict=True):
        days[name] = _read(raw, name, dates.read(column, order, ends[name], known))
    return days


def _set_aside(problems: Iterable[Problem], names: pd.Series[str]) -> pd.DataFrame:
    own = demand_words().problems
    ordered = sorted(problems, key=lambda each: (each.source_line, each.column, each.code))
    rows = [
        (
            each.source_line,
            names[each.source_line],
            each.column,
            shown(each.value),
            each.code,
            each.hint or (own[each.code].hint if each.code in own else catalogue()[each.code].hint),
        )
        for each in ordered
    ]
    frame = pd.DataFrame(rows, columns=list(SetAside.to_schema().columns))
    texts = {name: "str" for name in frame.columns if name != "source_line"}
    return frame.astype({"source_line": "int64", **texts})
