"""The sheets Quarantine and Warnings: what to mend, with the cells as they stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.problems import catalogue
from pipeline.report import whole
from pipeline.report.columns import as_texts, texts
from pipeline.report.limits import PROBLEM_CELLS, PROBLEM_ROWS
from pipeline.report.workbook.sheet import TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book


def add_quarantine(book: Book, data: ReportData) -> None:
    """Add the sheet Quarantine: one row a problem, with the cells of its source row."""
    problems = data.quarantine.iloc[:PROBLEM_ROWS]
    notes = [
        "These rows are not classified. Mend them in the source; the next run takes them up."
        if len(problems)
        else "Every row could be read: nothing to mend."
    ]
    if cut := _cut(len(problems), sum(whole.problems(data).values()), "quarantine.csv"):
        notes.append(cut)
    sheet = book.sheet("Quarantine", title="Quarantine", notes=notes, wide=True)
    columns = [*_columns(problems), *_originals(data.quarantined_cells, problems)]
    book.table(sheet, columns, freeze=1)
    # The original cells are for the screen: on paper they would make the rest too small to read.
    sheet.print_area(0, 0, 3 + len(problems), len(_columns(problems)) - 1)


def add_warnings(book: Book, data: ReportData) -> None:
    """Add the sheet Warnings: cells that count as unknown, and notes about the file."""
    problems = data.warnings.iloc[:PROBLEM_ROWS]
    notes = [
        "The initiatives are classified; the cells named here count as unknown or are doubtful."
        if len(problems)
        else "Nothing in the file was doubtful."
    ]
    if cut := _cut(len(problems), whole.warnings(data), "warnings.csv"):
        notes.append(cut)
    sheet = book.sheet("Warnings", title="Warnings", notes=notes, wide=True)
    book.table(sheet, _columns(problems), freeze=1)


def _cut(shown: int, total: int, file: str) -> str:
    return "" if shown == total else f"Shows the first {shown:,} of {total:,}; {file} has all."


def _columns(problems: pd.DataFrame) -> list[TableColumn]:
    lines = [line or None for line in problems["source_line"].tolist()]
    return [
        TableColumn(header="Line", cells=lines, width=9, style="line"),
        TableColumn(header="Id", cells=texts(problems, "initiative_id"), width=16, style="wrap"),
        TableColumn(header="Column", cells=texts(problems, "column"), width=22, style="wrap"),
        TableColumn(header="Value", cells=texts(problems, "value"), width=34, style="wrap"),
        TableColumn(
            header="What is wrong",
            cells=[_meaning(code) for code in texts(problems, "problem")],
            width=40,
            style="strong",
        ),
        TableColumn(header="How to mend it", cells=texts(problems, "hint"), width=46, style="wrap"),
        TableColumn(header="Code", cells=texts(problems, "problem"), width=20),
        TableColumn(header="File", cells=texts(problems, "file"), width=24, style="wrap"),
        TableColumn(header="Sheet", cells=texts(problems, "sheet"), width=16, style="wrap"),
    ]


def _meaning(code: str) -> str:
    kind = catalogue().get(code)
    return kind.meaning if kind else code


def _originals(cells: pd.DataFrame, problems: pd.DataFrame) -> list[TableColumn]:
    rows = cells.iloc[:, :PROBLEM_CELLS].reindex(problems["source_line"])
    return [
        TableColumn(header=str(name), cells=as_texts(rows.iloc[:, place]), width=30)
        for place, name in enumerate(rows.columns)
    ]
