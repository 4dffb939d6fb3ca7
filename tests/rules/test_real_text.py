"""The rulebook on real text, where the shared data are at hand: a floor under every change."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.rulebook import loader
from pipeline.ruletools import labelled
from pipeline.ruletools.evaluate import evaluate

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared real data are not here")


def measured(name, **options):
    found = labelled.read(DATA / name)
    if only := options.pop("only", None):
        found = labelled.selected(found, only=only)
    rulebook = loader.load(ROOT / "rules")
    return evaluate(found, rulebook, as_of=date(2026, 11, 25), **options)


def test_hand_labelled_initiatives():
    confusion = measured("gold_hand_labelled.csv").confusion
    right = sum(confusion[role][role] for role in ("project_manager", "program_manager"))
    clear = [confusion[role] for role in ("project_manager", "program_manager")]
    decided = sum(sum(row.values()) - row["undecided"] for row in clear)
    assert right >= 0.92 * decided
    assert decided >= 0.75 * sum(sum(row.values()) for row in clear)
    assert confusion["ambiguous"]["undecided"] == sum(confusion["ambiguous"].values())


def test_official_titles_told_from_the_text_alone():
    confusion = measured(
        "labelled_initiatives.csv", text_only=True, with_lean=True, only=[("strength", "strong")]
    ).confusion
    recalls = [
        (row[role] + row["undecided"] / 2) / sum(row.values())
        for role, row in confusion.items()
        if role != "ambiguous"
    ]
    assert sum(recalls) / 2 >= 0.86
