"""What can stand together: the range of each fact, and every law that bears on some facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import FREE, Formula, Variables, as_mention, mention, scale
from pipeline.ruletools.analysis.laws import LAWS, Law
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable

# Lists and looked-up counts that are never zero where they are known.
_FROM_ONE = frozenset(
    {
        "domain_count",
        "unit_count",
        "vendor_count",
        "goal_count",
        "child_unit_count",
        "dependency_count",
        "complexity_level",
        "program_level",
        "cluster_member_count",
        "cluster_part_count",
        "cluster_unit_count",
    }
)
_SIGNED = frozenset(
    {
        "days_to_end",
        "project_lead",
        "program_lead",
        "project_structure_lead",
        "program_structure_lead",
        "project_typical_lead",
        "program_typical_lead",
    }
)
_MOST = {"complexity_level": 4, "program_level": 3}
_LARGEST = 10**12  # pipeline.facts holds no larger count, and no budget near it


def least(fact: str) -> int | None:
    """Smallest step that a numeric fact can be; ``None`` for one that may be negative."""
    return None if fact in _SIGNED else int(fact in _FROM_ONE) * scale(fact)


def most(fact: str) -> int:
    """Greatest step that a numeric fact can be."""
    return _MOST.get(fact, _LARGEST * scale(fact))


# What nobody has named in any member of a cluster is unknown; the rest can always be counted.
_UNKNOWN_OF_CLUSTERS = frozenset(
    {
        "cluster_unit_count",
        "cluster_cross_team_dependency_count",
        "cluster_common_goal_count",
    }
)


def is_always_known(fact: str) -> bool:
    """Whether a scalar fact is known for every initiative, or every cluster."""
    family = VOCABULARY[fact].family
    return (
        family == "tally"
        or fact in ("is_derived", "verdict")
        or (family == "cluster" and fact not in _UNKNOWN_OF_CLUSTERS)
    )


def _bounds(subject: str, variables: Variables) -> list[Formula]:
    """What holds of one scalar fact by itself."""
    spec = VOCABULARY[subject]
    found = [variables.known(subject)] if is_always_known(subject) else []
    if spec.kind == "boolean":
        return found
    low, high = least(subject), most(subject)
    if spec.kind == "choice":
        low, high = 0, len(spec.choices) - 1
    value = variables.value(subject)
    return [*found, value <= high, value >= (-high if low is None else low)]


def bounds(subjects: Iterable[str], variables: Variables = FREE) -> list[Formula]:
    """What holds of each scalar fact by itself: its range, and whether it is always known."""
    return [
        formula
        for subject in subjects
        if as_mention(subject) is None and subject not in variables.bound
        for formula in _bounds(subject, variables)
    ]


def closure(
    subjects: Iterable[str], variables: Variables = FREE
) -> tuple[frozenset[str], list[Law]]:
    """Everything that laws tie to some subjects, and those laws.

    Facts beyond them can all stay unknown, so they need not be asked about.
    """
    reached = {subject for subject in subjects if subject not in variables.bound}
    while True:
        laws = [law for law in LAWS if _matters(law, reached, variables)]
        grown = reached.union(*(law.facts for law in laws), *map(_twin, reached))
        if grown == reached:
            return frozenset(reached), laws + [_in_text(name) for name in sorted(_names(reached))]
        reached = grown


def _matters(law: Law, reached: set[str], variables: Variables) -> bool:
    return not reached.isdisjoint(law.triggers) and variables.bound.keys().isdisjoint(law.facts)


def _twin(subject: str) -> tuple[str, ...]:
    found = as_mention(subject)
    return (mention("terms", found[1]), mention("name_terms", found[1])) if found else ()


def _names(subjects: Iterable[str]) -> set[str]:
    return {found[1] for subject in subjects if (found := as_mention(subject))}


def _in_text(phrase_list: str) -> Law:
    return Law(
        text="the name is part of the text",
        facts=(mention("name_terms", phrase_list), mention("terms", phrase_list)),
        holds=lambda v: z3.Implies(
            v.mentions("name_terms", phrase_list), v.mentions("terms", phrase_list)
        ),
    )


def laws(
    subjects: Iterable[str], variables: Variables = FREE
) -> tuple[frozenset[str], list[Formula]]:
    """Subjects that hang together with some, and all that holds of them."""
    reached, found = closure(subjects, variables)
    return reached, [*bounds(sorted(reached), variables), *(law.holds(variables) for law in found)]
