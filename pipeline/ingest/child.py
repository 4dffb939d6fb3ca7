"""Reads one workbook in a process of its own, since readers of workbooks abort, hang and bloat.

Run by path, not as a module: importing the package would load pandas. Speaks with its parent over
the standard streams: takes a JSON line with the size of the workbook and what may come out of it,
then its bytes; answers a JSON line about every sheet; takes the name of one as a JSON line, answers
a JSON line with the number of its columns and one for the cells of each.
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


class _TooMuch(Exception):  # noqa: N818 -- named for what it is
    """More text came out of the workbook than allowed."""


class _Budget:
    """How much may come out: ``cells`` of a sheet, ``longest`` cell kept, characters in all."""

    def __init__(self, *, cells: int, columns: int, longest: int, characters: int) -> None:
        self.cells = cells
        self.columns = columns
        self._longest = longest
        self._left = characters

    def texts(self, values: Sequence[object]) -> list[str]:
        """Cells as text, each cut to the longest that is kept."""
        # Most cells are text already; asking first saves a call for each of millions.
        found = [value if type(value) is str else to_text(value) for value in values]
        size = sum(map(len, found))
        if size > self._longest:
            found = [text[: self._longest] for text in found]
            size = sum(map(len, found))
        self._left -= size
        if self._left < 0:
            raise _TooMuch
        return found


def _describe(
    book: Any,  # noqa: ANN401 -- calamine has no types here
    budget: _Budget,
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
        if entry["rows"] * entry["columns"] > budget.cells:
            entry["fault"] = "too large"
            continue
        sheets[meta.name] = sheet
        rows = sheet.to_python(skip_empty_area=False, nrows=HEAD_ROWS)
        # One column more than may be is enough to refuse the sheet.
        entry["head"] = [budget.texts(row[: budget.columns + 1]) for row in rows]
        entry["merged"] = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return described


def _columns(rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Turn rows into columns, without the empty ones at the right."""
    columns: list[Sequence[object]] = list(zip(*rows, strict=True))
    while columns and all(value == "" for value in columns[-1]):
        columns.pop()
    return columns


def _answer(reply: object) -> None:
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def _serve() -> None:
    stream = sys.stdin.buffer
    order = json.loads(stream.readline())
    size = order.pop("bytes")
    budget = _Budget(**order)
    try:
        book = calamine.load_workbook(io.BytesIO(stream.read(size)))
        sheets: dict[str, Any] = {}
        _answer({"sheets": _describe(book, budget, sheets)})
        wanted = stream.readline()
        if wanted:
            rows = sheets[json.loads(wanted)].to_python(skip_empty_area=False)
            sheets.clear()
            columns = _columns(rows)
            del rows
            _answer({"columns": len(columns)})
            for column in columns:
                _answer(budget.texts(column))
    except calamine.PasswordError:
        _answer({"fault": "password"})
    except calamine.CalamineError as error:
        _answer({"fault": "damaged", "detail": str(error)})
    except (MemoryError, _TooMuch):
        _answer({"fault": "memory"})


def main() -> None:
    """Lower the limits of this process, then serve; arguments: bytes of memory, seconds."""
    memory, seconds = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _serve()


if __name__ == "__main__":
    main()
