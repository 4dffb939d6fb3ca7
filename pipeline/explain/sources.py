"""Where a rule stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.rulebook.rules import Rule, Ruleset


def source(rule: Rule, ruleset: Ruleset) -> str:
    """Document and section of each reference, in words."""
    return "; ".join(
        f"{document.title} ({document.publisher}): {document.passages[reference.passage]}"
        for reference in rule.references
        for document in [ruleset.documents[reference.document]]
    )
