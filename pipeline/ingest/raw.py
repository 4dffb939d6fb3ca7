"""What ingest hands on: text cells by source line, and what was understood of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.problems import Problem

DateOrder = Literal["day_first", "month_first", "year_first"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The file as it was read. ``sheet``, ``encoding`` and ``delimiter`` are "" where none applies.

    ``sha256`` and ``bytes`` are of the very bytes that were parsed. ``header_line`` counts from 1.
    ``epoch_1904`` tells that date serials of a workbook count from 1904.
    """

    name: str
    sha256: str
    bytes: int
    format: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 1
    transposed: bool = False
    epoch_1904: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MappedColumn:
    """One canonical column and the headers it is read from.

    ``headers`` are labels of ``RawPortfolio.cells`` in order of preference: a list column joins
    them all, any other takes the first cell that says something. ``by`` tells who decided.
    ``unit`` multiplies amounts of money (1000000 for "£m"), ``None`` where header and mapping are
    silent. ``currency`` is an ISO 4217 code or "". ``date_order`` is set only by a mapping or
    profile; otherwise parse settles it from the column.
    """

    canonical: str
    headers: tuple[str, ...]
    by: Literal["name", "alias", "profile", "mapping"]
    unit: int | None = None
    currency: str = ""
    date_order: DateOrder | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPortfolio:
    """Text cells of one portfolio.

    ``cells`` has dtype ``str`` in every column, "" for an empty cell (never NaN); its index
    ``source_line`` is unique, ascending and is the row (for a transposed table: the column) number
    a person sees in the file; its columns are the header labels, made unique. It holds every row
    that is not blank and not a totals row; rows that are ragged are in it too, cut or filled, with
    a quarantining problem each.
    """

    cells: pd.DataFrame
    mapping: tuple[MappedColumn, ...]
    unmapped: tuple[str, ...]
    source: Source
    problems: tuple[Problem, ...]
    profile: str = ""
    blank_rows: int = 0
    totals_rows: int = 0
