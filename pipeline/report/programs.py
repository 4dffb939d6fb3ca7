"""Clusters as the page shows them: those to act on, in words, with their members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report.columns import texts
from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

RECOMMENDATIONS: Final = {
    "program_manager": "Program manager",
    "watch": "Watch",
    "leave": "Leave as it is",
}
KINDS: Final = {
    "dependency_cycle": "Dependencies in a circle",
    "parent_cycle": "Parents in a circle",
    "unknown_dependency": "Depends on an unknown id",
    "quarantined_dependency": "Depends on a quarantined row",
    "program_without_lead": "Program without a lead",
    "bridge": "Ties two clusters",
}
# More than a meeting gets through; the workbook has all.
_MOST_CLUSTERS = 25
_MOST_FINDINGS = 25
_TEXT_LIMIT = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCluster:
    """One cluster; ``members`` are id, name and ties of each."""

    key: str
    name: str
    recommendation: str
    css_class: str
    rule_id: str
    rationale: str
    ties: str
    budget: str
    members: list[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPrograms:
    """What the page says of programs; the totals count those that are not shown, too."""

    clusters: list[ShownCluster]
    cluster_total: int
    findings: list[tuple[str, str, str, str]]
    finding_total: int


def shown_programs(data: ReportData) -> ShownPrograms | None:
    """The clusters to act on and the findings; ``None`` where neither was found."""
    found = data.programs
    if found is None or not (len(found.clusters) or len(found.findings)):
        return None
    acting = found.clusters[found.clusters["recommendation"] != "leave"]
    members: dict[str, list[tuple[str, str, str]]] = {}
    columns = (texts(found.members, name) for name in ("initiative_id", "name", "ties"))
    for key, *told in zip(texts(found.members, "cluster_id"), *columns, strict=True):
        members.setdefault(key, []).append((_shown(told[0]), _shown(told[1]), _shown(told[2])))
    frame = acting.head(_MOST_CLUSTERS)
    names = ("cluster_id", "name", "recommendation", "rule_id", "rationale", "ties", "budget")
    rows = zip(*(texts(frame, name) for name in (*names, "currency")), strict=True)
    listed = found.findings.head(_MOST_FINDINGS)
    findings = zip(
        *(texts(listed, name) for name in ("kind", "initiative_id", "name", "text")), strict=True
    )
    return ShownPrograms(
        clusters=[
            ShownCluster(
                key=key,
                name=_shown(name),
                recommendation=RECOMMENDATIONS[code],
                css_class="program-manager" if code == "program_manager" else "undecided",
                rule_id=rule,
                rationale=_shown(why),
                ties=_shown(ties),
                budget=f"{amount} {currency}".strip(),
                members=members[key],
            )
            for key, name, code, rule, why, ties, amount, currency in rows
        ],
        cluster_total=len(acting),
        findings=[
            (KINDS[kind], _shown(initiative), _shown(name), _shown(text))
            for kind, initiative, name, text in findings
        ],
        finding_total=len(found.findings) + sum(found.left_off.values()),
    )


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
