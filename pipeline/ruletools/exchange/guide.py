"""The sheets that explain: how to fill in the tables, and the facts that a rule may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.ruletools.exchange.layout import EXAMPLES, FACTS, GUIDE, PHRASES, SEPARATOR
from pipeline.ruletools.exchange.sheets import Column, set_print
from schemas.facts import ALLOWED, VOCABULARY

if TYPE_CHECKING:
    from pipeline.ruletools.exchange.rows import Cells
    from pipeline.ruletools.exchange.sheets import SheetWriter

_LINES: Final = (
    (
        "What this is",
        (
            "The rulebook as tables. Change cells, add rows, delete rows, then hand the "
            "workbook back: `staffing rules import` shows every difference; with --write it "
            "writes the rule files."
        ),
    ),
    (
        "A row",
        (
            "One rule. It matches where every filled blue cell of the row holds. A second row"
            " with the same rule id is an alternative: the rule matches where any of its rows"
            " holds. Such a row needs only the id and its blue cells."
        ),
    ),
    (
        "A blue cell",
        (
            "A test of the fact in the header. An empty cell tests nothing. A fact that is "
            "not known passes no test but 'unknown'."
        ),
    ),
    (">= 3", "At least three; likewise > and < and <=."),
    ("1..2", "From one to two, both included."),
    ("= 1", "Exactly one; '1' alone says the same."),
    ("= fixed", "That value; 'fixed' alone says the same. For yes or no: = true, = false."),
    ("= fixed | evolving", "One of these values."),
    ("known", "The fact is known, whatever its value; 'unknown' is the opposite."),
    (
        "mentions: long_horizon | many_sites",
        f"The text has a phrase of one of these lists; the lists are on the sheet {PHRASES}.",
    ),
    ("> 0 and <= 5", "Several tests of one fact."),
    (
        "A further fact",
        f"Insert a column with the name of the fact, as it stands on the sheet {FACTS}.",
    ),
    (
        "When",
        (
            "A condition that is no table, such as: team_count >= 3 and (domain_count >= 2 or"
            " unit_count >= 2). The blue cells of the rule then stay empty."
        ),
    ),
    (
        "Sources",
        (
            f"One a line: document{SEPARATOR}passage{SEPARATOR}what it says in your words. "
            "Documents and passages are those of ruleset.yaml."
        ),
    ),
    (
        PHRASES,
        (
            "One row each: a phrase; 'unless' a phrase in which it means something else; "
            "'match' and 'no match' texts in which the list must, or must not, be found."
        ),
    ),
    (
        EXAMPLES,
        (
            "The tests of a rule: two or more that it must match, and two or more near "
            "misses. Facts are written: team_count = 3; has_end_date = true. Leave out what "
            "is not known."
        ),
    ),
    (
        "A new rule",
        (
            "Take the next number that was never used. Status 'experimental' shows its "
            "matches and gives no points. Created, modified and version may stay empty."
        ),
    ),
    (
        "A deleted rule",
        "Is moved to the folder deprecated; its number is never used again.",
    ),
    (
        "Version",
        (
            "Is raised by the import where the meaning of a rule or phrase list has changed, and "
            "the date with it."
        ),
    ),
    (
        "History",
        (
            f"One line a version: version{SEPARATOR}date{SEPARATOR}what changed and why. Where "
            "the import raises the version and you wrote no line, it writes one."
        ),
    ),
)


def add_guide(writer: SheetWriter, title: str) -> None:
    """The first sheet."""
    sheet = writer.workbook.add_worksheet(GUIDE)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title, writer.format("title"))
    sheet.set_row(0, 26)
    for row, (term, text) in enumerate(_LINES, start=2):
        sheet.write_string(row, 0, term, writer.format("term"))
        sheet.write_string(row, 1, text, writer.format("text"))
        sheet.set_row(row, 30 if len(text) > 115 else 16)  # noqa: PLR2004 -- one line of its column
    set_print(sheet, GUIDE)


def add_facts(writer: SheetWriter) -> None:
    """The facts, what they mean, and which kinds of rules may read them."""
    columns = [
        Column(header="Fact", width=28),
        Column(header="Kind", width=10),
        Column(header="Meaning", width=80),
        Column(header="Unit or values", width=40),
        Column(header="From columns", width=40),
        Column(header="For rules of", width=40),
    ]
    rows: list[Cells] = [
        {
            "Fact": spec.name,
            "Kind": spec.kind,
            "Meaning": spec.meaning,
            "Unit or values": ", ".join(spec.choices) or spec.unit,
            "From columns": ", ".join(spec.columns),
            "For rules of": ", ".join(
                kind for kind, families in ALLOWED.items() if spec.family in families
            ),
        }
        for spec in VOCABULARY.values()
    ]
    writer.add(FACTS, columns, rows, freeze=1)
