"""The sheets Programs and Graph findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.columns import first, texts
from pipeline.report.limits import REVIEW_ROWS
from pipeline.report.programs import KINDS, RECOMMENDATIONS
from pipeline.report.workbook.sheet import TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.report.data import ReportData
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Programs"
FINDINGS: Final = "Graph findings"


def add(book: Book, data: ReportData) -> None:
    """Add the sheets, where programs were looked for and anything was found."""
    if data.programs is None:
        return
    if len(data.programs.clusters):
        _clusters(book, data.programs.clusters)
    if len(data.programs.findings):
        _findings(book, data.programs.findings)


def _clusters(book: Book, every: pd.DataFrame) -> None:
    frame = every.head(REVIEW_ROWS)
    sheet = book.sheet(
        NAME,
        title="Programs nobody declared",
        notes=["Initiatives that are tied, but have no parent in common; names are suggestions."],
        wide=True,
    )
    said = [RECOMMENDATIONS[code] for code in texts(frame, "recommendation")]
    budgets = first(frame, "budget").astype(object).where(frame["budget"].notna(), None).tolist()
    columns = [
        TableColumn(header="Cluster", cells=texts(frame, "cluster_id"), width=12),
        TableColumn(header="Name", cells=texts(frame, "name"), width=32, style="strong"),
        TableColumn(header="Recommended", cells=said, width=20, style="wrap"),
        TableColumn(header="Why", cells=texts(frame, "rationale"), width=48, style="wrap"),
        TableColumn(header="Rule", cells=texts(frame, "rule_id"), width=10),
        TableColumn(header="Tied by", cells=texts(frame, "ties"), width=52, style="wrap"),
        _number(frame, "Members", "member_count"),
        _number(frame, "Business units", "unit_count"),
        _number(frame, "Dependencies", "dependencies"),
        _number(frame, "Across teams", "cross_team_dependencies"),
        TableColumn(header="Budget", cells=budgets, width=16, style="number"),
        TableColumn(header="Currency", cells=texts(frame, "currency"), width=10),
        TableColumn(
            header="Declared programs in it",
            cells=texts(frame, "declared_programs"),
            width=20,
            style="wrap",
        ),
        TableColumn(header="Its members", cells=texts(frame, "members"), width=52, style="wrap"),
    ]
    book.table(sheet, columns, freeze=2)


def _findings(book: Book, every: pd.DataFrame) -> None:
    frame = every.head(REVIEW_ROWS)
    note = "Dependencies and parents that somebody has to mend or to watch."
    sheet = book.sheet(FINDINGS, title="What the graph shows besides", notes=[note])
    columns = [
        TableColumn(
            header="Finding",
            cells=[KINDS.get(code, words.spaced(code)) for code in texts(frame, "kind")],
            width=28,
        ),
        TableColumn(header="Initiative", cells=texts(frame, "initiative_id"), width=20),
        TableColumn(header="Name", cells=texts(frame, "name"), width=36, style="strong"),
        TableColumn(header="What", cells=texts(frame, "text"), width=70, style="wrap"),
        TableColumn(header="Others", cells=texts(frame, "others"), width=36, style="wrap"),
    ]
    book.table(sheet, columns, freeze=2)


def _number(frame: pd.DataFrame, header: str, name: str) -> TableColumn:
    return TableColumn(header=header, cells=first(frame, name).tolist(), width=11, style="number")
