"""The tables that pass between the parts of a portfolio: plain columns, in which nothing is null.

"" stands for unknown text and ``NOT_REPORTED`` for an unknown day, so that every engine keeps the
types as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal["str", "int64", "int32", "bool"]
Columns: TypeAlias = "Mapping[str, Kind]"

NOT_REPORTED: Final = np.iinfo(np.int64).min

# What may be an id, and what is one; a part asks for itself, each with "" at least once.
ASKS: Final[Columns] = {"key": "str", "part": "int64", "is_id": "bool"}
ANSWERS: Final[Columns] = {"part": "int64", "key": "str"}
# One row of the portfolio as far as others may hang on it; ``depends`` is a JSON list.
NODES: Final[Columns] = {
    "part": "int64",
    "line": "int64",
    "id": "str",
    "parent": "str",
    "unit": "str",
    "name": "str",
    "depends": "str",
    "is_out": "bool",
    "reported": "int64",
}
# With ids settled: ``stands`` for an initiative of its own, as ``accepted`` ones and others do.
SETTLED: Final[Columns] = {
    **NODES,
    "accepted": "bool",
    "stands": "bool",
    "kept": "int64",
    "is_older": "bool",
}
# One end of a link: ``key`` is the id that it is looked up by, ``role`` says what it is.
ENDS: Final[Columns] = {
    "key": "str",
    "role": "int32",
    "part": "int64",
    "line": "int64",
    "id": "str",
    "parent": "str",
    "unit": "str",
    "accepted": "bool",
}
COUNTS: Final = (
    "child_count",
    "child_units",
    "dependents",
    "dependencies",
    "crosses",
    "unclear",
    "unknown",
)
# Accepted rows below a row, which its demand must know; no fact.
CHILD_ROWS: Final = "child_rows"
# What a part is told about its rows: what one line is told several times adds up. At line 0 stands
# an id that cells of the part may name, in ``text``; at other lines the parent of the row.
SHARES: Final[Columns] = {
    "part": "int64",
    "line": "int64",
    "text": "str",
    "kept": "int64",
    "is_older": "bool",
    "is_orphan": "bool",
    **dict.fromkeys((*COUNTS, CHILD_ROWS), "int32"),
}
RESULTS: Final[Columns] = {"part": "int64", "result": "str"}
TOTALS: Final[Columns] = {"count": "int64"}


def made(columns: Columns, **values: object) -> pd.DataFrame:
    """A table; columns that are left out are "", 0 or false, single values stand in every row."""
    size = next((len(value) for value in values.values() if _is_column(value)), 1)  # type: ignore[arg-type]
    blank = {"str": "", "int64": 0, "int32": 0, "bool": False}
    return pd.DataFrame(
        {
            name: pd.Series(
                _column(values.get(name, blank[kind]), size), dtype=kind, index=range(size)
            )
            for name, kind in columns.items()
        }
    )


def empty(columns: Columns) -> pd.DataFrame:
    """A table without rows."""
    return made(columns, **{next(iter(columns)): []})


def _is_column(value: object) -> bool:
    return not isinstance(value, (str, int, bool))


def _column(value: object, size: int) -> object:
    if not _is_column(value):
        return [value] * size
    # Without its index: what is put together stands row by row.
    return getattr(value, "array", value)
