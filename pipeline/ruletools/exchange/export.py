"""Writes the rulebook as a workbook: a decision table for each aspect, one row a rule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook

from pipeline.errors import Location
from pipeline.ruletools.exchange import guide
from pipeline.ruletools.exchange.entries import read_rulebook
from pipeline.ruletools.exchange.faults import NotAWorkbookName
from pipeline.ruletools.exchange.layout import (
    EXAMPLE_FIELDS,
    EXAMPLES,
    EXPORTED,
    EXPORTED_FIELDS,
    PHRASE_FIELDS,
    PHRASES,
    WHEN,
    Field,
    Plan,
    facts_in_order,
    plans,
)
from pipeline.ruletools.exchange.rows import alternatives, example_rows, phrase_rows, rule_rows
from pipeline.ruletools.exchange.sheets import Column, SheetWriter
from pipeline.whole_file import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.ruletools.exchange.entries import Rulebook
    from pipeline.ruletools.exchange.rows import Cells

# Text stays text whatever it looks like; in memory, so that nothing carries a date of its own.
_OPTIONS: Final[dict[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NARROWEST, _WIDEST = 14, 34  # columns of facts, in characters


def export_workbook(root: Path, path: Path) -> int:
    """Write the rulebook under ``root`` to a workbook; how many rules are in it.

    The bytes depend on the rules alone.

    Raises:
        RulebookError: The rulebook is faulty.
        NotAWorkbookName: The suffix is not .xlsx.
        CellOverflow: A text is too long for a cell.
        FileNotWrittenError: The file cannot be written; a file of that name stays as it was.
    """
    if path.suffix.lower() != ".xlsx":
        raise NotAWorkbookName(
            f"rules are exported to an Excel workbook, not {path.suffix!r}",
            hint="Name the file .xlsx",
            at=Location(path=path),
        )
    book = read_rulebook(root)
    content = _content(book, path)
    with writing(path) as draft:
        draft.write_bytes(content)
    return sum(entry.kind != "phrases" for entry in book.entries.values())


def _content(book: Rulebook, path: Path) -> bytes:
    made = BytesIO()
    workbook = Workbook(made, _OPTIONS)
    newest = max((entry.data.get("modified", "") for entry in book.entries.values()), default="")
    day = date.fromisoformat(newest or "2026-01-01")
    title = f"Rulebook {book.settings.id} {book.settings.version}"
    created = datetime(day.year, day.month, day.day, tzinfo=UTC)
    workbook.set_properties({"title": title, "created": created})
    writer = SheetWriter(workbook=workbook, path=path)
    guide.add_guide(writer, title)
    for plan in plans(book.settings):
        _add_rules(writer, book, plan)
    lists = book.of("phrases", "phrases")
    phrases = [row for entry in lists for row in phrase_rows(entry)]
    writer.add(PHRASES, _columns(PHRASE_FIELDS), phrases, freeze=1)
    rules = [entry for plan in plans(book.settings) for entry in book.of(plan.kind, plan.folder)]
    examples = [row for entry in rules for row in example_rows(entry)]
    writer.add(EXAMPLES, _columns(EXAMPLE_FIELDS), examples, freeze=1)
    guide.add_facts(writer)
    digests: list[Cells] = [
        {"Id": entry.id, "Digest": entry.digest} for entry in book.entries.values()
    ]
    writer.add(EXPORTED, _columns(EXPORTED_FIELDS), digests, hidden=True)
    workbook.close()
    return made.getvalue()


def _add_rules(writer: SheetWriter, book: Rulebook, plan: Plan) -> None:
    entries = book.of(plan.kind, plan.folder)
    rows = [row for entry in entries for row in rule_rows(plan, entry)]
    used = [
        fact for entry in entries for row in alternatives(entry.data["when"]) or () for fact in row
    ]
    facts = [
        Column(header=name, width=_fact_width(name, rows), style="fact")
        for name in facts_in_order(used)
    ]
    columns = [*_columns(plan.before), *facts, *_columns(plan.after)]
    writer.add(plan.sheet, columns, rows, freeze=2)


def _fact_width(name: str, rows: Sequence[Cells]) -> int:
    longest = max((len(str(row[name])) for row in rows if name in row), default=0)
    return max(_NARROWEST, len(name) + 4, min(_WIDEST, longest + 1))


def _columns(fields: tuple[Field, ...]) -> list[Column]:
    return [
        Column(
            header=field.header,
            width=field.width,
            style="fact" if field.header == WHEN else "cell",
            choices=tuple(choice.replace("_", " ") for choice in field.choices),
        )
        for field in fields
    ]
