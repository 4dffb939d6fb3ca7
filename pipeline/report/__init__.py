"""Write the report of one run: tables for programs, a workbook and a page for people."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from pipeline.report.files import create
from pipeline.report.page import write_page
from pipeline.report.tables import write_csv, write_parquet
from pipeline.report.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.report.data import ReportData

PROGRAMS: Final = "programs.csv"


def _write_programs(data: ReportData, file: IO[bytes]) -> None:
    if data.programs is not None:
        write_csv(data.programs.clusters, file)


_WRITERS: Final[Mapping[str, Callable[[ReportData, IO[bytes]], None]]] = {
    "initiatives.csv": lambda data, file: write_csv(data.initiatives, file),
    "initiatives.parquet": lambda data, file: write_parquet(data.initiatives, file),
    "quarantine.csv": lambda data, file: write_csv(data.quarantine, file),
    "warnings.csv": lambda data, file: write_csv(data.warnings, file),
    PROGRAMS: _write_programs,
    "report.xlsx": write_workbook,
    "report.html": write_page,
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
    paths = []
    for name, write in _WRITERS.items():
        if name == PROGRAMS and data.programs is None:
            continue
        path = folder / name
        with create(path) as file:
            write(data, file)
        paths.append(path)
    return paths
