"""What a run keeps and tells so that its verdicts can be asked about: facts, first explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.explain import evidence_table
from pipeline.explain.explainer import Explainer, subset
from pipeline.facts import store
from pipeline.facts.cells import source_cells
from pipeline.report.attention import agenda
from pipeline.report.files import create

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.assemble import Classified
    from pipeline.explain.record import Explanation
    from pipeline.facts import Initiatives
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.report.data import ReportData
    from pipeline.rulebook.rules import Ruleset

EXPLAINED: Final = 1_000  # initiatives, in the order of attention
# Counted, not timed, so that equal work gives equal bytes; each takes part of a second.
SEARCHED: Final = 8


def facts_to_keep(raw: RawPortfolio, initiatives: Initiatives) -> store.Stored:
    """The facts of a run, and the cells they were made from."""
    rows = initiatives.rows
    return store.Stored(
        ids=tuple(rows["initiative_id"].to_list()),
        table=initiatives.table,
        cells=source_cells(raw, rows.index.tolist()),
    )


def keep_facts(stored: store.Stored, folder: Path) -> Path:
    """Write the facts of a run into its folder.

    Raises:
        FileNotWrittenError: The file is there already, or the disk refuses.
    """
    path = folder / store.NAME
    with create(path) as file:
        store.write(stored, file)
    return path


def keep_evidence(classified: Classified, folder: Path) -> Path:
    """Write every match of every initiative into the folder of a run.

    Raises:
        FileNotWrittenError: The file is there already, or the disk refuses.
    """
    path = folder / evidence_table.NAME
    with create(path) as file:
        ids = classified.initiatives.rows["initiative_id"].to_list()
        evidence_table.write(ids, classified.evidence, file)
    return path


def explain_first(
    data: ReportData, raw: RawPortfolio, ruleset: Ruleset, initiatives: Initiatives
) -> dict[int, Explanation]:
    """Explanations of the initiatives to look at first, by position.

    The smallest change is searched for the first ``SEARCHED`` of them that no single fact flips:
    for the others the column ``flips`` has it.
    """
    positions = agenda(data).order[:EXPLAINED]
    if not positions:
        return {}
    rows = initiatives.rows.iloc[list(positions)]
    explainer = Explainer(
        ruleset,
        rows=rows,
        table=subset(initiatives.table, positions),
        cells=source_cells(raw, rows.index.tolist()),
    )
    flips = data.initiatives["flips"].to_numpy()
    open_ = [place for place, position in enumerate(positions) if not flips[position]]
    searched = frozenset(open_[:SEARCHED])
    return {
        position: explainer.explain(place, search=place in searched)
        for place, position in enumerate(positions)
    }
