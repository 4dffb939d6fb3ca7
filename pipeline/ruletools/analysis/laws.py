"""What holds for every initiative, whatever the portfolio: how facts are made ties them.

Without these laws the solver would find initiatives that cannot be, such as one with three children
and one project. Each law follows from ``pipeline.facts``, ``pipeline.validate`` or
``pipeline.verdict``; a test holds them against real portfolios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.formulas import Formula, Variables


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """One thing that holds for every initiative.

    It matters to a question about any of ``facts``, or of ``about`` alone where that is given: a
    law of that kind can always be kept by the other facts.
    """

    text: str
    facts: tuple[str, ...]
    holds: Callable[[Variables], Formula]
    about: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """Subjects that make the law matter."""
        return self.about or self.facts


def _needs(fact: str, other: str) -> Law:
    return Law(
        text=f"{other} is known wherever {fact} is",
        facts=(fact, other),
        holds=lambda v: z3.Implies(v.known(fact), v.known(other)),
    )


def _only_true(fact: str) -> Law:
    return Law(
        text=f"{fact} is true or unknown",
        facts=(fact,),
        holds=lambda v: z3.Implies(v.known(fact), v.value(fact)),
    )


def _at_most(fact: str, other: str) -> Law:
    return Law(
        text=f"{fact} is at most {other}",
        facts=(fact, other),
        holds=lambda v: z3.Implies(
            z3.And(v.known(fact), v.known(other)), v.value(fact) <= v.value(other)
        ),
    )


def _same_knowledge(fact: str, other: str) -> tuple[Law, Law]:
    return _needs(fact, other), _needs(other, fact)


_CHILDREN = (
    Law(
        text="project_count is known and counts every child",
        facts=("child_count", "project_count"),
        holds=lambda v: z3.Implies(
            z3.And(v.known("child_count"), v.value("child_count") > 0),
            z3.And(v.known("project_count"), v.value("project_count") >= v.value("child_count")),
        ),
    ),
    _only_true("has_parent"),
    _needs("has_parent", "child_count"),
    _needs("child_unit_count", "child_count"),
    _at_most("child_unit_count", "child_count"),
)


def _crossing(v: Variables) -> Formula:
    """Only a dependency that is in the portfolio can cross to another unit."""
    out = z3.If(
        v.known("dependency_count"),
        v.value("dependency_count") - v.value("unknown_dependency_count"),
        0,
    )
    most = v.value("dependent_count") + out
    name = "cross_unit_dependency_count"
    return z3.Implies(v.known(name), v.value(name) <= most)


_DEPENDENCIES = (
    _needs("dependency_count", "dependent_count"),
    *_same_knowledge("dependency_count", "unknown_dependency_count"),
    _at_most("unknown_dependency_count", "dependency_count"),
    _needs("cross_unit_dependency_count", "dependent_count"),
    Law(
        text="a dependency that crosses units is one of those in or out",
        facts=(
            "cross_unit_dependency_count",
            "dependent_count",
            "dependency_count",
            "unknown_dependency_count",
        ),
        holds=_crossing,
    ),
)

_DATES = (
    _only_true("has_end_date"),
    _needs("duration_days", "has_end_date"),
    *_same_knowledge("days_to_end", "has_end_date"),
)

# Of a parent without a row, these are gathered from its children; the rest nobody has stated.
_DERIVED_UNKNOWN = (
    "stakeholder_count",
    "goal_count",
    "stakeholder_level",
    "decision_level",
    "scope_definition",
    "delivery_model",
    "has_parent",
    "dependency_count",
    "people_count",
    "has_sponsor",
    "has_owner",
    "current_role",
)


def _derived(v: Variables) -> Formula:
    unknown = [z3.Not(v.known(name)) for name in _DERIVED_UNKNOWN]
    children = z3.And(v.known("child_count"), v.value("child_count") > 0)
    return z3.Implies(v.value("is_derived"), z3.And(children, *unknown))


_CONTEXT = (
    Law(
        text="is_derived is always known",
        facts=("is_derived",),
        holds=lambda v: v.known("is_derived"),
    ),
    Law(
        text="a derived initiative has children, and nothing that only a row can state",
        facts=("is_derived", "child_count", *_DERIVED_UNKNOWN),
        about=("is_derived",),
        holds=_derived,
    ),
)


def _tally(one: str, other: str) -> tuple[Law, ...]:
    """The arithmetic of one role's sums."""

    def law(text: str, facts: tuple[str, ...], holds: Callable[..., Formula]) -> Law:
        names = tuple(f"{one}_{name}" for name in facts)
        return Law(text=text, facts=names, holds=lambda v: holds(*map(v.value, names)))

    def lead(kind: str, of: str) -> Law:
        facts = (f"{one}_{kind}", f"{one}_{of}", f"{other}_{of}")
        return Law(
            text=f"{one}_{kind} is {one}_{of} less {other}_{of}",
            facts=facts,
            holds=lambda v: v.value(facts[0]) == v.value(facts[1]) - v.value(facts[2]),
        )

    return (
        lead("lead", "score"),
        lead("structure_lead", "structure"),
        lead("typical_lead", "typical"),
        law(
            "structure and text are parts of the score",
            ("structure", "text", "score"),
            lambda structure, text, score: structure + text <= score,
        ),
        law(
            "each aspect with evidence has a point",
            ("aspects", "score"),
            lambda aspects, score: z3.And(aspects <= score, (aspects > 0) == (score > 0)),
        ),
        law(
            "strong rules are typical ones, and weigh 3",
            ("strong", "typical", "score"),
            lambda strong, typical, score: z3.And(strong <= typical, 2 * typical + strong <= score),
        ),
        law(
            "decisive rules have points, and none of them reads text",
            ("decisive", "score", "text"),
            lambda decisive, score, text: decisive + text <= score,
        ),
    )


_CLUSTERS = (
    _at_most("cluster_part_count", "cluster_member_count"),
    _at_most("cluster_program_count", "cluster_part_count"),
    _at_most("cluster_unit_count", "cluster_member_count"),
    _at_most("cluster_program_manager_count", "cluster_member_count"),
    _at_most("cluster_cross_team_dependency_count", "cluster_dependency_count"),
)

LAWS: tuple[Law, ...] = (
    *_CHILDREN,
    *_DEPENDENCIES,
    *_DATES,
    *_CONTEXT,
    *_tally("project", "program"),
    *_tally("program", "project"),
    *_CLUSTERS,
)
