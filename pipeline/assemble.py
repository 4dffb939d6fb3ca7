"""What was read and decided becomes the counts and frames of a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline import verdict
from pipeline.explain import frames, passages, rationale
from pipeline.facts.text import search_text
from pipeline.report.attention import agenda
from pipeline.report.data import Counts, ReportData
from schemas import columns as canonical
from schemas.report import Initiatives as InitiativesModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.explain import matches
    from pipeline.facts import Initiatives
    from pipeline.ingest.raw import RawPortfolio
    from pipeline.problems import Problem
    from pipeline.programs import Programs
    from pipeline.rulebook.phrase_matcher import PhraseMatcher
    from pipeline.rulebook.rules import Ruleset
    from pipeline.validate import Validated


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A portfolio up to validation."""

    raw: RawPortfolio
    validated: Validated


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified:
    """Everything decided about a portfolio, before it is written."""

    ruleset: Ruleset
    initiatives: Initiatives
    verdicts: verdict.Verdicts
    levels: NDArray[np.int64]
    program_levels: NDArray[np.int64]
    hardness: list[str]
    evidence: list[list[matches.Match]]
    advisories: list[list[matches.Match]]
    flips: list[str]
    rule_matches: dict[str, int]
    matcher: PhraseMatcher


def utf8(text: str) -> str:
    """Text that every file can hold; a file name or a cell may hold half a character."""
    return text.encode(errors="backslashreplace").decode()


class AccountingFault(Exception):  # noqa: N818 -- named for what it is
    """Rows read and rows accounted for differ: our bug, and nothing is published."""


def counts(checked: Checked, classified: Classified) -> Counts:
    """The accounting identity, asserted on every run."""
    rows = classified.initiatives.rows.index > 0
    given = [
        int(((classified.verdicts.verdict == place) & rows).sum())
        for place in range(len(verdict.OUTCOMES))
    ]
    totals = Counts(
        read=len(checked.raw.cells),
        project_manager=given[0],
        program_manager=given[1],
        undecided=given[2],
        quarantined=len(checked.validated.quarantined),
        derived=classified.initiatives.derived_count,
        # Those of quarantined rows stand with them, in quarantine.csv.
        warnings=sum(
            problem.source_line not in checked.validated.quarantined.index
            for problem in checked.validated.problems
        ),
        blank_rows=checked.raw.blank_rows,
        totals_rows=checked.raw.totals_rows,
    )
    accounted = sum(given) + totals.quarantined
    if totals.read != accounted:
        raise AccountingFault(f"{totals.read} rows were read, {accounted} are accounted for")
    return totals


def report_data(
    draft: dict[str, Any],
    totals: Counts,
    checked: Checked,
    classified: Classified,
    found: Programs,
) -> ReportData:
    """What the report writers need, but for the evidence and for what earlier runs say."""
    raw, validated = checked.raw, checked.validated
    quarantined = validated.quarantined.index
    return ReportData(
        manifest=draft,
        counts=totals,
        initiatives=initiative_frame(raw, classified),
        evidence=evidence_frame(classified, ()),
        advisories=frames.advisory_frame(classified.initiatives, classified.advisories),
        quarantine=problem_frame(
            [problem for problem in validated.problems if problem.source_line in quarantined],
            checked,
        ),
        warnings=problem_frame(
            [problem for problem in validated.problems if problem.source_line not in quarantined],
            checked,
        ),
        quarantined_cells=raw.cells.loc[quarantined],
        rules=frames.rule_frame(
            classified.ruleset, {**classified.rule_matches, **found.rule_matches}
        ),
        programs=found,
    )


def with_evidence(data: ReportData, classified: Classified) -> ReportData:
    """The report with the evidence of those initiatives whose evidence people read."""
    return replace(data, evidence=evidence_frame(classified, _read_line_by_line(data)))


def _read_line_by_line(data: ReportData) -> Sequence[int]:
    """The initiatives whose evidence people read: the first in the order of attention."""
    if len(data.initiatives) <= frames.MOST_EXPLAINED:
        return range(len(data.initiatives))
    return sorted(agenda(data).order[: frames.MOST_EXPLAINED])


def evidence_frame(classified: Classified, shown: Sequence[int]) -> pd.DataFrame:
    """The evidence of the initiatives at some positions, as ``ReportData.evidence``."""
    rows = classified.initiatives.rows.iloc[list(shown)]
    return frames.evidence_frame(
        classified.ruleset,
        classified.initiatives,
        classified.evidence,
        passages.Passages(
            classified.matcher,
            names=rows["name"].fillna("").to_list(),
            texts=search_text(rows).to_list(),
        ),
        shown,
    )


def initiative_frame(raw: RawPortfolio, classified: Classified) -> pd.DataFrame:
    """initiatives.csv: what was decided, the canonical columns, the other input columns."""
    rows, verdicts = classified.initiatives.rows, classified.verdicts
    outcomes = np.array([*verdict.OUTCOMES, ""], object)  # the last one for "no lean", which is -1
    rules = np.array([rule.id for rule in classified.ruleset.verdict], object)
    tally = verdicts.tally.columns
    lines = pd.array(rows.index.to_numpy(), dtype="Int64")
    lines[(rows.index < 0).nonzero()[0]] = pd.NA
    decided = pd.DataFrame(
        {
            "initiative_id": rows["initiative_id"].astype("str"),
            "name": rows["name"].astype("str"),
            "verdict": pd.array(outcomes[verdicts.verdict], dtype="str"),
            "lean": pd.array(outcomes[verdicts.lean], dtype="str"),
            "confidence": verdicts.confidence,
            "project_score": tally["project_score"].values,  # noqa: PD011 -- a dataclass
            "program_score": tally["program_score"].values,  # noqa: PD011
            "complexity_level": pd.array(
                np.where(classified.levels > 0, classified.levels, 0), dtype="Int64"
            ),
            "decided_by": pd.array(rules[verdicts.rule], dtype="str"),
            "evidence": _texts(
                [";".join(m.rule.id for m in found) for found in classified.evidence]
            ),
            "rationale": _texts(_rationales(classified)),
            "flips": _texts(classified.flips),
            "advisories": _texts(
                ["; ".join(m.text for m in found) for found in classified.advisories]
            ),
            "source_line": lines,
        },
        index=rows.index,
    )
    decided["complexity_level"] = decided["complexity_level"].mask(classified.levels == 0)
    InitiativesModel.validate(decided, lazy=True)
    others = raw.cells[list(raw.unmapped)].reindex(rows.index)
    rest = [name for name in canonical.NAMES if name not in ("initiative_id", "name")]
    others.columns = pd.Index(_apart(others.columns, [*decided.columns, *rest]), dtype="str")
    return pd.concat([decided, rows[rest], others], axis=1).reset_index(drop=True)


def _rationales(classified: Classified) -> list[str]:
    """The verdict in words, and how hard the initiative is."""
    texts = rationale.rationales(classified.ruleset, classified.verdicts, classified.evidence)
    return [f"{why} {hard}".rstrip() for why, hard in zip(texts, classified.hardness, strict=True)]


def _apart(headers: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Headers of the input beside our columns; one that we use, too, is marked as the input's."""
    used = {*taken}
    apart = []
    for header in headers:
        name = header
        while name in used:
            name += " (input)"
        used.add(name)
        apart.append(name)
    return apart


def _texts(values: Sequence[str]) -> Any:  # noqa: ANN401 -- a pandas string array
    return pd.array(list(values), dtype="str")


def problem_frame(problems: Sequence[Problem], checked: Checked) -> pd.DataFrame:
    """One row a problem, in order of line; a problem of the whole file stands first."""
    both = pd.concat([checked.validated.accepted, checked.validated.quarantined])
    ids = both["initiative_id"].to_dict()
    source = checked.raw.source
    columns = {
        "source_line": [problem.source_line for problem in problems],
        "initiative_id": [str(ids.get(problem.source_line, "")) for problem in problems],
        "column": [utf8(problem.column) for problem in problems],
        "value": [utf8(problem.value) for problem in problems],
        "problem": [problem.code for problem in problems],
        "hint": [utf8(problem.cure) for problem in problems],
        "severity": [problem.severity for problem in problems],
        "file": [source.name] * len(problems),
        "sheet": [source.sheet] * len(problems),
    }
    frame = pd.DataFrame(columns)
    texts = [name for name in columns if name != "source_line"]
    frame = frame.astype({"source_line": "int64", **dict.fromkeys(texts, "str")})
    return frame.sort_values("source_line", kind="stable", ignore_index=True)
