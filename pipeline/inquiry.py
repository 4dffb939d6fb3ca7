"""The answer for one initiative, of a published run or of a portfolio nobody has classified yet."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import facts, manifest, run
from pipeline.errors import RulebookError
from pipeline.explain.explainer import Explainer, subset
from pipeline.explain.record import Explanation, StoredVerdict, as_json, stored_as_json
from pipeline.facts import store
from pipeline.facts.cells import source_cells
from pipeline.rulebook import kept, loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.reader import did_you_mean
from pipeline.run_folder import part_with, read_initiatives, read_manifest
from pipeline.runlog import RunLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.rulebook.rules import Ruleset

_LATEST = "latest"


class NotAnInitiative(LookupError):  # noqa: N818 -- named for what it is
    """Nobody decided about such an id; the text says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """The answer: explained by ``ruleset`` (a sha256), or as it was published.

    ``run_id`` is "" where a portfolio was asked, not a run.
    """

    answer: Explanation | StoredVerdict
    ruleset: str
    run_id: str = ""

    def as_json(self) -> str:
        """As JSON; ``explain.record`` says what is in it."""
        if isinstance(self.answer, Explanation):
            return as_json(self.answer, ruleset=self.ruleset, run_id=self.run_id)
        return stored_as_json(self.answer, ruleset=self.ruleset, run_id=self.run_id)


def run_folder(target: Path) -> Path | None:
    """The run that a path stands for: its folder, or the latest of a folder of runs."""
    for folder in (target, target / _LATEST):
        if (folder / manifest.NAME).is_file():
            return folder
    return None


def ask(options: run.Options, initiative_id: str) -> Inquiry:
    """Explain one initiative.

    Args:
        options: ``portfolio`` is a run folder, a folder of runs or a portfolio; of the rest, a run
            takes only the rules, and those only where its folder has none.
        initiative_id: Which one.

    Raises:
        NotAnInitiative: Nobody decided about such an id.
        PipelineError: Portfolio, run or rules cannot be read.
    """
    folder = run_folder(options.portfolio)
    if folder is not None:
        return _of_run(folder, options.rules, initiative_id)
    return _of_portfolio(options, initiative_id)


def _of_portfolio(options: run.Options, initiative_id: str) -> Inquiry:
    ruleset = loader.load(options.rules, as_of=options.as_of)
    checked = run.check(options, RunLog())
    initiatives = facts.derive(
        checked.validated, PhraseMatcher(ruleset.phrases), as_of=options.as_of
    )
    ids = initiatives.rows["initiative_id"].to_list()
    if initiative_id not in ids:
        quarantined = checked.validated.quarantined
        lines = quarantined.index[quarantined["initiative_id"] == initiative_id]
        cures = [each.cure for each in checked.validated.problems if each.source_line in lines]
        raise _not_found(initiative_id, ids, cures)
    position = ids.index(initiative_id)
    rows = initiatives.rows.iloc[[position]]
    explainer = Explainer(
        ruleset,
        rows=rows,
        table=subset(initiatives.table, [position]),
        cells=source_cells(checked.raw, rows.index.tolist()),
    )
    return Inquiry(answer=explainer.explain(0), ruleset=ruleset.sha256)


def _not_found(initiative_id: str, ids: Sequence[str], cures: Sequence[str]) -> NotAnInitiative:
    if cures:
        told = "; ".join(dict.fromkeys(cures))
        return NotAnInitiative(
            f"{initiative_id!r} is quarantined, so nothing was decided about it: {told}"
        )
    hint = did_you_mean(initiative_id, ids, "See the column initiative_id of initiatives.csv")
    return NotAnInitiative(f"no initiative {initiative_id!r}. {hint}")


def _of_run(folder: Path, rules: Path, initiative_id: str) -> Inquiry:
    published = read_manifest(folder)
    part = part_with(folder, initiative_id)
    frame = read_initiatives(folder, part)
    ids = frame["initiative_id"].to_list()
    if initiative_id not in ids:
        raise _not_found(initiative_id, ids, _quarantined(folder, initiative_id))
    position = ids.index(initiative_id)
    row = frame.iloc[position]
    as_of = date.fromisoformat(published["as_of"])
    ruleset = _rules_then(folder, published) or loader.load(rules, as_of=as_of)
    sha256, run_id = published["ruleset"]["sha256"], published["run_id"]
    if ruleset.sha256 != sha256:
        note = "The rules have changed since this run; this is what it published."
        return Inquiry(answer=_stored(row, note), ruleset=sha256, run_id=run_id)
    path = folder / store.NAME / part
    if not path.is_file():
        note = "This run kept no facts, so it cannot be explained anew; this is what it published."
        return Inquiry(answer=_stored(row, note), ruleset=sha256, run_id=run_id)
    answer = _explained(ruleset, row, store.read(path), position)
    if not _agree(answer, row):
        note = "The program has changed since this run and decides otherwise; this is what it said."
        return Inquiry(answer=_stored(row, note), ruleset=sha256, run_id=run_id)
    return Inquiry(answer=answer, ruleset=sha256, run_id=run_id)


def _rules_then(folder: Path, published: Mapping[str, Any]) -> Ruleset | None:
    """The rules of a run as its folder has them; ``None`` where they cannot be had or run."""
    try:
        ruleset = kept.load(kept.read(folder / kept.NAME), as_of=published["as_of"])
    except (kept.KeptRulesUnreadable, RulebookError):
        return None
    return ruleset if ruleset.sha256 == published["ruleset"]["sha256"] else None


def _quarantined(folder: Path, initiative_id: str) -> list[str]:
    path = folder / "quarantine.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            row["hint"] for row in csv.DictReader(file) if row["initiative_id"] == initiative_id
        ]


def _stored(row: pd.Series, note: str) -> StoredVerdict:
    texts = {
        name: _text(row[name])
        for name in ("initiative_id", "name", "verdict", "lean", "decided_by", "rationale")
    }
    return StoredVerdict(
        **texts,
        confidence=float(row["confidence"]),
        project_score=int(row["project_score"]),
        program_score=int(row["program_score"]),
        evidence=tuple(filter(None, _text(row["evidence"]).split(";"))),
        flips=_text(row["flips"]),
        advisories=_text(row["advisories"]),
        note=note,
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _explained(
    ruleset: Ruleset, row: pd.Series, stored: store.Stored, position: int
) -> Explanation:
    line = row["source_line"]
    one = pd.DataFrame(
        [{name: row[name] for name in ("initiative_id", "name", "description")}],
        index=[-1 if pd.isna(line) else int(line)],
        dtype="str",
    )
    cells = {header: [texts[position]] for header, texts in stored.cells.cells.items()}
    explainer = Explainer(
        ruleset,
        rows=one,
        table=subset(stored.table, [position]),
        cells=replace(stored.cells, cells=cells),
    )
    return explainer.explain(0)


def _agree(answer: Explanation, row: pd.Series) -> bool:
    return (answer.verdict, answer.project_score, answer.program_score) == (
        row["verdict"],
        row["project_score"],
        row["program_score"],
    )
