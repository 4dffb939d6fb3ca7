"""Write the report of one run: tables for programs, a workbook and a page for people."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, TypeAlias

from pipeline.report.brief import write_markdown, write_slide
from pipeline.report.files import create
from pipeline.report.page import write_page
from pipeline.report.questions import question_frame
from pipeline.report.tables import write_csv, write_parquet
from pipeline.report.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from pipeline.report.data import ReportData

# Tables that a run has only where there is something to tell; ``None`` where it has not.
_OPTIONAL: Final[Mapping[str, Callable[[ReportData], pd.DataFrame | None]]] = {
    "programs.csv": lambda data: None if data.programs is None else data.programs.clusters,
    "changes.csv": lambda data: None if data.changes is None else data.changes.frame,
    "decisions.csv": lambda data: data.decisions,
    "questions.csv": lambda data: (
        question_frame(data.initiatives, data.missing) if data.missing else None
    ),
    "demand.csv": lambda data: None if data.demand is None else data.demand.by_unit,
    "gaps.csv": lambda data: _of_roster(data, "gaps"),
    "people.csv": lambda data: _of_roster(data, "people"),
    "assignment.csv": lambda data: _of_roster(data, "assignment"),
    "roster_quarantine.csv": lambda data: _of_roster(data, "set_aside"),
}


def _of_roster(data: ReportData, name: str) -> pd.DataFrame | None:
    if data.demand is None or data.demand.staffing is None:
        return None
    frame: pd.DataFrame = getattr(data.demand.staffing, name)
    return frame


_Writers: TypeAlias = "Mapping[str, Callable[[ReportData, IO[bytes]], None]]"
# These have everything, so that a run in parts makes them part by part.
_TABLES: Final[_Writers] = {
    "initiatives.csv": lambda data, file: write_csv(data.initiatives, file),
    "initiatives.parquet": lambda data, file: write_parquet(data.initiatives, file),
    "quarantine.csv": lambda data, file: write_csv(data.quarantine, file),
    "warnings.csv": lambda data, file: write_csv(data.warnings, file),
}
_WRITERS: Final[_Writers] = {
    "report.xlsx": write_workbook,
    "report.html": write_page,
    "brief.md": write_markdown,
    "brief.pptx": write_slide,
}


def write_all(data: ReportData, folder: Path) -> list[Path]:
    """Write every file of the report but the manifest and the log.

    The bytes depend on ``data`` and the versions of the libraries alone.

    Args:
        data: The run.
        folder: An existing folder that has none of these files yet.

    Returns:
        The files written, in a fixed order.

    Raises:
        FileNotWrittenError: A file is there already, or the disk refuses.
    """
    return _written({**_TABLES, **_writers(data)}, data, folder)


def write_for_people(data: ReportData, folder: Path) -> list[Path]:
    """Write what people read of a run in parts, whose tables are there already.

    Args:
        data: What is known of the whole, and the initiatives to look at first.
        folder: An existing folder that has none of these files yet.

    Returns:
        The files written, in a fixed order.

    Raises:
        FileNotWrittenError: A file is there already, or the disk refuses.
    """
    return _written(_writers(data), data, folder)


def _written(writers: _Writers, data: ReportData, folder: Path) -> list[Path]:
    paths = []
    for name, write in writers.items():
        path = folder / name
        with create(path) as file:
            write(data, file)
        paths.append(path)
    return paths


def _writers(data: ReportData) -> dict[str, Callable[[ReportData, IO[bytes]], None]]:
    tables = {name: frame for name, of in _OPTIONAL.items() if (frame := of(data)) is not None}
    return {**_WRITERS, **{name: _table(frame) for name, frame in tables.items()}}


def _table(frame: pd.DataFrame) -> Callable[[ReportData, IO[bytes]], None]:
    return lambda _, file: write_csv(frame, file)
