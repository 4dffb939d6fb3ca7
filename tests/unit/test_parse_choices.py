"""Closed sets are read in their usual spellings, and nothing else is let through."""

import pytest

from pipeline.parse import choices, yes_no
from pipeline.parse.spellings import fold_choice, spellings
from schemas.columns import BY_NAME, COLUMNS


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("stakeholder_level", "Executive", "executive"),
        ("stakeholder_level", "C-level", "executive"),
        ("stakeholder_level", "BOARD", "executive"),
        ("stakeholder_level", "Executive (CFO)", "executive"),
        ("stakeholder_level", "Departmental", "department"),
        ("stakeholder_level", "project_team", "team"),
        ("decision_level", "Strategic", "strategic"),
        ("decision_level", "day-to-day", "operational"),
        ("scope_definition", "well-defined", "fixed"),
        ("scope_definition", "Evolving", "evolving"),
        ("delivery_model", "one-off", "one_off"),
        ("delivery_model", "one_off", "one_off"),
        ("delivery_model", "agile/continuous", "continuous"),
        ("delivery_model", "Ongoing", "continuous"),
        ("delivery_model", "in phases", "phased"),
        ("current_role", "Project Manager", "project_manager"),
        ("current_role", "Technical Programme Manager", "program_manager"),
        ("current_role", "Technical Program Manager", "program_manager"),
        ("current_role", "PgM", "program_manager"),
        ("current_role", "chef de projet", "project_manager"),
    ],
)
def test_choices(column, text, value):
    assert choices.read(text, BY_NAME[column]) == (value, "", "")


def test_outside_a_set_that_decides_the_row_is_quarantined():
    reading = choices.read("Galactic", BY_NAME["stakeholder_level"])
    assert (reading.value, reading.code) == (None, "choice-unknown")
    assert "team, department, executive" in reading.hint


def test_outside_a_set_that_does_not_decide_the_value_is_unknown():
    assert choices.read("Galactic", BY_NAME["current_role"]).code == "choice-unread"


@pytest.mark.parametrize("text", ["PM", "TPM", "pm"])
def test_an_abbreviation_of_both_roles_is_neither(text):
    assert choices.read(text, BY_NAME["current_role"]).value is None


@pytest.mark.parametrize("text", ["", "n/a", "TBC", "-", "Unknown"])
def test_a_missing_choice_is_unknown_without_a_problem(text):
    assert choices.read(text, BY_NAME["decision_level"]) is None


def test_every_choice_column_knows_its_own_values_and_no_others():
    columns = {column.name: set(column.choices) for column in COLUMNS if column.kind == "choice"}
    table = spellings().choices
    assert {name: set(values.values()) for name, values in table.items()} == columns
    assert all(
        table[name][fold_choice(value)] == value for name in columns for value in columns[name]
    )


@pytest.mark.parametrize("text", ["Yes", "y", "TRUE", "1", "x", "X", "✓", "Oui", "ja", "Sí"])
def test_yes(text):
    assert yes_no.read(text) is True


@pytest.mark.parametrize("text", ["No", "n", "false", "0", "Non", "nein", "✗"])
def test_no(text):
    assert yes_no.read(text) is False


@pytest.mark.parametrize("text", ["", "TBD", "maybe", "2", "n/a"])
def test_neither_yes_nor_no(text):
    assert yes_no.read(text) is None
