"""The canonical columns of a portfolio: name, kind of value, meaning, closed set if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["identifier", "text", "list", "count", "money", "date", "choice", "currency"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One canonical column; ``choices`` is empty for an open set.

    ``decides`` marks a column whose misread value could change a verdict: there, a value outside
    the closed set quarantines the row instead of becoming unknown with a warning.
    """

    name: str
    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()
    decides: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        name="initiative_id",
        kind="identifier",
        meaning="The publisher's own key; made from the source line where the file has none.",
    ),
    Column(name="name", kind="text", meaning="Title of the initiative; a row needs one."),
    Column(name="description", kind="text", meaning="What it is for and what it consists of."),
    Column(name="business_unit", kind="text", meaning="Department or unit that owns it."),
    Column(name="sponsor", kind="text", meaning="Person or body that answers for it."),
    Column(name="status", kind="text", meaning="Stage, health or delivery rating, as given."),
    Column(name="priority", kind="text", meaning="Priority, as given."),
    Column(
        name="parent_id",
        kind="identifier",
        meaning="Key of the program or investment that it is a part of.",
    ),
    Column(
        name="depends_on",
        kind="list",
        meaning="Keys of the initiatives that must deliver something first.",
    ),
    Column(name="project_count", kind="count", meaning="Discrete projects that it is made of."),
    Column(name="team_count", kind="count", meaning="Teams that work on it."),
    Column(name="teams", kind="list", meaning="Names of the teams that work on it."),
    Column(name="people_count", kind="count", meaning="People who work on it at its peak."),
    Column(name="technical_domains", kind="list", meaning="Disciplines or technologies involved."),
    Column(name="business_units", kind="list", meaning="All business units involved."),
    Column(name="vendors", kind="list", meaning="Outside suppliers."),
    Column(
        name="stakeholder_level",
        kind="choice",
        meaning="Highest level that it answers to.",
        choices=("team", "department", "executive"),
        decides=True,
    ),
    Column(name="stakeholder_count", kind="count", meaning="Stakeholder groups or persons."),
    Column(
        name="decision_level",
        kind="choice",
        meaning="Level of the decisions its lead takes.",
        choices=("operational", "tactical", "strategic"),
        decides=True,
    ),
    Column(name="strategic_goals", kind="list", meaning="Goals of the organization it serves."),
    Column(name="deliverable_type", kind="text", meaning="Kind of result, as given."),
    Column(
        name="scope_definition",
        kind="choice",
        meaning="Whether its scope is settled or expected to move.",
        choices=("fixed", "evolving"),
        decides=True,
    ),
    Column(
        name="delivery_model",
        kind="choice",
        meaning="Delivered once, in phases, or continuously.",
        choices=("one_off", "phased", "continuous"),
        decides=True,
    ),
    Column(name="start_date", kind="date", meaning="First day."),
    Column(name="end_date", kind="date", meaning="Last day, as now planned."),
    Column(name="budget", kind="money", meaning="Whole-life budget in units of the currency."),
    Column(name="currency", kind="currency", meaning="ISO 4217 code of the budget."),
    Column(
        name="current_role",
        kind="choice",
        meaning="Role that leads it today.",
        choices=("project_manager", "program_manager"),
    ),
    Column(name="owner", kind="text", meaning="Person who leads it today."),
    # Beyond the contract's list, at its end: both carry facts that real exports have.
    Column(
        name="parent_name",
        kind="text",
        meaning="Title of the parent, for parents that have no row of their own.",
    ),
    Column(
        name="reported_on",
        kind="date",
        meaning="Date the row was reported; of several rows of one id the latest counts.",
    ),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
NAMES: tuple[str, ...] = tuple(BY_NAME)
