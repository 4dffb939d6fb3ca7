"""A rule in words, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.rulebook.rules import Rule, Ruleset


def in_words(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    """The lines that describe a rule: head, condition, rationale, sources, gaps."""
    yield f"{rule.id}, version {rule.version}, {rule.status}: {rule.title}"
    yield f"  Kind:      {rule.kind}"
    for name in (
        "aspect",
        "evidence_for",
        "weight",
        "factor",
        "level",
        "verdict",
        "severity",
        "recommendation",
    ):
        if hasattr(rule, name):
            yield f"  {name.replace('_', ' ').capitalize() + ':':<10} {getattr(rule, name)}"
    yield f"  Owner:     {rule.owner}, since {rule.created}, changed {rule.modified}"
    yield f"  When:      {rule.when}"
    yield f"  Says:      {rule.rationale}"
    for reference in rule.references:
        document = ruleset.documents[reference.document]
        passage = document.passages[reference.passage]
        yield f"  Source:    {document.title} ({document.publisher}), {passage}: {reference.claim}"
    for gap in rule.known_gaps:
        yield f"  Known gap: {gap}"
    for example in rule.examples:
        verb = "matches" if example.matches else "does not match"
        shown = example.text or dict(example.facts) or "nothing known"
        yield f"  Example:   {verb}: {example.name}: {shown}"
