"""Facts that are made: of the portfolio graph, and of what rules gave."""

from __future__ import annotations

from schemas.fact_spec import ROLES, FactSpec

GRAPH = (
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


def _tally(name: str, meaning: str, unit: str = "points") -> FactSpec:
    return FactSpec(name=name, kind="integer", family="tally", meaning=meaning, unit=unit)


TALLY = tuple(
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

OUTCOME = (
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


CLUSTER = (
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
