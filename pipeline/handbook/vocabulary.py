"""The facts that rules read, as the handbook tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.rulebook.conditions import comparisons
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from pipeline.rulebook.rules import Ruleset


@dataclass(frozen=True, kw_only=True, slots=True)
class FactEntry:
    """One fact of the vocabulary: how it is counted, what unknown means, which rules read it."""

    spec: FactSpec
    values: str
    unknown: str
    readers: tuple[str, ...]


def fact_entries(ruleset: Ruleset) -> dict[str, tuple[FactEntry, ...]]:
    """The vocabulary by family, each fact with the rules that read it."""
    readers: dict[str, list[str]] = {}
    for rule in ruleset.rules:
        for name in dict.fromkeys(comparison.fact for comparison in comparisons(rule.when)):
            readers.setdefault(name, []).append(rule.id)
    families: dict[str, list[FactEntry]] = {}
    for spec in VOCABULARY.values():
        families.setdefault(spec.family, []).append(
            FactEntry(
                spec=spec,
                values=_values(spec),
                unknown=_unknown(spec),
                readers=tuple(readers.get(spec.name, ())),
            )
        )
    return {family: tuple(entries) for family, entries in families.items()}


def _values(spec: FactSpec) -> str:
    kinds = {"integer": "a whole number", "number": "a number", "boolean": "yes or no"}
    if spec.choices:
        return ", ".join(choice.replace("_", " ") for choice in spec.choices)
    if spec.kind == "terms":
        return "phrase lists"
    return f"{kinds[spec.kind]}{f' of {spec.unit}' if spec.unit else ''}"


def _unknown(spec: FactSpec) -> str:
    if spec.kind == "terms":
        return "Never unknown: where nothing is found, no phrase list is."
    if spec.family == "tally":
        return "Never unknown: nothing matched counts as 0."
    return "Left unknown, never taken for 0 or no; no comparison with it holds."
