"""The sheet Summary: what came out, what to decide, what changed, in numbers and charts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pipeline.report import whole, words
from pipeline.report.attention import REASONS, TO_DECIDE, VERDICT_CHANGED
from pipeline.report.safe_text import cell
from pipeline.report.tally import tallies
from pipeline.report.workbook import changes, demand, review, summary_charts, summary_pages
from pipeline.report.workbook.sheet import HEADER_ROW, TITLE_HEIGHT, row_height
from pipeline.report.workbook.summary_pages import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.data import Counts, ReportData
    from pipeline.report.set_aside import Reason
    from pipeline.report.standing import Standing
    from pipeline.report.tally import Tally
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Summary"
_WIDTHS: Final = (38, 17, 17, 17)
_NOT_COMPARED: Final = "Which verdicts changed is not told of a portfolio read in parts, see About."
_FIRST, _FLIPS = 10, 5  # listed by name; the other sheets have all


def add(
    book: Book,
    data: ReportData,
    shown: Sequence[Case],
    order: Agenda,
    earlier: Mapping[str, Standing],
) -> None:
    """Add the sheet."""
    note = f"{data.manifest.get('input', {}).get('name', '')}, as of {data.manifest['as_of']}"
    sheet = book.sheet(NAME, title="Staffing recommendations", notes=[note], wide=True)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    layout = Layout(tall={0: TITLE_HEIGHT}, starts=[HEADER_ROW])
    row = _counts(book, sheet, data.counts)
    layout.starts.append(row)
    if set_aside := whole.reasons(data):
        row = _set_aside(book, sheet, row, set_aside)
        layout.starts.append(row)
    row = _to_decide(book, sheet, row, order, earlier, is_compared=data.whole is None)
    places = review.rows(shown)
    open_ = [case for case in shown if order.reasons[case.position] in TO_DECIDE]
    first = {places[case.position]: case for case in open_[:_FIRST]}
    layout.starts.append(row)
    row = _decide_first(book, sheet, row, first, layout)
    layout.starts.append(row)
    row = _changed(book, sheet, row, data, layout)
    tables = []
    leads = demand.tally(data)
    for tally in (*tallies(data), *([leads] if leads else [])):
        tables.append((tally, row))
        layout.starts.append(row)
        row = _table(book, sheet, tally, row)
    turns = summary_pages.breaks(layout, row)
    summary_charts.draw(book, sheet, tables, summary_pages.edges(layout, turns))
    summary_pages.set_up(sheet, turns)
    sheet.repeat_rows(0)


def count_rows(counts: Counts) -> list[tuple[str, int]]:
    """The outcome of every row that was read, in words; the first is the sum of those after it."""
    return [
        ("Rows read", counts.read),
        ("Project manager", counts.project_manager),
        ("Program manager", counts.program_manager),
        ("Undecided", counts.undecided),
        ("Quarantined", counts.quarantined),
    ]


def _numbers(
    book: Book,
    sheet: Worksheet,
    row: int,
    head: tuple[str, str],
    lines: Sequence[tuple[str, int]],
) -> int:
    """Write labels and numbers below a header; return the next row."""
    sheet.write_string(row, 0, head[0], book.formats["header"])
    sheet.write_string(row, 1, head[1], book.formats["header_number"])
    for label, number in lines:
        row += 1
        sheet.write_string(row, 0, cell(label), book.formats["text"])
        sheet.write_number(row, 1, number, book.formats["number"])
    return row + 1


def _total(book: Book, sheet: Worksheet, row: int, label: str, number: int) -> int:
    sheet.write_string(row, 0, label, book.formats["total_label"])
    sheet.write_number(row, 1, number, book.formats["total"])
    return row + 1


def _counts(book: Book, sheet: Worksheet, counts: Counts) -> int:
    (label, total), *outcomes = count_rows(counts)
    row = _numbers(book, sheet, HEADER_ROW, ("Rows of the portfolio", "Count"), outcomes)
    row = _total(book, sheet, row, f"{label}, the sum", total)
    beside = [
        ("Made from parents without a row", counts.derived),
        ("Warnings", counts.warnings),
        ("Blank rows left out", counts.blank_rows),
        ("Totals rows left out", counts.totals_rows),
    ]
    return _numbers(book, sheet, row + 1, ("Besides", "Count"), beside) + 1


def _set_aside(book: Book, sheet: Worksheet, row: int, found: Sequence[Reason]) -> int:
    """Why rows were set aside, how many, and some of them; the sheet Quarantine has all."""
    lines = [(words.spaced(reason.code), reason.rows) for reason in found]
    after = _numbers(book, sheet, row, ("Why rows are quarantined", "Rows"), lines)
    sheet.write_string(row, 2, "For example", book.formats["header"])
    for place, reason in enumerate(found, start=row + 1):
        more = ", …" if reason.rows > len(reason.keys) else ""
        told = cell(", ".join(reason.keys) + more)
        sheet.write_string(place, 2, told, book.formats["text"])
    return after + 1


def _to_decide(
    book: Book,
    sheet: Worksheet,
    row: int,
    order: Agenda,
    earlier: Mapping[str, Standing],
    *,
    is_compared: bool,
) -> int:
    sheet.write_string(row, 0, "What needs a decision", book.formats["heading"])
    found = Counter(order.looks)
    # Which verdicts changed is not known of a run in parts, which is not none.
    known = [reason for reason in REASONS if is_compared or reason != VERDICT_CHANGED]
    reasons = [(reason, found[reason]) for reason in known if reason in TO_DECIDE]
    row = _numbers(book, sheet, row + 1, ("Look at", "Initiatives"), reasons)
    row = _total(book, sheet, row, "Need a decision", order.to_decide)
    if earlier:
        states = Counter(decision.state for decision in earlier.values())
        lines = [
            ("In force", states["in_force"]),
            ("Waiting", states["waiting"]),
            ("Opened again", states["reopened"]),
        ]
        row = _numbers(book, sheet, row + 1, ("Earlier decisions", "Initiatives"), lines)
    return row + 1


def _decide_first(
    book: Book, sheet: Worksheet, row: int, open_: Mapping[int, Case], layout: Layout
) -> int:
    if not open_:
        return row
    for place, header in enumerate(("Decide first", "Verdict", "Leans to", "Row of Review")):
        sheet.write_string(row, place, header, book.formats["header"])
    for target, case in open_.items():
        row += 1
        layout.tall[row] = _named(book, sheet, row, case.name)
        sheet.write_string(row, 1, words.role(case.verdict), book.formats["text"])
        sheet.write_string(row, 2, words.role(case.lean), book.formats["text"])
        link = f'=HYPERLINK("#\'{review.NAME}\'!A{target}","row {target}")'
        sheet.write_formula(row, 3, link, book.formats["link"], f"row {target}")
    return row + 2


def _named(book: Book, sheet: Worksheet, row: int, name: str) -> float:
    """Write a name over as many lines as it needs; return how tall that is."""
    sheet.write_string(row, 0, cell(name), book.formats["wrap"])
    height = row_height([name], _WIDTHS)
    sheet.set_row(row, height)
    return height


def _changed(book: Book, sheet: Worksheet, row: int, data: ReportData, layout: Layout) -> int:
    sheet.write_string(row, 0, "What changed since the last run", book.formats["heading"])
    if data.changes is None:
        note = _NOT_COMPARED if data.whole else "There is no earlier run to compare with."
        sheet.write_string(row + 1, 0, note, book.formats["note"])
        return row + 3
    since = f"Run {data.changes.since_run_id}, as of {data.changes.since_as_of}"
    sheet.write_string(row + 1, 0, cell(since), book.formats["note"])
    counted = changes.counts(data.changes.frame)
    row = _numbers(book, sheet, row + 2, ("Change", "Initiatives"), counted)
    flips = changes.flips(data.changes.frame)[:_FLIPS]
    if not flips:
        return row + 1
    row += 1
    for place, header in enumerate(("Verdict changed", "Before", "Now", "Cause")):
        sheet.write_string(row, place, header, book.formats["header"])
    for name, before, after, cause in flips:
        row += 1
        layout.tall[row] = _named(book, sheet, row, name)
        for place, text in enumerate((before, after, cause), start=1):
            sheet.write_string(row, place, text, book.formats["text"])
    return row + 2


def _table(book: Book, sheet: Worksheet, tally: Tally, row: int) -> int:
    """Write the counts of a chart, for reading and for the chart; return the next free row."""
    sheet.write_string(row, 0, tally.title, book.formats["heading"])
    row += 1
    sheet.write_string(row, 0, tally.label, book.formats["header"])
    for place, name in enumerate(tally.series, start=1):
        sheet.write_string(row, place, name, book.formats["header_number"])
    for bar in tally.bars:
        row += 1
        sheet.write_string(row, 0, cell(bar.label), book.formats["text"])
        for place, count in enumerate(bar.counts, start=1):
            sheet.write_number(row, place, count, book.formats["number"])
    return row + 2
