"""What parse hands on: typed cells by source line, and the problems met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """Typed cells of every raw row.

    ``rows`` has every column of ``schemas.columns.NAMES`` in that order and the index of
    ``RawPortfolio.cells``. Unknown is always missing, never 0, "" or false. By kind:
    identifier, text, choice, currency: ``str`` with NaN; count: ``Int64``; money: ``Float64`` in
    units of the currency; date: ``datetime64[us]`` at midnight; list: ``object`` of
    ``tuple[str, ...]`` (never empty) or ``None``. ``initiative_id`` is never missing.

    ``problems`` has those of ingest first, then those of parse, in order of line, column, code.
    ``date_orders`` says how each date column was read.
    """

    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    date_orders: dict[str, str]
