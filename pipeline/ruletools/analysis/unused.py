"""Facts, choices and phrase lists that no rule that can match makes any use of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.formulas import as_mention, subjects
from pipeline.ruletools.analysis.findings import Finding
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Ruleset

FACT, PHRASES = "A030", "A031"
# Sums of the tally are shown in every report, whether or not a rule reads them.
_FOR_RULES_ALONE = ("structure", "graph", "size", "context", "outcome", "cluster")


def analyse(ruleset: Ruleset, alive: Mapping[str, Fact], folder: Path) -> Iterator[Finding]:
    """What is made or searched for, and then decides nothing."""
    read = subjects(*(rule.when for rule in ruleset.rules if rule.id in alive))
    for spec in VOCABULARY.values():
        if spec.family in _FOR_RULES_ALONE and spec.name not in read:
            yield Finding(
                code=FACT,
                severity="notice",
                place=folder,
                problem=f"no rule that can match reads the fact {spec.name}",
                cure="Write a rule for it, or let it be",
            )
    lists = {found[1] for subject in read if (found := as_mention(subject))}
    for name in sorted(set(ruleset.phrases) - lists):
        yield Finding(
            code=PHRASES,
            severity="warning",
            place=folder / "phrases" / f"{name}.yaml",
            problem=f"no rule that can match reads the phrase list {name}",
            cure="Use it, or delete it",
        )
