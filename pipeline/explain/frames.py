"""Evidence, advisories and the catalogue of rules as frames of ``schemas.report``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.explain.matches import show
from pipeline.explain.rationale import ROLE_WORDS
from pipeline.explain.sources import source
from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.rules import (
    AdvisoryRule,
    ClusterRule,
    ComplexityRule,
    EvidenceRule,
    Rule,
    Ruleset,
    VerdictRule,
)
from schemas import report
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.explain.matches import Match
    from pipeline.explain.passages import Passages
    from pipeline.facts import Initiatives

# As many as the workbook shows; evidence.parquet has every match of every initiative.
MOST_EXPLAINED = 5_000


def evidence_frame(
    ruleset: Ruleset,
    initiatives: Initiatives,
    matches: Sequence[list[Match]],
    passages: Passages,
    positions: Sequence[int],
) -> pd.DataFrame:
    """One row per matched evidence rule of the initiatives at ``positions``.

    ``passages`` has these initiatives alone, in the same order.

    Returns:
        A frame of ``schemas.report.Evidence``, in order of initiative and rule id.
    """
    rows = list(_evidence(ruleset, initiatives, matches, passages, positions))
    return _frame(rows, report.Evidence)


def _evidence(
    ruleset: Ruleset,
    initiatives: Initiatives,
    matches: Sequence[list[Match]],
    passages: Passages,
    positions: Sequence[int],
) -> Iterator[dict[str, Any]]:
    ids = initiatives.rows["initiative_id"].to_list()
    for place, position in enumerate(positions):
        for match in matches[position]:
            rule = match.rule
            if isinstance(rule, EvidenceRule):
                yield {
                    "initiative_id": ids[position],
                    "rule_id": rule.id,
                    "rule_version": rule.version,
                    "title": rule.title,
                    "aspect": rule.aspect,
                    "evidence_for": rule.evidence_for,
                    "weight": rule.points,
                    "rationale": match.text,
                    "facts": _facts(rule, initiatives, position),
                    "passage": passages.passage(rule, place) if rule.basis == "text" else "",
                    "source": source(rule, ruleset),
                }


def _facts(rule: Rule, initiatives: Initiatives, position: int) -> str:
    """The values that the rule looked at, such as "team_count=4; domain_count=3"."""
    shown = []
    for name in dict.fromkeys(comparison.fact for comparison in comparisons(rule.when)):
        column = initiatives.table.columns.get(name)
        if VOCABULARY[name].kind != "terms" and column is not None and column.known[position]:
            value = column.values[position]  # noqa: PD011 -- a FactColumn, not a frame
            shown.append(f"{name}={show(name, value.item())}")
    return "; ".join(shown)


def advisory_frame(initiatives: Initiatives, matches: Sequence[list[Match]]) -> pd.DataFrame:
    """One row per advisory: a frame of ``schemas.report.Advisories``."""
    ids = initiatives.rows["initiative_id"].to_list()
    rows = [
        {
            "initiative_id": key,
            "rule_id": match.rule.id,
            "severity": match.rule.severity,
            "text": match.text,
        }
        for key, found in zip(ids, matches, strict=True)
        for match in found
        if isinstance(match.rule, AdvisoryRule)
    ]
    return _frame(rows, report.Advisories)


def rule_frame(ruleset: Ruleset, match_counts: Mapping[str, int]) -> pd.DataFrame:
    """The catalogue of rules: a frame of ``schemas.report.Rules``."""
    rows = [
        {
            "rule_id": rule.id,
            "version": rule.version,
            "kind": rule.kind,
            "status": rule.status,
            "aspect": rule.aspect if isinstance(rule, EvidenceRule) else "",
            "title": rule.title,
            "consequence": _consequence(rule),
            "rationale": rule.rationale,
            "source": source(rule, ruleset),
            "matches": match_counts.get(rule.id, 0),
        }
        for rule in ruleset.rules
    ]
    return _frame(rows, report.Rules)


def _consequence(rule: Rule) -> str:
    match rule:
        case EvidenceRule():
            decisive = ", decisive" if rule.decisive else ""
            return f"+{rule.points} for a {ROLE_WORDS[rule.evidence_for]}{decisive}"
        case ComplexityRule():
            return f"{rule.factor}: level {rule.level} of 4"
        case VerdictRule():
            return f"Verdict: {ROLE_WORDS.get(rule.verdict, rule.verdict)}"
        case AdvisoryRule():
            return f"Advisory ({rule.severity})"
        case ClusterRule():
            words = {**ROLE_WORDS, "watch": "watch it", "leave": "leave as it is"}
            return f"Cluster: {words[rule.recommendation]}"
        case _:
            raise TypeError(rule.kind)


def _frame(rows: list[dict[str, Any]], model: type) -> pd.DataFrame:
    """The rows under the columns and dtypes of a model, which an empty frame needs too."""
    schema = model.to_schema()  # type: ignore[attr-defined]
    frame = pd.DataFrame(rows, columns=list(schema.columns))
    return frame.astype({name: str(column.dtype) for name, column in schema.columns.items()})
