"""The rulebook on real text, where the shared data are at hand: a floor under every change."""

from datetime import date
from pathlib import Path

import pytest

from pipeline import facts, run, verdict
from pipeline.engine.decide import Engine
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools import labelled, labelled_choice
from pipeline.ruletools.evaluate import evaluate
from pipeline.runlog import RunLog

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
AS_OF = date(2026, 11, 25)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared real data are not here")


def measured(name, **options):
    found = labelled.read(DATA / name)
    if only := options.pop("only", None):
        found = labelled_choice.selected(found, only=only)
    rulebook = loader.load(ROOT / "rules")
    return evaluate(found, rulebook, as_of=AS_OF, **options)


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


@pytest.mark.thorough
def test_structure_decides_the_investments_of_the_it_dashboard():
    path = DATA / "us_it_dashboard" / "raw-projects.csv"
    rulebook = loader.load(ROOT / "rules")
    options = run.Options(portfolio=path, output=path, rules=ROOT / "rules", as_of=AS_OF)
    validated = run.check(options, RunLog()).validated
    found = facts.derive(validated, PhraseMatcher(rulebook.phrases), as_of=AS_OF)
    tally = verdict.tally(Engine(rulebook.evidence).decide(found.table))
    given = verdict.decide(rulebook, Engine(rulebook.verdict), tally).verdict
    rows = found.rows
    projects = rows["initiative_id"].map(rows["parent_id"].value_counts()).fillna(0).to_numpy()
    for chosen, role in ((projects >= 3, "program_manager"), (projects == 1, "project_manager")):
        assert chosen.sum() > 100
        assert (given[chosen] == verdict.OUTCOMES.index(role)).mean() >= 0.95
