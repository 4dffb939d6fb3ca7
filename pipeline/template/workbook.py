"""Writes the empty portfolio workbook: the sheet to fill in, and the guide to its columns."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from pipeline.errors import Location, OutputError
from pipeline.template.guide import guide
from pipeline.template.sheets import write_columns, write_portfolio
from pipeline.whole_file import writing

if TYPE_CHECKING:
    from pathlib import Path

# A workbook carries its date of creation; the same template must be the same bytes.
CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)

# Texts stay texts, whatever they look like.
OPTIONS: dict[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class NotAWorkbookNameError(OutputError):
    """The template was asked for under a name that spreadsheet programs would not open."""

    code = "G002"


def write_template(path: Path) -> None:
    """Write the empty portfolio workbook; the same bytes every time.

    Raises:
        NotAWorkbookNameError: The suffix is not .xlsx.
        FileNotWrittenError: The file cannot be written; a file of that name stays as it was.
    """
    if path.suffix.lower() != ".xlsx":
        raise NotAWorkbookNameError(
            f"the template is an Excel workbook, not {path.suffix!r}",
            hint="Name the file .xlsx",
            at=Location(path=path),
        )
    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as workbook:
        workbook.set_properties({"title": "Portfolio of initiatives", "created": CREATED})
        write_portfolio(workbook, guide())
        write_columns(workbook, guide())
    with writing(path) as draft:
        draft.write_bytes(buffer.getvalue())
