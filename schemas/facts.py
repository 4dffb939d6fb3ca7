"""The fact vocabulary: every name a rule may use.

The names stand in ``facts_of_rows`` and ``facts_made``; the handbook lists them for people.
"""

from __future__ import annotations

from schemas.fact_spec import ROLES, FactKind, FactSpec, Family
from schemas.facts_made import CLUSTER, GRAPH, OUTCOME, TALLY
from schemas.facts_of_rows import CONTEXT, SIZE, STRUCTURE, TEXT

__all__ = ["ALLOWED", "ROLES", "VOCABULARY", "FactKind", "FactSpec", "Family"]

VOCABULARY: dict[str, FactSpec] = {
    spec.name: spec
    for group in (STRUCTURE, GRAPH, TEXT, SIZE, CONTEXT, TALLY, OUTCOME, CLUSTER)
    for spec in group
}

# Which families a kind of rule may read: verdicts are decided on the tally alone, so that every
# point in a verdict comes from an evidence rule that can be shown.
ALLOWED: dict[str, frozenset[Family]] = {
    "evidence": frozenset({"structure", "graph", "text", "size"}),
    "complexity": frozenset({"structure", "graph", "size"}),
    "verdict": frozenset({"tally"}),
    "advisory": frozenset({"structure", "graph", "text", "size", "context", "tally", "outcome"}),
    "cluster": frozenset({"cluster"}),
}
