"""The fact vocabulary: every name a rule may use, with its type, unit, meaning and origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FactKind = Literal["integer", "number", "boolean", "choice", "terms"]
Family = Literal["structure", "graph", "text", "size", "context", "tally", "outcome", "cluster"]

ROLES = ("project_manager", "program_manager")


@dataclass(frozen=True, kw_only=True, slots=True)
class FactSpec:
    """One fact name.

    ``columns`` are the canonical columns it is made from. ``actionable`` marks facts that a PMO can
    change or correct, in steps of ``step`` (in ``unit``) between ``least`` and ``most``; only these
    may be named in a counterfactual. Unknown is always the absence of the fact; ``terms`` alone is
    never unknown, only empty. ``question`` asks the owner for it; "" where no owner could answer.
    """

    name: str
    kind: FactKind
    family: Family
    meaning: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    actionable: bool = False
    step: float = 1
    least: float = 0
    most: float = 1_000_000
    question: str = ""


_STRUCTURE = (
    FactSpec(
        name="project_count",
        kind="integer",
        family="structure",
        meaning="Discrete projects it is made of: the column, or the rows that name it as parent.",
        unit="projects",
        columns=("project_count", "parent_id"),
        actionable=True,
        least=1,
        most=1000,
        question="How many discrete projects is it made of?",
    ),
    FactSpec(
        name="team_count",
        kind="integer",
        family="structure",
        meaning="Teams that work on it: the column, or the teams named.",
        unit="teams",
        columns=("team_count", "teams"),
        actionable=True,
        least=1,
        most=500,
        question="How many teams work on it?",
    ),
    FactSpec(
        name="domain_count",
        kind="integer",
        family="structure",
        meaning="Different technical domains named.",
        unit="domains",
        columns=("technical_domains",),
        actionable=True,
        least=1,
        most=50,
        question="How many different technical domains does it touch?",
    ),
    FactSpec(
        name="unit_count",
        kind="integer",
        family="structure",
        meaning="Different business units involved, its own among them.",
        unit="business units",
        columns=("business_units", "business_unit"),
        actionable=True,
        least=1,
        most=200,
        question="How many business units are involved?",
    ),
    FactSpec(
        name="vendor_count",
        kind="integer",
        family="structure",
        meaning="Different outside suppliers named.",
        unit="vendors",
        columns=("vendors",),
        actionable=True,
        least=1,
        most=100,
        question="How many outside suppliers deliver to it?",
    ),
    FactSpec(
        name="stakeholder_count",
        kind="integer",
        family="structure",
        meaning="Stakeholder groups or persons.",
        unit="stakeholders",
        columns=("stakeholder_count",),
        actionable=True,
        least=1,
        most=10_000,
        question="How many stakeholder groups does it have?",
    ),
    FactSpec(
        name="goal_count",
        kind="integer",
        family="structure",
        meaning="Different strategic goals named.",
        unit="goals",
        columns=("strategic_goals",),
        actionable=True,
        least=1,
        most=50,
        question="How many strategic goals does it serve?",
    ),
    FactSpec(
        name="stakeholder_level",
        kind="choice",
        family="structure",
        meaning="Highest level that it answers to.",
        columns=("stakeholder_level",),
        choices=("team", "department", "executive"),
        actionable=True,
        question="What is the highest level that it answers to?",
    ),
    FactSpec(
        name="decision_level",
        kind="choice",
        family="structure",
        meaning="Level of the decisions its lead takes.",
        columns=("decision_level",),
        choices=("operational", "tactical", "strategic"),
        actionable=True,
        question="On which level are the decisions of its lead?",
    ),
    FactSpec(
        name="scope_definition",
        kind="choice",
        family="structure",
        meaning="Whether its scope is settled or expected to move.",
        columns=("scope_definition",),
        choices=("fixed", "evolving"),
        actionable=True,
        question="Is its scope settled, or expected to move?",
    ),
    FactSpec(
        name="delivery_model",
        kind="choice",
        family="structure",
        meaning="Delivered once, in phases, or continuously.",
        columns=("delivery_model",),
        choices=("one_off", "phased", "continuous"),
        actionable=True,
        question="Is it delivered once, in phases, or continuously?",
    ),
    FactSpec(
        name="has_end_date",
        kind="boolean",
        family="structure",
        meaning="An end date is named; unknown where none is.",
        columns=("end_date",),
        actionable=True,
        question="Is there a date on which it ends?",
    ),
)

_GRAPH = (
    FactSpec(
        name="child_count",
        kind="integer",
        family="graph",
        meaning="Rows that name it as parent; unknown where the portfolio has no parents.",
        unit="initiatives",
        columns=("parent_id",),
    ),
    FactSpec(
        name="child_unit_count",
        kind="integer",
        family="graph",
        meaning="Different business units among its children.",
        unit="business units",
        columns=("parent_id", "business_unit"),
    ),
    FactSpec(
        name="has_parent",
        kind="boolean",
        family="graph",
        meaning="It names a parent; unknown where it names none.",
        columns=("parent_id",),
        actionable=True,
        question="Is it a part of a larger initiative?",
    ),
    FactSpec(
        name="dependency_count",
        kind="integer",
        family="graph",
        meaning="Initiatives it depends on, as named.",
        unit="dependencies",
        columns=("depends_on",),
        actionable=True,
        least=1,
        most=200,
        question="How many other initiatives must deliver something first?",
    ),
    FactSpec(
        name="dependent_count",
        kind="integer",
        family="graph",
        meaning="Initiatives that name it as a dependency; unknown where the portfolio has none.",
        unit="initiatives",
        columns=("depends_on",),
    ),
    FactSpec(
        name="cross_unit_dependency_count",
        kind="integer",
        family="graph",
        meaning="Dependencies in or out whose other end belongs to another business unit.",
        unit="dependencies",
        columns=("depends_on", "business_unit"),
    ),
    FactSpec(
        name="unknown_dependency_count",
        kind="integer",
        family="graph",
        meaning="Dependencies on ids that are not in the portfolio.",
        unit="dependencies",
        columns=("depends_on",),
    ),
)

_TEXT = (
    FactSpec(
        name="terms",
        kind="terms",
        family="text",
        meaning="Phrase lists found in name and description, as whole words.",
        columns=("name", "description"),
    ),
    FactSpec(
        name="name_terms",
        kind="terms",
        family="text",
        meaning="Phrase lists found in the name alone.",
        columns=("name",),
    ),
)

_SIZE = (
    FactSpec(
        name="budget_eur",
        kind="number",
        family="size",
        meaning="Budget in euro at the rough rates of schemas/currencies.yaml; unknown without a "
        "currency.",
        unit="EUR",
        columns=("budget", "currency"),
        question="What is its budget in euro?",
    ),
    FactSpec(
        name="duration_days",
        kind="integer",
        family="size",
        meaning="Days from start to end.",
        unit="days",
        columns=("start_date", "end_date"),
        question="How many days does it take from start to end?",
    ),
    FactSpec(
        name="people_count",
        kind="integer",
        family="size",
        meaning="People who work on it at its peak.",
        unit="people",
        columns=("people_count",),
        question="How many people work on it at its peak?",
    ),
)

_CONTEXT = (
    FactSpec(
        name="has_sponsor",
        kind="boolean",
        family="context",
        meaning="A sponsor is named; unknown where the portfolio has no such column.",
        columns=("sponsor",),
    ),
    FactSpec(
        name="has_owner",
        kind="boolean",
        family="context",
        meaning="A lead is named; unknown where the portfolio has no such column.",
        columns=("owner",),
    ),
    FactSpec(
        name="current_role",
        kind="choice",
        family="context",
        meaning="Role that leads it today.",
        columns=("current_role",),
        choices=ROLES,
    ),
    FactSpec(
        name="days_to_end",
        kind="integer",
        family="context",
        meaning="Days from the as-of date to the end; negative when past.",
        unit="days",
        columns=("end_date",),
    ),
    FactSpec(
        name="is_derived",
        kind="boolean",
        family="context",
        meaning="Made from its children because it has no row of its own.",
        columns=("parent_id",),
    ),
)


def _tally(name: str, meaning: str, unit: str = "points") -> FactSpec:
    return FactSpec(name=name, kind="integer", family="tally", meaning=meaning, unit=unit)


_TALLY = tuple(
    spec
    for role, word in (("project", "project manager"), ("program", "program manager"))
    for spec in (
        _tally(f"{role}_score", f"Sum of the weights for the {word}."),
        _tally(f"{role}_lead", f"Score for the {word} less the other role's; may be negative."),
        _tally(f"{role}_structure", f"Points for the {word} from structure and graph."),
        _tally(
            f"{role}_structure_lead",
            f"Points for the {word} from structure and graph less the other role's.",
        ),
        _tally(f"{role}_text", f"Points for the {word} from text."),
        _tally(f"{role}_aspects", f"Aspects with evidence for the {word}.", "aspects"),
        _tally(f"{role}_typical", f"Rules of weight 2 or 3 that matched for the {word}.", "rules"),
        _tally(
            f"{role}_typical_lead",
            f"Such rules for the {word} less the other role's; may be negative.",
            "rules",
        ),
        _tally(f"{role}_strong", f"Rules of weight 3 that matched for the {word}.", "rules"),
        _tally(f"{role}_decisive", f"Decisive rules that matched for the {word}.", "rules"),
    )
)

_OUTCOME = (
    FactSpec(
        name="verdict",
        kind="choice",
        family="outcome",
        meaning="The verdict just given.",
        choices=(*ROLES, "undecided"),
    ),
    FactSpec(
        name="complexity_level",
        kind="integer",
        family="outcome",
        meaning="How hard it is, 1 to 4.",
        unit="level",
    ),
    FactSpec(
        name="program_level",
        kind="integer",
        family="outcome",
        meaning="How hard it is as a program, 1 to 3.",
        unit="level",
    ),
)


def _cluster(name: str, meaning: str, unit: str) -> FactSpec:
    return FactSpec(
        name=f"cluster_{name}", kind="integer", family="cluster", meaning=meaning, unit=unit
    )


_CLUSTER = (
    _cluster("member_count", "Initiatives in the cluster.", "initiatives"),
    _cluster("part_count", "Declared programs and single initiatives that it is made of.", "parts"),
    _cluster("program_count", "Declared programs among its parts.", "programs"),
    _cluster(
        "unit_count",
        "Different business units of its members; unknown where none is named.",
        "business units",
    ),
    _cluster("dependency_count", "Dependencies between its parts.", "dependencies"),
    _cluster(
        "cross_team_dependency_count",
        "Dependencies between its parts whose ends differ in business unit, or share no team; "
        "unknown where neither is named at both ends of any.",
        "dependencies",
    ),
    _cluster("common_goal_count", "Goals that at least half of its parts name.", "goals"),
    _cluster(
        "same_name_count", "Parts whose names are the same but for numbers and phases.", "parts"
    ),
    _cluster("tie_count", "Different kinds of ties between its parts.", "kinds"),
    _cluster(
        "program_manager_count",
        "Members whose verdict is a program manager.",
        "initiatives",
    ),
    _cluster("cycle_count", "Groups of members that wait for each other in a circle.", "groups"),
)

VOCABULARY: dict[str, FactSpec] = {
    spec.name: spec
    for group in (_STRUCTURE, _GRAPH, _TEXT, _SIZE, _CONTEXT, _TALLY, _OUTCOME, _CLUSTER)
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
