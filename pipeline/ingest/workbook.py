"""Workbooks to tables, through a child process that may die without taking us along."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from pipeline.errors import Location
from pipeline.ingest.limits import MEBIBYTE
from pipeline.ingest.refusals import (
    PasswordProtected,
    SheetsEmpty,
    TooManyColumns,
    TooManyRows,
    WorkbookDamaged,
    WorkbookHeavy,
)
from pipeline.ingest.table import Table, filled_width, frame, reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.errors import InputError
    from pipeline.ingest.limits import Limits
    from pipeline.ingest.snapshot import Snapshot

# Rows a sheet may have besides those of the table.
_TITLES = 100
_SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again as .xlsx or CSV."
# Signals with which a process ends that ran into its limits: abort, kill, too much time.
_LIMIT_SIGNALS = frozenset({-6, -9, -24})


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One sheet of a workbook; ``head`` are its first rows as text, ``fault`` why it is unread."""

    name: str
    visible: bool
    rows: int
    columns: int
    head: list[list[str]]
    merged: tuple[tuple[int, int, int, int], ...]
    fault: str


def read_workbook(
    snapshot: Snapshot, limits: Limits, choose: Callable[[list[Sheet]], Sheet]
) -> tuple[Sheet, Table]:
    """Read one sheet.

    Args:
        snapshot: The workbook.
        limits: Memory and time of the child.
        choose: Picks the sheet, from those that were found.

    Raises:
        InputError: Locked, damaged, too heavy, or whatever ``choose`` raises.
    """
    at = Location(path=snapshot.path)
    seconds = limits.reader_seconds + int(
        limits.reader_seconds_per_mebibyte * len(snapshot.data) / MEBIBYTE
    )
    with _child(limits, seconds) as (process, expired):
        _send(process, _order(limits, len(snapshot.data)))
        _send(process, snapshot.data)
        reply = _receive(process, expired, at)
        sheets = [_sheet(entry) for entry in reply["sheets"]]
        if not any(sheet.head or sheet.fault for sheet in sheets):
            raise SheetsEmpty("no sheet holds a cell", hint="Export the portfolio again.", at=at)
        chosen = choose(sheets)
        _check_sheet(chosen, at, limits)
        _send(process, json.dumps(chosen.name).encode() + b"\n")
        count = _receive(process, expired, at)["columns"]
        _check_columns(count, Location(path=at.path, sheet=chosen.name), limits)
        # One at a time: a column takes a fraction of the memory as Arrow that it takes as a list.
        columns = [
            pa.array(_receive(process, expired, at), pa.large_string()) for _ in range(count)
        ]
    return chosen, _table(columns, chosen)


def _order(limits: Limits, size: int) -> bytes:
    order = {
        "bytes": size,
        "cells": limits.cells,
        "columns": limits.columns,
        # One character more than is kept tells that the cell was longer.
        "longest": limits.cell_characters + 1,
        "characters": limits.reader_characters,
    }
    return json.dumps(order).encode() + b"\n"


@contextmanager
def _child(limits: Limits, seconds: int) -> Iterator[tuple[subprocess.Popen[bytes], list[bool]]]:
    expired: list[bool] = []
    with as_file(files("pipeline.ingest").joinpath("child.py")) as program:
        # Limits are numbers and the program is ours: nothing of the user's is on this line.
        process = subprocess.Popen(  # noqa: S603
            [
                sys.executable,
                "-PB",
                str(Path(program)),
                str(limits.reader_memory),
                str(seconds),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

        def expire() -> None:
            expired.append(True)
            process.kill()

        # Processor time is limited in the child; on a busy machine the wall clock runs faster.
        timer = Timer(3 * seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            yield process, expired
        finally:
            timer.cancel()
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close(stream)
            process.wait()


def _close(stream: Any) -> None:  # noqa: ANN401 -- a pipe
    try:
        stream.close()
    except BrokenPipeError:
        # What was still to be written has nobody left to read it.
        return


def _send(process: subprocess.Popen[bytes], message: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 -- it was opened as a pipe
    try:
        process.stdin.write(message)
        process.stdin.flush()
    except BrokenPipeError:
        # The child is gone; reading its answer tells why.
        return


def _receive(process: subprocess.Popen[bytes], expired: list[bool], at: Location) -> Any:  # noqa: ANN401 -- JSON
    assert process.stdout is not None  # noqa: S101
    line = process.stdout.readline()
    if line.endswith(b"\n"):
        reply = json.loads(line)
        if isinstance(reply, dict) and "fault" in reply:
            raise _fault(reply, at)
        return reply
    status = process.wait()
    if expired or status in _LIMIT_SIGNALS:
        raise _heavy(at)
    raise WorkbookDamaged("the workbook cannot be read", hint=_SAVE_AGAIN, at=at)


def _heavy(at: Location) -> WorkbookHeavy:
    return WorkbookHeavy(
        "reading the workbook takes more memory or time than allowed",
        hint="Save the sheet with the portfolio alone, as CSV.",
        at=at,
    )


def _fault(reply: dict[str, Any], at: Location) -> InputError:
    if reply["fault"] == "password":
        return PasswordProtected(
            "the workbook is protected by a password",
            hint="Save a copy without a password (File, Info, Protect Workbook).",
            at=at,
        )
    if reply["fault"] == "memory":
        return _heavy(at)
    return WorkbookDamaged(
        f"the workbook cannot be read ({reply.get('detail', '')[:200]})", hint=_SAVE_AGAIN, at=at
    )


def _sheet(entry: dict[str, Any]) -> Sheet:
    merged = tuple((top + 1, left, low + 1, right) for top, left, low, right in entry["merged"])
    return Sheet(**{**entry, "merged": merged})


def _check_sheet(sheet: Sheet, at: Location, limits: Limits) -> None:
    at = Location(path=at.path, sheet=sheet.name)
    if sheet.fault == "too large":
        raise WorkbookHeavy(
            f"the sheet reaches to row {sheet.rows:,} and column {sheet.columns:,}",
            hint="Delete the empty rows and columns around the table.",
            at=at,
        )
    if sheet.fault:
        raise WorkbookDamaged(
            f"the sheet cannot be read ({sheet.fault[:200]})", hint=_SAVE_AGAIN, at=at
        )
    if sheet.rows > limits.rows + _TITLES:
        raise TooManyRows(
            f"the sheet has {sheet.rows:,} rows, more than {limits.rows:,}",
            hint="Delete the rows below the table, or split the portfolio.",
            at=at,
        )
    if not sheet.head:
        raise SheetsEmpty("the sheet is empty", hint="Name another one with --sheet.", at=at)
    if sheet.columns > limits.columns and max(map(reach, sheet.head)) > limits.columns:
        _check_columns(sheet.columns, at, limits)


def _check_columns(count: int, at: Location, limits: Limits) -> None:
    if count > limits.columns:
        raise TooManyColumns(
            f"the table has {count:,} columns, more than {limits.columns:,}",
            hint="Keep only the columns of the portfolio.",
            at=at,
        )


def _table(columns: list[pa.Array], sheet: Sheet) -> Table:
    height = len(columns[0]) if columns else 0
    cells = frame(columns, np.arange(1, height + 1, dtype=np.int64))
    return Table(
        cells=cells,
        widths=np.full(height, len(columns), dtype=np.int64),
        filled=filled_width(cells),
        merged=sheet.merged,
    )
