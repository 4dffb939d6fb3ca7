"""The whole workbook: its sheets in order, its properties, the same bytes every time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from xlsxwriter import Workbook

from pipeline.report.attention import agenda
from pipeline.report.cases import cases
from pipeline.report.limits import REVIEW_ROWS
from pipeline.report.standing import standing
from pipeline.report.workbook import (
    about,
    changes,
    demand,
    evidence,
    problems,
    programs,
    review,
    rulebook,
    summary,
)
from pipeline.report.workbook.sheet import Book
from pipeline.report.workbook.style import Formats

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

SCHEMA: Final = 2

# Text stays text whatever it looks like. In memory, so that the parts of the zip file carry a fixed
# date, and nothing is left in a temporary folder when a run is killed.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(data: ReportData, file: IO[bytes]) -> None:
    """Write the review workbook.

    Args:
        data: The run; at most ``REVIEW_ROWS`` of its initiatives are shown, the first to look at.
        file: Open for writing bytes.

    Raises:
        OSError: The disk refuses.
    """
    run_id = str(data.manifest["run_id"])
    # Not into the file itself: on a full disk the library would hide the error in one of its own,
    # and its archive would try once more when it is thrown away.
    made = BytesIO()
    workbook = Workbook(made, _OPTIONS)
    as_of = date.fromisoformat(str(data.manifest["as_of"]))
    workbook.set_properties(
        {
            "title": "Staffing recommendations",
            "subject": f"Run {run_id}",
            "created": datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
        }
    )
    workbook.set_custom_property("run_id", run_id, "text")
    workbook.set_custom_property("workbook_schema", SCHEMA, "number")
    workbook.set_size(28_000, 16_000)
    book = Book(workbook=workbook, formats=Formats(workbook), run_id=run_id)
    order = agenda(data)
    shown = cases(data, order.order[:REVIEW_ROWS])
    earlier = standing(data)
    summary.add(book, data, shown, order, earlier)
    links = evidence.links(shown)
    review.add(book, data, review.Shown(cases=shown, order=order, earlier=earlier, links=links))
    evidence.add(book, shown, rulebook.rows(data))
    changes.add(book, data)
    programs.add(book, data)
    demand.add(book, data)
    problems.add_quarantine(book, data)
    problems.add_warnings(book, data)
    rulebook.add(book, data)
    about.add(book, data)
    workbook.close()
    file.write(made.getbuffer())
