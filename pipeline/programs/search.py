"""From classified initiatives to clusters, each with a recommendation, and to findings."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.engine.decide import Engine
from pipeline.explain import matches
from pipeline.programs.budgets import budgets
from pipeline.programs.cluster_facts import cluster_facts, declared
from pipeline.programs.clusters import clusters
from pipeline.programs.findings import findings
from pipeline.programs.network import network
from pipeline.programs.words import cluster_ties, member_ties, names
from schemas import programs as models

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.facts.table import FactTable
    from pipeline.programs.clusters import Found
    from pipeline.programs.findings import Finding
    from pipeline.rulebook.rules import ClusterRule

# Of one kind of finding; more of it is one fault in the file, not as many.
MOST_FINDINGS = 2_000
_ID_DIGITS = 8
_NO_RULE = "No cluster rule covers it."
_MARK = "; "


@dataclass(frozen=True, kw_only=True, slots=True)
class Programs:
    """What is found about programs in one portfolio.

    ``clusters``, ``members`` and ``findings`` satisfy the models of ``schemas.programs``;
    ``left_off`` counts, by kind, the findings beyond ``MOST_FINDINGS``. ``rule_matches`` counts the
    clusters that each cluster rule matched.
    """

    clusters: pd.DataFrame
    members: pd.DataFrame
    findings: pd.DataFrame
    left_off: Mapping[str, int]
    rule_matches: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Advice:
    recommendation: str
    rule_id: str
    rationale: str


def find(
    rows: pd.DataFrame,
    verdicts: Sequence[str],
    rules: Sequence[ClusterRule],
    *,
    quarantined: Collection[str] = (),
) -> Programs:
    """Find clusters, ask the rules what each needs, and note what else the graph shows.

    The result does not hang on the order of ``rows``, and an initiative that is tied to none
    changes nothing.

    Args:
        rows: Accepted and derived initiatives, as ``pipeline.facts.Initiatives`` has them.
        verdicts: The verdict of each.
        rules: Cluster rules in the order in which they are asked.
        quarantined: Ids whose rows could not be used.

    Raises:
        EngineDisagreement: Engine and reference evaluator differ on a cluster.
    """
    found = clusters(network(rows, verdicts))
    facts = cluster_facts(found)
    decisions = Engine(rules).decide(facts)
    told = matches.by_initiative(decisions, facts)
    order = {rule.id: place for place, rule in enumerate(rules)}
    advice = [_advice(each, order) for each in told]
    titles = names(found)
    keys = found.network.rows["initiative_id"].to_list()
    ids = [_cluster_id([keys[place] for place in places]) for places in found.members]
    noted, left_off = _kept(list(findings(found, titles, quarantined)))
    ranked = sorted(
        range(found.size),
        key=lambda number: (
            models.RECOMMENDATIONS.index(advice[number].recommendation),
            -len(found.members[number]),
            found.members[number],
        ),
    )
    return Programs(
        clusters=_cluster_frame(found, facts, advice, titles, ids)
        .iloc[ranked]
        .reset_index(drop=True),
        members=_member_frame(found, ids, ranked),
        findings=_finding_frame(found, noted),
        left_off=left_off,
        rule_matches={rule.id: int(decisions.matched(rule.id).sum()) for rule in rules},
    )


def _advice(told: Sequence[matches.Match], order: Mapping[str, int]) -> _Advice:
    """What the first of the matching rules says."""
    if not told:
        return _Advice(recommendation="leave", rule_id="", rationale=_NO_RULE)
    first = min(told, key=lambda match: order[match.rule.id])
    recommendation: str = first.rule.recommendation  # type: ignore[attr-defined]
    return _Advice(recommendation=recommendation, rule_id=first.rule.id, rationale=first.text)


def _cluster_id(ids: Sequence[str]) -> str:
    # An id may hold any sign but the zero.
    text = "\0".join(ids)
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    # Not the digits alone: a spreadsheet would take 4e924025 or 08006356 for a number.
    return f"C-{digest[:_ID_DIGITS]}"


def _cluster_frame(
    found: Found,
    facts: FactTable,
    advice: Sequence[_Advice],
    titles: Sequence[str],
    ids: Sequence[str],
) -> pd.DataFrame:
    count = {name: facts.columns[f"cluster_{name}"].values for name in _COUNTS}  # noqa: PD011
    budget, currency = budgets(found)
    keys = found.network.rows["initiative_id"].to_list()
    listed = [
        [_MARK.join(keys[place] for place in places) for places in each]
        for each in (declared(found), found.members)
    ]
    frame = {
        "cluster_id": ids,
        "name": titles,
        "recommendation": [each.recommendation for each in advice],
        "rule_id": [each.rule_id for each in advice],
        "rationale": [each.rationale for each in advice],
        "ties": cluster_ties(found),
        "member_count": count["member_count"],
        "unit_count": count["unit_count"],
        "declared_programs": listed[0],
        "dependencies": count["dependency_count"],
        "cross_team_dependencies": count["cross_team_dependency_count"],
        "budget": budget,
        "currency": currency,
        "members": listed[1],
    }
    return _frame(frame, models.Clusters)


_COUNTS = ("member_count", "unit_count", "dependency_count", "cross_team_dependency_count")


def _member_frame(found: Found, ids: Sequence[str], ranked: Sequence[int]) -> pd.DataFrame:
    places = [place for number in ranked for place in found.members[number]]
    rows = found.network.rows.iloc[places]
    ties = member_ties(found)
    frame = {
        "cluster_id": [ids[number] for number in ranked for _ in found.members[number]],
        "initiative_id": rows["initiative_id"].to_list(),
        "name": rows["name"].fillna("").to_list(),
        "verdict": found.network.verdicts[np.array(places, np.intp)].tolist(),
        "ties": [ties[place] for place in places],
    }
    return _frame(frame, models.Members)


def _kept(found: Sequence[Finding]) -> tuple[list[Finding], dict[str, int]]:
    kept: list[Finding] = []
    counts: Counter[str] = Counter()
    for each in found:
        counts[each.kind] += 1
        if counts[each.kind] <= MOST_FINDINGS:
            kept.append(each)
    left_off = {kind: n - MOST_FINDINGS for kind, n in counts.items() if n > MOST_FINDINGS}
    return kept, left_off


def _finding_frame(found: Found, noted: Sequence[Finding]) -> pd.DataFrame:
    rows = found.network.rows.iloc[[each.place for each in noted]]
    frame = {
        "kind": [each.kind for each in noted],
        "initiative_id": rows["initiative_id"].to_list(),
        "name": rows["name"].fillna("").to_list(),
        "others": [_MARK.join(each.others) for each in noted],
        "text": [each.text for each in noted],
    }
    return _frame(frame, models.Findings)


def _frame(columns: Mapping[str, Any], model: type) -> pd.DataFrame:
    """A frame with the dtypes of a model, which it satisfies."""
    schema = model.to_schema()  # type: ignore[attr-defined]
    dtypes = {name: str(column.dtype) for name, column in schema.columns.items()}
    frame = pd.DataFrame(dict(columns), columns=list(schema.columns)).astype(dtypes)
    if len(frame):
        schema.validate(frame, lazy=True)
    return frame
