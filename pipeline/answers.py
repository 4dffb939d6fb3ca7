"""What a run keeps and tells so that its verdicts can be asked about: facts, first explanations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.explain import evidence_table, missing
from pipeline.explain.explainer import Explainer, subset
from pipeline.facts import store
from pipeline.facts.cells import source_cells
from pipeline.report.attention import agenda
from pipeline.report.files import create
from pipeline.rulebook import kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from pipeline.assemble import Classified
    from pipeline.explain.missing import Question
    from pipeline.explain.record import Explanation
    from pipeline.facts import Initiatives
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.report.data import ReportData
    from pipeline.rulebook.rules import Ruleset
    from pipeline.verdict import Verdicts

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


def keep_rules(ruleset: Ruleset, folder: Path) -> Path:
    """Write the rules of a run into its folder.

    Raises:
        FileNotWrittenError: The file is there already, or the disk refuses.
    """
    path = folder / kept.NAME
    with create(path) as file:
        kept.write(ruleset.files, file)
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


def still_open(
    ruleset: Ruleset,
    initiatives: Initiatives,
    verdicts: Verdicts,
    explained: Mapping[int, Explanation],
) -> dict[int, tuple[Question, ...]]:
    """What to ask the owner of every undecided initiative, by position; the most decisive first.

    Args:
        ruleset: The rules.
        initiatives: All initiatives.
        verdicts: Theirs.
        explained: Those that have been asked already, by position.
    """
    open_ = np.flatnonzero(verdicts.verdict == verdict.OUTCOMES.index("undecided")).tolist()
    asked = {position: explained[position].missing for position in open_ if position in explained}
    positions = [position for position in open_ if position not in explained]
    if positions:
        table = subset(initiatives.table, positions)
        engine, verdict_engine = Engine(ruleset.evidence), Engine(ruleset.verdict)
        evidence = engine.decide(table)
        decided = verdict.decide(ruleset, verdict_engine, verdict.tally(evidence))
        found = missing.questions(ruleset, engine, verdict_engine, table, evidence, decided)
        asked |= dict(zip(positions, found, strict=True))
    return {position: asked[position] for position in open_}


def explain_first(
    data: ReportData, stored: store.Stored, ruleset: Ruleset, rows: pd.DataFrame
) -> dict[int, Explanation]:
    """Explanations of the initiatives to look at first, by position.

    The smallest change is searched for the first ``SEARCHED`` of them that no single fact flips:
    for the others the column ``flips`` has it.

    Args:
        data: The run.
        stored: The facts of its initiatives.
        ruleset: The rules.
        rows: The initiatives as ``Explainer`` takes them, in the same order.
    """
    positions = agenda(data).order[:EXPLAINED]
    if not positions:
        return {}
    cells = {
        header: [texts[position] for position in positions]
        for header, texts in stored.cells.cells.items()
    }
    explainer = Explainer(
        ruleset,
        rows=rows.iloc[list(positions)],
        table=subset(stored.table, positions),
        cells=replace(stored.cells, cells=cells),
    )
    flips = data.initiatives["flips"].to_numpy()
    open_ = [place for place, position in enumerate(positions) if not flips[position]]
    searched = frozenset(open_[:SEARCHED])
    explainer.search(sorted(searched))
    return {
        position: explainer.explain(place, search=place in searched)
        for place, position in enumerate(positions)
    }
