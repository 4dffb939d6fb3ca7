"""The sheet Rulebook: the rules that ran, and how many initiatives each matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.columns import texts
from pipeline.report.standing import agreement
from pipeline.report.workbook.sheet import HEADER_ROW, TableColumn

if TYPE_CHECKING:
    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Rulebook"


def rows(data: ReportData) -> dict[str, int]:
    """The row, from 1, of each rule."""
    return {key: HEADER_ROW + 2 + row for row, key in enumerate(texts(data.rules, "rule_id"))}


def add(book: Book, data: ReportData) -> None:
    """Add the sheet."""
    rules = data.rules
    ruleset = data.manifest.get("ruleset", {})
    note = f"Rule set {ruleset.get('id', '')}, version {ruleset.get('version', '')}"
    sheet = book.sheet(NAME, title="Rulebook", notes=[note], wide=True)
    columns = [
        TableColumn(header="Rule", cells=texts(rules, "rule_id"), width=18),
        TableColumn(header="Version", cells=rules["version"].tolist(), width=10, style="number"),
        TableColumn(header="Kind", cells=_spaced(data, "kind"), width=14),
        TableColumn(header="Status", cells=_spaced(data, "status"), width=14),
        TableColumn(header="Aspect", cells=_spaced(data, "aspect"), width=24),
        TableColumn(header="Title", cells=texts(rules, "title"), width=36, style="strong"),
        TableColumn(header="Gives", cells=texts(rules, "consequence"), width=28, style="wrap"),
        TableColumn(header="Rationale", cells=texts(rules, "rationale"), width=46, style="wrap"),
        TableColumn(header="Stands on", cells=texts(rules, "source"), width=64, style="wrap"),
        TableColumn(header="Matches", cells=rules["matches"].tolist(), width=11, style="number"),
        *_agreeing(data),
    ]
    book.table(sheet, columns, freeze=1)


def _agreeing(data: ReportData) -> list[TableColumn]:
    """Decisions in force that give the role a rule speaks for; nothing where none was taken."""
    if data.decisions is None:
        return []
    found = agreement(data)
    told = [found.get(rule) for rule in texts(data.rules, "rule_id")]
    cells = [f"{counted[0]:,} of {counted[1]:,}" if counted else None for counted in told]
    return [TableColumn(header="Decisions that agree", cells=cells, width=14)]


def _spaced(data: ReportData, name: str) -> list[str]:
    return [words.spaced(code) for code in texts(data.rules, name)]
