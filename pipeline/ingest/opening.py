"""From bytes to a table of text cells, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import Location
from pipeline.ingest.archive import Inspected, error_cells, inspect
from pipeline.ingest.decode import decode
from pipeline.ingest.delimited import declared_delimiter, find_delimiter, read_delimited
from pipeline.ingest.formats import check_text, sniff
from pipeline.ingest.parquet import read_parquet
from pipeline.ingest.refusals import SheetOfText
from pipeline.ingest.sheets import Choice
from pipeline.ingest.workbook import read_workbook
from pipeline.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ingest.formats import Format
    from pipeline.ingest.limits import Limits
    from pipeline.ingest.mapping_file import UserMapping
    from pipeline.ingest.snapshot import Snapshot
    from pipeline.ingest.table import Table
    from pipeline.ingest.vocabulary import Vocabulary

_ENDINGS: dict[str, tuple[Format, ...]] = {
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".xlsb": ("xlsb",),
    ".xls": ("xls",),
    ".ods": ("ods",),
    ".parquet": ("parquet",),
    ".csv": ("text",),
    ".tsv": ("text",),
    ".txt": ("text",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A table and how it was got; ``errors`` are failed formulas as (line, column, text).

    ``damaged`` tells that some bytes did not fit the encoding and became U+FFFD.
    """

    table: Table
    format: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    epoch_1904: bool = False
    damaged: bool = False
    errors: tuple[tuple[int, int, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What the user asks for, from the command line and the mapping file."""

    sheet: str | None
    mapping: UserMapping


def open_table(snapshot: Snapshot, wishes: Wishes, words: Vocabulary, limits: Limits) -> Opened:
    """Tell the format and read the table.

    Raises:
        InputError: Anything that keeps the bytes from being a table.
    """
    kind = sniff(snapshot.data, snapshot.path, limits)
    if kind == "text":
        return _open_text(snapshot, wishes, words, limits)
    if kind == "parquet":
        _refuse_sheet(wishes, snapshot.path, "a Parquet file")
        table = read_parquet(snapshot, limits)
        return Opened(table=table, format=kind, problems=tuple(renamed(snapshot.path, kind)))
    return _open_workbook(snapshot, kind, wishes, words, limits)


def _open_text(snapshot: Snapshot, wishes: Wishes, words: Vocabulary, limits: Limits) -> Opened:
    path = snapshot.path
    decoded = decode(snapshot.data, path, encoding=wishes.mapping.encoding or "")
    check_text(decoded.text, path)
    _refuse_sheet(wishes, path, "a text file")
    delimiter = (
        wishes.mapping.delimiter
        or declared_delimiter(decoded.text)
        or find_delimiter(decoded.text, limits, words.best_row)
    )
    problems = renamed(path, "text")
    if decoded.guessed:
        problems.append(Problem(source_line=0, code="encoding-assumed", value=decoded.encoding))
    if decoded.nul_count:
        problems.append(Problem(source_line=0, code="nul-removed", value=str(decoded.nul_count)))
    return Opened(
        table=read_delimited(decoded.text, delimiter, path, limits),
        format="csv",
        encoding=decoded.encoding,
        delimiter=delimiter,
        damaged=decoded.damaged,
        problems=tuple(problems),
    )


def _refuse_sheet(wishes: Wishes, path: Path, what: str) -> None:
    if wishes.sheet is not None:
        raise SheetOfText(
            f"a sheet is asked for, and this is {what}",
            hint="Leave --sheet out.",
            at=Location(path=path),
        )


def _open_workbook(
    snapshot: Snapshot, kind: Format, wishes: Wishes, words: Vocabulary, limits: Limits
) -> Opened:
    inspected = Inspected() if kind == "xls" else inspect(snapshot.data, snapshot.path, limits)
    choice = Choice(words=words, path=snapshot.path, wanted=wishes.sheet or wishes.mapping.sheet)
    sheet, table = read_workbook(snapshot, limits, choice)
    return Opened(
        table=table,
        format=kind,
        sheet=sheet.name,
        epoch_1904=inspected.epoch_1904,
        errors=error_cells(inspected, sheet.name),
        problems=(*renamed(snapshot.path, kind), *choice.problems),
    )


def renamed(path: Path, kind: Format) -> list[Problem]:
    """Notice a file whose name says another format than its bytes."""
    expected = _ENDINGS.get(path.suffix.casefold())
    if expected is None or kind in expected:
        return []
    found = "CSV" if kind == "text" else kind
    return [Problem(source_line=0, code="format-renamed", value=f"{path.name} is {found}")]
