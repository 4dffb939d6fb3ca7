"""Budget and currency, which tell about each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from pipeline.parse import currency, money
from pipeline.parse.columns import RawColumns, series
from pipeline.parse.money_signs import Signs
from pipeline.parse.numbers import Mark
from pipeline.parse.readings import Column, first_said, shown
from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.raw import MappedColumn
    from pipeline.parse.readings import Cells, Reading


Marks: TypeAlias = tuple[Mark, ...]
Told: TypeAlias = Mapping[str, Signs]
"""Signs of the whole budget column, by header."""


def read(raw: RawColumns, told: Told | None = None) -> tuple[dict[str, pd.Series], list[Problem]]:
    """Read the columns ``budget`` and ``currency``.

    The currency of a row is that of its currency cell, else of the mark beside its amount, else the
    declared one of the budget column; where the budget is unknown, so is an undeclared currency.
    """
    parts, doubts = _parts(raw, told or {})
    own, own_problems = _own(raw)
    amounts = first_said(parts) if parts else None
    found = doubts + (amounts.problems("budget", raw.lines) if amounts else []) + own_problems
    columns, beside = _columns(raw, amounts, own)
    if beside is not None:
        found += _conflicts(raw.lines, series("currency", own, raw.cells.index), beside)
    return columns, found


def learn(raw: RawColumns) -> tuple[Told, Mapping[Marks, Counter[str]]]:
    """What a part of a portfolio tells about its money.

    Returns:
        The signs by header, and how many rows have each currency, by the decimal mark of every
        header; the currency of "$" alone in the header at place 0 is counted as "$0".
    """
    mapped = raw.mapping.get("budget")
    cells = raw.headers("budget")
    own, _ = _own(raw)
    if mapped is None:
        return {}, {(): _counted(_columns(raw, None, own)[0]["currency"])}
    signs = {
        header: money.learn(each, mapped)
        for header, each in zip(mapped.headers, cells, strict=True)
    }
    found = [money.find(each) for each in cells]
    counted = {}
    for marks in product(money.MARKS, repeat=len(cells)):
        parts = [
            (each, money.scaled(amounts, mark, mapped.unit, f"${place}"))
            for place, (each, amounts, mark) in enumerate(zip(cells, found, marks, strict=True))
        ]
        columns, _ = _columns(raw, first_said(parts), own)
        counted[marks] = _counted(columns["currency"])
    return signs, counted


def usual(mapped: MappedColumn | None, told: Told, counted: Mapping[Marks, Counter[str]]) -> str:
    """The currency of the file: the declared one, else the one of most rows; "" for none."""
    if mapped and mapped.currency:
        return mapped.currency
    headers = mapped.headers if mapped else ()
    rows: Counter[str] = Counter()
    for code, count in counted[tuple(told[header].mark for header in headers)].items():
        known = code
        if code.startswith("$"):
            signs = told[headers[int(code[1:])]]
            known = currency.of_shared_mark(signs.codes, "")
        if known:
            rows[known] += count
    return most_usual(rows)


def most_usual(rows: Mapping[str, int]) -> str:
    """The currency of most rows; of several the first by name, in whatever order rows come."""
    return min(rows, key=lambda code: (-rows[code], code), default="")


def _counted(codes: pd.Series[str]) -> Counter[str]:
    return Counter(codes.dropna().tolist())


def _parts(
    raw: RawColumns, told: Told
) -> tuple[list[tuple[Cells, list[Reading | None]]], list[Problem]]:
    mapped = raw.mapping.get("budget")
    parts = []
    doubts: list[Problem] = []
    for header, cells in zip(mapped.headers if mapped else (), raw.headers("budget"), strict=True):
        assert mapped is not None  # noqa: S101 -- it has headers
        column = money.read(cells, mapped, header, told.get(header))
        parts.append((cells, column.readings))
        doubts += column.doubts
    return parts, doubts


def _columns(
    raw: RawColumns, amounts: Column | None, own: Column | None
) -> tuple[dict[str, pd.Series], pd.Series[str] | None]:
    """The two columns, and the marks beside the amounts; ``None`` without a budget column."""
    index = raw.cells.index
    code = series("currency", own, index)
    if amounts is None:
        missing: pd.Series = series("money", None, index)
        return {"budget": missing, "currency": code}, None
    numbers = [
        reading._replace(value=reading.value.amount) if reading.value else reading
        for reading in amounts.readings
    ]
    budget = series("money", Column(codes=amounts.codes, texts=[], readings=numbers), index)
    marks = [mark.currency if mark else None for mark in amounts.values()]
    beside = pd.Series(marks, index=index, dtype="str")
    declared = raw.mapping["budget"].currency
    told = beside
    if declared:
        # A mark whose currency is open is no proof that the declared one holds.
        told = beside.where(beside.notna() | budget.isna(), declared)
    return {"budget": budget, "currency": code.fillna(told.mask(told == ""))}, beside


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
