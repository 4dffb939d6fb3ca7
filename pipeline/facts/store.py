"""The facts of a run as a Parquet file, so that its verdicts can be explained later.

One row an initiative, in the order of initiatives.csv: ``initiative_id``; each scalar fact under
its name, null where unknown, choices as text; each terms fact as a list of the phrase lists found;
and, as ``cell 1`` and so on, the cells of the source that facts were made from. Their headers, and
which phrase lists a table had, are kept in the metadata of the file under ``staffing-facts``, so
what is read back equals what was written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError, Location
from pipeline.facts.cells import SourceCells
from pipeline.facts.table import FactColumn, FactTable
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from schemas.facts import FactSpec

NAME = "facts.parquet"
FORMAT = 1
_META = b"staffing-facts"
_ID = "initiative_id"
_CELL = "cell "
_ARROW = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "choice": pa.string(),
}
_NUMPY = {"integer": np.int64, "number": np.float64, "boolean": np.bool_}


class FactsUnreadable(InputError):  # noqa: N818 -- named for what it is
    """A file of facts is damaged, or made by a version that kept them otherwise."""

    code = "I095"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """Facts as a run had them; ``ids``, ``table`` and ``cells`` have the same order."""

    ids: tuple[str, ...]
    table: FactTable
    cells: SourceCells


def write(stored: Stored, file: IO[bytes]) -> None:
    """Write the facts of a run; equal facts give equal bytes."""
    table = stored.table
    columns: dict[str, pa.Array] = {_ID: pa.array(stored.ids, pa.string())}
    for name in _in_order(table.columns):
        columns[name] = _array(VOCABULARY[name], table.columns[name])
    lists = _lists(table)
    for fact, names in lists.items():
        columns[fact] = _found(table, fact, names)
    cells = stored.cells.cells
    for place, texts in enumerate(cells.values(), 1):
        columns[f"{_CELL}{place}"] = _texts(texts)
    meta = {
        "format": FORMAT,
        "terms": lists,
        "cells": list(cells),
        "headers": dict(stored.cells.headers),
    }
    # In ASCII: a header may hold half of a surrogate pair.
    text = json.dumps(meta, sort_keys=True).encode()
    written = pa.table(columns).replace_schema_metadata({_META: text})
    pq.write_table(written, file, compression="zstd")


def _in_order(names: Mapping[str, object]) -> list[str]:
    return [name for name in VOCABULARY if name in names]


def _lists(table: FactTable) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for fact, phrase_list in sorted(table.terms):
        lists.setdefault(fact, []).append(phrase_list)
    return lists


def _array(spec: FactSpec, column: FactColumn) -> pa.Array:
    values: Any = column.values
    if spec.kind == "choice":
        choices = np.array(spec.choices, object)
        values = choices[np.where(column.known, values, 0)]
    return pa.array(values, _ARROW[spec.kind], mask=~column.known)


def _found(table: FactTable, fact: str, names: Sequence[str]) -> pa.Array:
    grid = np.stack([table.terms[fact, name] for name in names], axis=1)
    ends = np.concatenate([[0], grid.sum(axis=1).cumsum()]).astype(np.int32)
    values = pa.array(names, pa.string()).take(pa.array(np.nonzero(grid)[1]))
    return pa.ListArray.from_arrays(pa.array(ends), values)


def _texts(cells: Sequence[str]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:
        return pa.array([cell.encode("utf-8", "replace").decode() for cell in cells], pa.string())


def read(path: Path, at: Sequence[int] | None = None) -> Stored:
    """Read what ``write`` wrote.

    Args:
        path: The file.
        at: Which initiatives, by position; all where nothing is said.

    Raises:
        FactsUnreadable: The file is damaged, or of another format.
    """
    try:
        table = pq.read_table(path)
        table = table if at is None else table.take(pa.array(at, pa.int64()))
    except (OSError, pa.ArrowInvalid, pa.ArrowIndexError) as error:
        raise _unreadable(path, "the facts of this run cannot be read") from error
    meta = json.loads((table.schema.metadata or {}).get(_META, b"{}"))
    if meta.get("format") != FORMAT:
        raise _unreadable(path, "the facts of this run were kept by another version")
    names = table.column_names
    headers = {name: tuple(group) for name, group in meta["headers"].items()}
    cells = {
        header: table[f"{_CELL}{place}"].to_pylist()
        for place, header in enumerate(meta["cells"], 1)
    }
    return Stored(
        ids=tuple(table[_ID].to_pylist()),
        table=FactTable(
            size=table.num_rows,
            columns={
                name: _column(VOCABULARY[name], table[name].combine_chunks())
                for name in names
                if name in VOCABULARY and VOCABULARY[name].kind != "terms"
            },
            terms=dict(_terms(table, meta["terms"])),
        ),
        cells=SourceCells(
            cells=cells,
            headers=headers,
        ),
    )


def _unreadable(path: Path, problem: str) -> FactsUnreadable:
    return FactsUnreadable(
        problem, hint="Run `staffing classify` again on its portfolio", at=Location(path=path)
    )


def _column(spec: FactSpec, array: pa.Array) -> FactColumn:
    known = np.asarray(array.is_valid())
    if spec.kind == "choice":
        # A null code would turn the whole column into numbers with a fraction.
        codes = [spec.choices.index(value) if value else 0 for value in array.to_pylist()]
        return FactColumn(values=np.array(codes, np.int8), known=known)
    filled = array.fill_null(False if spec.kind == "boolean" else 0)
    values = filled.to_numpy(zero_copy_only=False).astype(_NUMPY[spec.kind])
    return FactColumn(values=values, known=known)


def _terms(
    table: pa.Table, lists: Mapping[str, Sequence[str]]
) -> Iterator[tuple[tuple[str, str], NDArray[np.bool_]]]:
    for fact, names in lists.items():
        rows = [frozenset(row) for row in table[fact].to_pylist()]
        for name in names:
            yield (fact, name), np.array([name in row for row in rows], bool)


def joined(some: Sequence[Stored]) -> Stored:
    """The facts of several files as those of one; all are of the same run, at least one."""
    first, tables = some[0], [each.table for each in some]
    size = sum(table.size for table in tables)
    names = dict.fromkeys(name for table in tables for name in table.columns)
    return Stored(
        ids=tuple(key for each in some for key in each.ids),
        table=FactTable(
            size=size,
            columns={
                name: FactColumn(
                    values=np.concatenate([table.columns[name].values for table in tables]),
                    known=np.concatenate([table.columns[name].known for table in tables]),
                )
                for name in names
            },
            terms={
                key: np.concatenate([table.mentions(*key) for table in tables])
                for key in dict.fromkeys(key for table in tables for key in table.terms)
            },
        ),
        cells=SourceCells(
            cells={
                header: [text for each in some for text in each.cells.cells[header]]
                for header in first.cells.cells
            },
            headers=first.cells.headers,
        ),
    )
