"""Reads one workbook in a process of its own, since readers of workbooks abort, hang and bloat.

Run by path, not as a module: importing the package would load pandas. Speaks with its parent over
the standard streams: takes the size of the workbook and its bytes, answers a JSON line about every
sheet, takes the name of one as a JSON line, answers a JSON line with its cells by column.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD_ROWS = 60
# Beyond this a float has no whole digits to lose.
_EXACT = 1e15


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _moment(value: dt.datetime) -> str:
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")


def _truth(value: bool) -> str:  # noqa: FBT001 -- a cell, not a switch
    return "true" if value else "false"


_TEXT: dict[type, Callable[[Any], str]] = {
    str: lambda value: value,
    float: _number,
    int: str,
    bool: _truth,
    dt.datetime: _moment,
    dt.date: dt.date.isoformat,
    dt.time: lambda value: value.isoformat(timespec="seconds"),
    dt.timedelta: str,
}


def to_text(value: object) -> str:
    """Write a cell as text: 8.0 as "8", dates as ISO 8601, truth as "true" or "false"."""
    return _TEXT.get(type(value), str)(value)


def _describe(
    book: Any,  # noqa: ANN401 -- calamine has no types here
    most_cells: int,
    sheets: dict[str, Any],
) -> list[dict[str, Any]]:
    described = []
    for meta in book.sheets_metadata:
        entry: dict[str, Any] = {
            "name": meta.name,
            "visible": meta.visible == calamine.SheetVisibleEnum.Visible,
            "rows": 0,
            "columns": 0,
            "head": [],
            "merged": [],
            "fault": "",
        }
        described.append(entry)
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            entry["fault"] = "not a worksheet"
            continue
        try:
            sheet = book.get_sheet_by_name(meta.name)
        except calamine.CalamineError as error:
            entry["fault"] = str(error) or "damaged"
            continue
        if sheet.end is None:
            continue
        entry["rows"], entry["columns"] = sheet.end[0] + 1, sheet.end[1] + 1
        if entry["rows"] * entry["columns"] > most_cells:
            entry["fault"] = "too large"
            continue
        sheets[meta.name] = sheet
        rows = sheet.to_python(skip_empty_area=False, nrows=HEAD_ROWS)
        entry["head"] = [[to_text(value) for value in row] for row in rows]
        entry["merged"] = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return described


def _columns(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """Turn rows into columns of text, without the empty ones at the right."""
    # Most cells are text already; asking first saves a call for each of millions.
    columns = [
        [value if type(value) is str else to_text(value) for value in column]
        for column in zip(*rows, strict=True)
    ]
    while columns and not any(columns[-1]):
        columns.pop()
    return columns


def _answer(reply: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def _serve(most_cells: int) -> None:
    stream = sys.stdin.buffer
    size = int(stream.readline())
    try:
        book = calamine.load_workbook(io.BytesIO(stream.read(size)))
        sheets: dict[str, Any] = {}
        _answer({"sheets": _describe(book, most_cells, sheets)})
        wanted = stream.readline()
        if wanted:
            rows = sheets[json.loads(wanted)].to_python(skip_empty_area=False)
            sheets.clear()
            _answer({"columns": _columns(rows)})
    except calamine.PasswordError:
        _answer({"fault": "password"})
    except calamine.CalamineError as error:
        _answer({"fault": "damaged", "detail": str(error)})
    except MemoryError:
        _answer({"fault": "memory"})


def main() -> None:
    """Lower the limits of this process, then serve; arguments: bytes, seconds, cells."""
    memory, seconds, most_cells = map(int, sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _serve(most_cells)


if __name__ == "__main__":
    main()
