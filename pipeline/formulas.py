"""Conditions, tallies and verdicts as formulas over variables: one for each fact an initiative has.

The meaning is that of ``engine.reference`` and ``pipeline.verdict``; tests hold them against each
other. What may be asked is anything that z3 answers: whether some initiative matches, whether two
rules differ, or which smallest change of the facts gives another verdict. The analysis of the
rulebook and the search for counterfactuals both stand on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.rulebook.conditions import Comparison, Condition, Group, comparisons
from pipeline.verdict import OUTCOMES
from schemas.facts import ROLES, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipeline.rulebook.rules import EvidenceRule, Rule, VerdictRule

# A z3 expression; z3 has no types of its own.
Formula: TypeAlias = Any

# What an initiative may be asked about: the name of a scalar fact, or one phrase list of a terms
# fact, written "terms:roadmap".
_LIST = ":"
_STRONG, _TYPICAL = 3, 2


def mention(fact: str, phrase_list: str) -> str:
    """The subject for one phrase list."""
    return f"{fact}{_LIST}{phrase_list}"


def as_mention(subject: str) -> tuple[str, str] | None:
    """Terms fact and phrase list of a subject; ``None`` for a scalar fact."""
    fact, sign, phrase_list = subject.partition(_LIST)
    return (fact, phrase_list) if sign else None


def subjects(*conditions: Condition) -> frozenset[str]:
    """Everything that conditions ask about."""
    return frozenset(
        subject
        for condition in conditions
        for comparison in comparisons(condition)
        for subject in _subjects(comparison)
    )


def _subjects(comparison: Comparison) -> list[str]:
    if comparison.operator != "mentions_any" or not isinstance(comparison.value, tuple):
        return [comparison.fact]
    return [mention(comparison.fact, name) for name in comparison.value]


def in_order(names: Iterable[str]) -> list[str]:
    """Subjects in the order of the vocabulary, phrase lists by name."""
    places = {name: place for place, name in enumerate(VOCABULARY)}
    return sorted(names, key=lambda name: (places[name.partition(_LIST)[0]], name))


def scale(fact: str) -> int:
    """How many steps a unit of a fact has: money counts in hundredths, all else in ones."""
    return 100 if VOCABULARY[fact].kind == "number" else 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A fact that is not free but follows from others, such as a sum of points."""

    value: Formula
    known: Formula


@dataclass(frozen=True, kw_only=True, slots=True)
class Variables:
    """One variable for the value of each scalar fact and one for whether it is known.

    Values are whole numbers in steps of ``scale``, places in the choices, or Booleans. Variables of
    one name are the same everywhere, so formulas of two rulesets speak of the same initiative;
    ``bound`` puts a formula in the place of a variable.
    """

    bound: Mapping[str, Bound] = field(default_factory=dict)

    def known(self, name: str) -> Formula:
        """Whether a scalar fact is known."""
        return self.bound[name].known if name in self.bound else z3.Bool(f"{name}?")

    def value(self, name: str) -> Formula:
        """What a scalar fact is; it means nothing where the fact is unknown."""
        if name in self.bound:
            return self.bound[name].value
        return z3.Bool(name) if VOCABULARY[name].kind == "boolean" else z3.Int(name)

    def mentions(self, fact: str, phrase_list: str) -> Formula:
        """Whether a phrase list was found."""
        return z3.Bool(mention(fact, phrase_list))

    def is_said(self, subject: str) -> Formula:
        """Whether a subject is known or mentioned."""
        found = as_mention(subject)
        return self.mentions(*found) if found else self.known(subject)

    def binding(self, bound: Mapping[str, Bound]) -> Variables:
        """These variables with more of them bound."""
        return Variables(bound={**self.bound, **bound})


FREE = Variables()


def holds(condition: Condition, variables: Variables = FREE) -> Formula:
    """The formula that is true for exactly the initiatives for which a condition holds."""
    match condition:
        case Group(join="all", members=members):
            return z3.And([holds(member, variables) for member in members])
        case Group(members=members):
            return z3.Or([holds(member, variables) for member in members])
        case Comparison():
            return _compare(condition, variables)
        case _:
            assert_never(condition)


def _compare(comparison: Comparison, variables: Variables) -> Formula:
    name, value = comparison.fact, comparison.value
    if comparison.operator == "mentions_any":
        lists = value if isinstance(value, tuple) else (str(value),)
        return z3.Or([variables.mentions(name, each) for each in lists])
    known = variables.known(name)
    if comparison.operator == "exists":
        return known if value else z3.Not(known)
    spec, term = VOCABULARY[name], variables.value(name)
    if spec.kind == "boolean":
        return z3.And(known, term if value else z3.Not(term))
    if spec.kind == "choice":
        chosen = value if isinstance(value, tuple) else (str(value),)
        return z3.And(known, z3.Or([term == spec.choices.index(each) for each in chosen]))
    return z3.And(known, *within(term, *steps_of(comparison)))


def steps_of(comparison: Comparison) -> tuple[int | None, int | None]:
    """First and last step that satisfy a comparison with a number; ``None`` where open."""
    # As written in the rule: 0.1 is a tenth, not the nearest binary number.
    limit = Fraction(str(comparison.value)) * scale(comparison.fact)
    match comparison.operator:
        case "gt":
            return math.floor(limit) + 1, None
        case "gte":
            return math.ceil(limit), None
        case "lt":
            return None, math.ceil(limit) - 1
        case "lte":
            return None, math.floor(limit)
        case _:
            return math.ceil(limit), math.floor(limit)


def within(term: Formula, low: int | None, high: int | None) -> list[Formula]:
    """That a term lies between two ends, both included."""
    return [
        *([term >= low] if low is not None else []),
        *([term <= high] if high is not None else []),
    ]


def any_of(rules: Iterable[EvidenceRule], variables: Variables = FREE) -> Formula:
    """That one of some rules matches."""
    return z3.Or([holds(rule.when, variables) for rule in rules])


def points(rules: Iterable[EvidenceRule], variables: Variables = FREE) -> Formula:
    """Sum of the points of the rules that match."""
    return _sum((_Match(rule, variables) for rule in rules), _WORTH["score"])


def tally(rules: Sequence[EvidenceRule], variables: Variables = FREE) -> dict[str, Bound]:
    """The tally facts that ``pipeline.verdict.tally`` makes of evidence, bound to their sums."""
    sums: dict[str, Formula] = {}
    matches = [_Match(rule, variables) for rule in rules if rule.points]
    for role in ROLES:
        word = role.removesuffix("_manager")
        own = [match for match in matches if match.rule.evidence_for == role]
        sums |= {f"{word}_{name}": _sum(own, worth) for name, worth in _WORTH.items()}
        sums[f"{word}_aspects"] = _aspects(own)
    for one, other in (("project", "program"), ("program", "project")):
        sums[f"{one}_lead"] = sums[f"{one}_score"] - sums[f"{other}_score"]
        sums[f"{one}_typical_lead"] = sums[f"{one}_typical"] - sums[f"{other}_typical"]
        sums[f"{one}_structure_lead"] = sums[f"{one}_structure"] - sums[f"{other}_structure"]
    return {name: Bound(value=value, known=z3.BoolVal(True)) for name, value in sums.items()}  # noqa: FBT003


_WORTH: dict[str, Callable[[EvidenceRule], int]] = {
    "score": lambda rule: rule.points,
    "structure": lambda rule: rule.points * (rule.basis == "structure"),
    "text": lambda rule: rule.points * (rule.basis == "text"),
    "typical": lambda rule: int(rule.points >= _TYPICAL),
    "strong": lambda rule: int(rule.points >= _STRONG),
    "decisive": lambda rule: int(rule.decisive),
}


class _Match(dict[int, Formula]):
    """What a match of one rule is worth, by points: each formula is made once, which saves time."""

    def __init__(self, rule: EvidenceRule, variables: Variables) -> None:
        self.rule, self.hit = rule, holds(rule.when, variables)

    def __missing__(self, points: int) -> Formula:
        return self.setdefault(points, z3.If(self.hit, points, 0))


def _sum(matches: Iterable[_Match], worth: Callable[[EvidenceRule], int]) -> Formula:
    parts = [match[points] for match in matches if (points := worth(match.rule))]
    return z3.Sum(parts) if parts else z3.IntVal(0)


def _aspects(matches: Iterable[_Match]) -> Formula:
    by_aspect: dict[str, list[Formula]] = {}
    for match in matches:
        by_aspect.setdefault(match.rule.aspect, []).append(match.hit)
    parts = [z3.If(z3.Or(hits), 1, 0) for hits in by_aspect.values()]
    return z3.Sum(parts) if parts else z3.IntVal(0)


def decided_by(rules: Sequence[Rule], place: int, variables: Variables = FREE) -> Formula:
    """That the rule at a place is the first of those that match."""
    earlier = [z3.Not(holds(rule.when, variables)) for rule in rules[:place]]
    return z3.And(holds(rules[place].when, variables), *earlier)


def verdict(rules: Sequence[VerdictRule], variables: Variables = FREE) -> Formula:
    """The verdict as a place in ``OUTCOMES``; one past the end where no rule covers the tally.

    ``rules`` are in their order; with the tally bound it is the verdict of an initiative.
    """
    outcome = z3.IntVal(len(OUTCOMES))
    for rule in reversed(rules):
        given = z3.IntVal(OUTCOMES.index(rule.verdict))
        outcome = z3.If(holds(rule.when, variables), given, outcome)
    return outcome
