"""The sheet Evidence: one row for every rule that matched an initiative of the sheet Review."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.limits import EVIDENCE_ROWS
from pipeline.report.safe_text import cell
from pipeline.report.workbook.rulebook import NAME as RULEBOOK
from pipeline.report.workbook.sheet import HEADER_ROW, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.report.cases import Case, Proof
    from pipeline.report.workbook.sheet import Book

NAME: Final = "Evidence"
_RULE = "Rule"


def links(shown: Sequence[Case]) -> dict[str, int]:
    """The row, from 1, where the evidence of each initiative begins; absent where it has none."""
    rows = {}
    row = 0
    for case in shown:
        if case.proofs and row < EVIDENCE_ROWS:
            rows[case.initiative_id] = HEADER_ROW + 2 + row
        row += len(case.proofs)
    return rows


def add(book: Book, shown: Sequence[Case], rule_rows: Mapping[str, int]) -> None:
    """Add the sheet, in the order of Review and then of rules.

    ``rule_rows`` is the row of the sheet Rulebook, from 1, of each rule that is on it.
    """
    pairs = list(islice(((case, proof) for case in shown for proof in case.proofs), EVIDENCE_ROWS))
    total = sum(len(case.proofs) for case in shown)
    notes = ["Every rule that matched, for either role, with its values and the words it read."]
    if total > len(pairs):
        notes.append(
            f"Shows the first {len(pairs):,} of {total:,} matches; "
            "initiatives.csv names all rules that matched."
        )
    sheet = book.sheet(NAME, title="Evidence", notes=notes, wide=True)
    columns = _columns(pairs)
    book.table(sheet, columns, freeze=2)
    place = [column.header for column in columns].index(_RULE)
    style = book.formats["link"]
    for row, (_, proof) in enumerate(pairs, start=HEADER_ROW + 1):
        if proof.rule_id in rule_rows:
            # Both are ours: the loader lets nothing but AAA-000 be the id of a rule.
            target, label = f"#'{RULEBOOK}'!A{rule_rows[proof.rule_id]}", cell(proof.rule_id)
            label = label.replace('"', '""')
            formula = f'=HYPERLINK("{target}","{label}")'
            sheet.write_formula(row, place, formula, style, cell(proof.rule_id))


def _columns(pairs: Sequence[tuple[Case, Proof]]) -> list[TableColumn]:
    proofs = [proof for _, proof in pairs]
    return [
        TableColumn(
            header="Id", cells=[case.initiative_id for case, _ in pairs], width=14, style="wrap"
        ),
        TableColumn(
            header="Initiative", cells=[case.name for case, _ in pairs], width=30, style="strong"
        ),
        TableColumn(header="Aspect", cells=[words.spaced(p.aspect) for p in proofs], width=22),
        TableColumn(header="Speaks for", cells=[words.role(p.role) for p in proofs], width=17),
        TableColumn(header="Weight", cells=[p.weight for p in proofs], width=9, style="number"),
        TableColumn(header=_RULE, cells=[p.rule_id for p in proofs], width=18),
        TableColumn(
            header="Rationale",
            cells=[p.rationale or p.title for p in proofs],
            width=46,
            style="wrap",
        ),
        TableColumn(
            header="Values that matched", cells=[p.facts for p in proofs], width=32, style="wrap"
        ),
        TableColumn(header="Passage", cells=[p.passage for p in proofs], width=46, style="wrap"),
        TableColumn(header="Stands on", cells=[p.source for p in proofs], width=64, style="wrap"),
        TableColumn(header="Version", cells=[p.version for p in proofs], width=10, style="number"),
    ]
