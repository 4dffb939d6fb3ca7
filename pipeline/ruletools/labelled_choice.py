"""Which labelled rows to measure: those with the values asked for, one of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from pipeline.errors import InputError, Location
from pipeline.rulebook.reader import did_you_mean
from pipeline.ruletools.labelled import column_of, kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ruletools.labelled import Labelled

_MOST_SHOWN: Final = 5  # values of a column, where one is asked for that it does not have


class ValueOfNoRow(InputError):  # noqa: N818 -- named for what is wrong
    """Values that are asked for and that no labelled row has."""

    code = "I104"


def selected(
    labelled: Labelled, *, only: Sequence[tuple[str, str]] = (), one_per_group: bool = False
) -> Labelled:
    """The rows asked for.

    Args:
        labelled: All rows.
        only: Columns and the value they must have; of one column named twice, either value.
        one_per_group: Keep the first row of each value of the column ``group``; rows without a
            group all stay.

    Raises:
        InputError: A column is missing, no row has one of the values, or nothing is left.
    """
    wanted: dict[str, set[str]] = {}
    for name, value in only:
        wanted.setdefault(name, set()).add(value.strip())
    keep = pd.Series(data=True, index=labelled.rows.index)
    for name, values in wanted.items():
        cells = column_of(labelled, name).str.strip()
        _check_values(name, values, cells, labelled.path)
        keep &= cells.isin(values)
    if one_per_group:
        groups = column_of(labelled, "group")
        keep &= (groups == "") | ~groups.where(keep).duplicated()
    return kept(labelled, keep)


def _check_values(name: str, values: set[str], cells: pd.Series, path: Path) -> None:
    """A value misspelled beside a right one would silently measure fewer rows than asked for."""
    there = cells.unique().tolist()
    unknown = sorted(values - {*there})
    if unknown:
        shown = sorted(value for value in there if value)[:_MOST_SHOWN]
        otherwise = f"Its values are, for example, {', '.join(map(repr, shown))}"
        raise ValueOfNoRow(
            f"no labelled row has {' or '.join(map(repr, unknown))} in the column {name!r}",
            hint=did_you_mean(unknown[0], there, otherwise if shown else "It is empty"),
            at=Location(path=path),
        )
