"""Small portfolios and rulebooks for the tests of pipeline.programs."""

from __future__ import annotations

import pandas as pd

from pipeline.rulebook import loader

COLUMNS = (
    "initiative_id",
    "name",
    "business_unit",
    "sponsor",
    "parent_id",
    "depends_on",
    "teams",
    "technical_domains",
    "vendors",
    "strategic_goals",
    "budget",
    "currency",
    "owner",
)
LISTS = ("depends_on", "teams", "technical_domains", "vendors", "strategic_goals")

SETTINGS = """\
id: small
version: 1.0.0
hit_policy: collect_sum
aspects:
  - {id: scope, title: Scope, prefix: SCO}
factors: {}
documents: {}
"""
RULE = """\
id: {id}
title: A rule
status: stable
version: 1
created: 2026-11-24
modified: 2026-11-24
owner: somebody
order: {order}
recommendation: {recommendation}
when: {when}
rationale: {rationale}
examples:
  match: [{{name: a}}, {{name: b}}]
  no_match: [{{name: c}}, {{name: d}}]
"""


def rows(*initiatives, index=None):
    """Accepted rows; each initiative is a mapping, a list a tuple, what is left out is missing."""
    made = {}
    for column in COLUMNS:
        values = [each.get(column) for each in initiatives]
        dtype = "Float64" if column == "budget" else object if column in LISTS else "str"
        made[column] = pd.Series(values, dtype=dtype)
    frame = pd.DataFrame(made)
    frame.index = pd.Index(index or range(2, len(frame) + 2), name="source_line")
    return frame


def cluster_rules(folder, *rules):
    """Cluster rules as loaded: (order, recommendation, when[, rationale]) each."""
    (folder / "cluster").mkdir(parents=True, exist_ok=True)
    (folder / "ruleset.yaml").write_text(SETTINGS, encoding="utf-8")
    for number, rule in enumerate(rules, start=1):
        order, recommendation, when, *rationale = rule
        text = RULE.format(
            id=f"CLU-{number:03}",
            order=order,
            recommendation=recommendation,
            when=when,
            rationale=rationale[0] if rationale else "Because.",
        )
        (folder / "cluster" / f"CLU-{number:03}.yaml").write_text(text, encoding="utf-8")
    return loader.load(folder).cluster
