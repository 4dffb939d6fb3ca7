"""Budget and currency, which tell about each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.parse import currency, money
from pipeline.parse.columns import RawColumns, series
from pipeline.parse.readings import Column, first_said, shown
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence


def read(raw: RawColumns) -> tuple[dict[str, pd.Series], list[Problem]]:
    """Read the columns ``budget`` and ``currency``.

    The currency of a row is that of its currency cell, else of the mark beside its amount, else the
    declared one of the budget column; where the budget is unknown, so is an undeclared currency.
    """
    index = raw.cells.index
    amounts, problems = _amounts(raw)
    own, own_problems = _own(raw)
    problems += own_problems
    if amounts is None:
        missing: pd.Series = series("money", None, index)
        return {"budget": missing, "currency": series("currency", own, index)}, problems
    marks = amounts.values()
    numbers = [
        reading._replace(value=reading.value.amount) if reading.value else reading
        for reading in amounts.readings
    ]
    budget = series("money", Column(codes=amounts.codes, texts=[], readings=numbers), index)
    beside = pd.Series(
        [mark.currency if mark else None for mark in marks], index=index, dtype="str"
    )
    code = series("currency", own, index)
    problems += _conflicts(raw.lines, code, beside)
    declared = raw.mapping["budget"].currency
    if declared:
        # A mark whose currency is open is no proof that the declared one holds.
        beside = beside.where(beside.notna() | budget.isna(), declared)
    return {"budget": budget, "currency": code.fillna(beside.mask(beside == ""))}, problems


def _amounts(raw: RawColumns) -> tuple[Column | None, list[Problem]]:
    mapped = raw.mapping.get("budget")
    if mapped is None:
        return None, []
    parts = []
    problems: list[Problem] = []
    for header, cells in zip(mapped.headers, raw.headers("budget"), strict=True):
        column = money.read(cells, mapped, header)
        parts.append((cells, column.readings))
        problems += column.doubts
    read_ = first_said(parts)
    return read_, problems + read_.problems("budget", raw.lines)


def _own(raw: RawColumns) -> tuple[Column | None, list[Problem]]:
    headers = raw.headers("currency")
    if not headers:
        return None, []
    read_ = first_said(
        [(cells, [currency.read(text) for text in cells.texts]) for cells in headers]
    )
    return read_, read_.problems("currency", raw.lines)


def _conflicts(lines: Sequence[int], code: pd.Series[str], beside: pd.Series[str]) -> list[Problem]:
    """Find rows whose currency cell and whose mark beside the amount differ."""
    differ = code.notna() & beside.notna() & (beside != "") & (code != beside)
    return [
        Problem(
            source_line=lines[row],
            code="currency-conflict",
            column="currency",
            value=shown(code.iloc[row]),
            hint=f"The amount is marked {beside.iloc[row]}; correct one of the two.",
        )
        for row in np.flatnonzero(differ.to_numpy(dtype=bool)).tolist()
    ]
