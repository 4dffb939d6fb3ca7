"""Conditions and consequences in words, with what each word leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.rulebook.conditions import Comparison, Condition, Group
from pipeline.rulebook.rules import (
    AdvisoryRule,
    ClusterRule,
    ComplexityRule,
    EvidenceRule,
    Rule,
    Ruleset,
    VerdictRule,
)
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = {
    "project_manager": "Technical Project Manager",
    "program_manager": "Technical Program Manager",
}
OUTCOMES = {**ROLES, "undecided": "Undecided"}
_RECOMMENDATIONS = {
    "program_manager": "needs a Technical Program Manager of its own",
    "watch": "needs a second look at the next meeting",
    "leave": "needs nothing of its own",
}
_VERBS: Mapping[str, str] = {
    "equals": "is",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "one_of": "is one of",
    "mentions_any": "mention",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value of a comparison; ``phrases`` is the id of the phrase list that it names, or ""."""

    text: str
    phrases: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One comparison: the fact, what is asked of it, and the values, of which one must do.

    ``told`` is what the fact counts, where its name alone does not tell; else "".
    """

    fact: str
    told: str
    verb: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Several:
    """Tests and groups of which all, or any, must hold."""

    join: Literal["all", "any"]
    members: tuple[Check | Several, ...]


def in_words(condition: Condition, ruleset: Ruleset) -> Several:
    """A condition as a tree of tests; a single test stands in a group of its own."""
    node = _words(condition, ruleset)
    return node if isinstance(node, Several) else Several(join="all", members=(node,))


def _words(condition: Condition, ruleset: Ruleset) -> Check | Several:
    if isinstance(condition, Group):
        members = tuple(_words(member, ruleset) for member in condition.members)
        return Several(join=condition.join, members=members)
    return _test(condition, ruleset)


def _test(comparison: Comparison, ruleset: Ruleset) -> Check:
    spec = VOCABULARY[comparison.fact]
    told = spec.meaning.rstrip(".") if spec.family in ("tally", "cluster") else ""
    if comparison.operator == "exists":
        verb = "is known" if comparison.value else "is not known"
        return Check(fact=comparison.fact, told=told, verb=verb, values=())
    given = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    return Check(
        fact=comparison.fact,
        told=told,
        verb=_VERBS[comparison.operator].removeprefix("is " if told else ""),
        values=tuple(_value(item, comparison, ruleset) for item in given),
    )


def _value(item: object, comparison: Comparison, ruleset: Ruleset) -> Value:
    if comparison.operator == "mentions_any":
        return Value(text=ruleset.phrases[str(item)].title, phrases=str(item))
    return Value(text=number(item))


def number(value: object) -> str:
    """A value as people write it: thousands set apart, yes and no, words without underscores."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if not value.is_integer():
            return f"{value:,}"
        case int() | float():
            return f"{int(value):,}"
        case _:
            return str(value).replace("_", " ")


def consequence(rule: Rule, ruleset: Ruleset) -> str:
    """What a match of the rule does."""
    match rule:
        case EvidenceRule():
            points = f"{rule.points} {'point' if rule.points == 1 else 'points'}"
            shown = ", were it stable" if rule.status == "experimental" else ""
            weight = f" (weight {rule.weight}{shown})" if shown else ""
            decisive = "; decisive" if rule.decisive else ""
            return f"{points} for a {ROLES[rule.evidence_for]}{weight}{decisive}"
        case ComplexityRule():
            return f"{ruleset.factors[rule.factor]}: level {rule.level} of 4"
        case VerdictRule(verdict="undecided"):
            return "Undecided"
        case VerdictRule():
            return f"{ROLES[rule.verdict]}, confidence {rule.at_least:g} to {rule.at_most:g}"
        case ClusterRule():
            return f"The cluster {_RECOMMENDATIONS[rule.recommendation]}"
        case AdvisoryRule():
            return "Advisory for attention" if rule.severity == "attention" else "Advisory"
        case _:
            raise TypeError(rule.kind)
