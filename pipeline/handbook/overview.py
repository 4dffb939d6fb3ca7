"""Which rules speak for which role under each aspect, by the kind of fact they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.handbook.wording import ROLES
from pipeline.rulebook.conditions import comparisons
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.rulebook.rules import EvidenceRule, Ruleset

COLUMNS, GRAPH, TEXT = "columns", "graph", "text"
KINDS: Final = {
    COLUMNS: "From its columns",
    GRAPH: "From the portfolio graph",
    TEXT: "From its text",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Voices:
    """The rules of one aspect for one role.

    ``rules`` are their ids by the key of ``KINDS``, every key there; ``note`` is that of the
    aspect, on the first of its two rows.
    """

    key: str
    aspect: str
    role: str
    rules: Mapping[str, tuple[str, ...]]
    note: str


def voices(ruleset: Ruleset) -> tuple[Voices, ...]:
    """A row for each aspect and role, in their order; experimental rules are left out."""
    return tuple(
        Voices(
            key=f"aspect-{aspect.id}",
            aspect=aspect.title,
            role=title,
            rules={
                kind: tuple(
                    rule.id
                    for rule in ruleset.evidence
                    if (rule.aspect, rule.evidence_for) == (aspect.id, role)
                    and rule.points
                    and _kind(rule) == kind
                )
                for kind in KINDS
            },
            note=aspect.note if place == 0 else "",
        )
        for aspect in ruleset.aspects
        for place, (role, title) in enumerate(ROLES.items())
    )


def _kind(rule: EvidenceRule) -> str:
    """What a rule cannot do without: links if it reads any, text if it reads nothing else."""
    families = {VOCABULARY[comparison.fact].family for comparison in comparisons(rule.when)}
    if "graph" in families:
        return GRAPH
    return TEXT if families == {"text"} else COLUMNS
