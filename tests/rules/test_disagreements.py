"""Initiatives that say two things of themselves: undecided, unless their parts settle it."""

import csv
from datetime import date
from pathlib import Path

import pytest

from pipeline.rulebook import loader
from pipeline.ruletools import labelled
from pipeline.ruletools.evaluate import evaluate

RULEBOOK = loader.load(Path(__file__).parents[2] / "rules")


@pytest.mark.parametrize(
    ("name", "text", "verdict"),
    [
        ("Quay Programme", "The project will replace the cranes.", "undecided"),
        ("Quay Project", "The programme will make the quays safer.", "undecided"),
        ("Quays", "The programme aims to help. This project will renew the quays.", "undecided"),
        ("Harrow", "The programme will deliver nine frigates for the fleet.", "undecided"),
        ("Quay Programme", "The project consists of four projects.", "program_manager"),
        ("Quay Project", "The project will replace the crane control system.", "project_manager"),
    ],
)
def test_what_an_initiative_says_of_itself(tmp_path, name, text, verdict):
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "text", "label"], [name, text, "ambiguous"]])
    found = evaluate(labelled.read(path), RULEBOOK, as_of=date(2026, 11, 25))
    assert [each for each, count in found.confusion["ambiguous"].items() if count] == [verdict]
