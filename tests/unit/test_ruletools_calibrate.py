"""Rules held against decisions of the project office, and weights proposed from them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.history import connect
from pipeline.rulebook import loader
from pipeline.ruletools import calibrate_text
from pipeline.ruletools.agreement import agreement, judged
from pipeline.ruletools.calibrate import calibrate
from pipeline.ruletools.weigh import Proposal, proposals, too_few
from pipeline.ruletools.weight_patch import patch

pytestmark = pytest.mark.thorough

TODAY = dt.date(2026, 6, 30)
PROJECT, PROGRAM = "project_manager", "program_manager"


def decisions(*groups):
    """Decisions from (how many, decision, verdict of the run, rules that matched)."""
    rows = [
        {"decision": decision, "verdict": verdict, "evidence": evidence}
        for count, decision, verdict, evidence in groups
        for _ in range(count)
    ]
    for number, row in enumerate(rows, start=1):
        row["initiative_id"] = f"INI-{number}"
    names = ["initiative_id", "decision", "verdict", "evidence"]
    return pd.DataFrame(rows, columns=names, dtype="str")


# SCO-003 (2) is right as often as not; CHO-001 (2) is right forty times of forty.
TELLING = decisions(
    (40, "agree", PROJECT, "CHO-001"),
    (20, PROJECT, PROGRAM, "SCO-003"),
    (20, "agree", PROGRAM, "SCO-003"),
    (20, "agree", PROGRAM, ""),
)


@pytest.fixture
def rules(small_rules):
    return loader.load(small_rules).evidence


def test_only_decisions_that_give_a_role_are_judged():
    frame = decisions(
        (1, "agree", PROJECT, "A-1;B-2"),
        (1, PROGRAM, PROJECT, ""),
        (1, "agree", "undecided", "A-1"),
        (1, "defer", PROJECT, "A-1"),
        (1, PROJECT, "undecided", "A-1"),
    )
    found = judged(frame)
    assert [(one.initiative_id, one.role) for one in found] == [
        ("INI-1", PROJECT),
        ("INI-2", PROGRAM),
        ("INI-5", PROJECT),
    ]
    assert found[0].evidence == {"A-1", "B-2"}


def test_agreement_counts_matches_precision_and_lift_with_intervals(rules):
    measured = agreement(TELLING, rules)
    assert (measured.verdicts.count, measured.verdicts.of) == (80, 100)
    by_id = {one.rule.id: one for one in measured.rules}
    tactical = by_id["CHO-001"]
    assert (tactical.matches, tactical.precision.share, tactical.base) == (40, 1.0, 0.6)
    lift, low, high = tactical.lift
    assert (round(lift, 3), round(high, 3)) == (1.667, 1.667)
    assert low == pytest.approx(tactical.precision.low / 0.6)
    assert by_id["SCO-003"].precision.share == 0.5
    assert by_id["SCO-001"].lift is None


def test_a_weight_moves_one_step_where_the_whole_interval_says_so(rules):
    weights = {one.rule.id: one.weight for one in proposals(agreement(TELLING, rules))}
    # Of forty matches all right, the odds are at least 6.3 times the base: typical, as it is.
    assert weights == {"SCO-003": 1}
    many = decisions(
        (100, "agree", PROJECT, "CHO-001"), (100, "agree", PROGRAM, "SCO-003"), (1, "defer", "", "")
    )
    weights = {one.rule.id: one.weight for one in proposals(agreement(many, rules))}
    assert weights == {"CHO-001": 3, "SCO-003": 3}


def test_nothing_is_proposed_for_a_rule_that_weighs_nothing(rules):
    shown = [replace(rule, status="experimental") for rule in rules]
    assert proposals(agreement(TELLING, shown)) == ()


def test_too_few_decisions_are_said_to_be_too_few(rules):
    few = agreement(decisions((19, "agree", PROJECT, "CHO-001")), rules)
    assert too_few(few) == ("Too few decisions: 19 give a role, 20 are needed to propose weights.")
    lopsided = agreement(decisions((30, "agree", PROJECT, "SCO-003")), rules)
    assert too_few(lopsided).startswith("Too few decisions for a program manager: 0")
    assert proposals(few) == proposals(lopsided) == ()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Where the run is kept; it is made by whoever needs it first."""
    return tmp_path_factory.mktemp("first") / "out"


@pytest.fixture
def classified(staffing, tmp_path, first):
    """A run of initiatives INI-1 to INI-60, the first forty with an end date alone."""
    if first.exists():
        shutil.copytree(first, tmp_path / "out", symlinks=True)
        return tmp_path / "out"
    rows = [f"INI-{n},Task {n},,2026-07-31" for n in range(1, 41)]
    rows += [f"INI-{n},Task {n},5," for n in range(41, 61)]
    path = tmp_path / "portfolio.csv"
    path.write_text("\n".join(["Initiative ID,Name,Team count,End date", *rows]) + "\n")
    assert staffing.here("classify", path, "--output", "out").returncode == 0
    shutil.copytree(tmp_path / "out", first, symlinks=True)
    return tmp_path / "out"


def test_the_effect_is_told_and_the_patch_changes_no_rule(classified, small_rules, tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(small_rules, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    found = calibrate(TELLING, folder, classified / "latest", today=TODAY)
    assert found.effect.initiatives == 60
    # One point does not reach the margin of two.
    assert found.effect.transitions == {"program_manager → undecided": 20}
    assert (found.effect.before.of, found.effect.after.of) == (60, 40)
    told = "\n".join(calibrate_text.lines(found))
    assert "20 of 60 verdicts would change" in told
    assert json.loads(calibrate_text.as_json(found))["proposed"] == {"SCO-003": 1}
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before
    patched = _applied(found.patch, tmp_path)
    assert {path.relative_to(folder).as_posix() for path in before} >= set(patched)
    ruleset = loader.load(folder)
    assert (ruleset.by_id["SCO-003"].weight, ruleset.by_id["SCO-003"].version) == (1, 2)
    assert ruleset.by_id["SCO-003"].modified == TODAY
    assert 'change: "weight 2 → 1, ' in (folder / "scope" / "SCO-003.yaml").read_text()
    assert ruleset.version != loader.load(small_rules).version


def _applied(patch, folder):
    """Apply a patch as its reader would; return the files it names."""
    if shutil.which("patch") is None:
        pytest.skip("needs patch")
    (folder / "weights.patch").write_text(patch)
    command = ["patch", "-p1", "--input", "weights.patch"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [line.split("/", 2)[2].strip() for line in patch.splitlines() if line[:4] == "+++ "]


def test_a_rule_that_changed_before_keeps_its_history(rules):
    rule = next(rule for rule in rules if rule.id == "SCO-003")
    text = "version: 1\nmodified: 2026-01-01\nweight: 2\nhistory:\n  - {old}\nexamples:\n  m: []\n"
    proposal = Proposal(rule=rule, weight=3, odds=(11.0, 12.0))
    made = patch({"scope/SCO-003.yaml": text}, [proposal], folder="rules", today=TODAY)
    assert '   - {old}\n+  - {version: 2, date: 2026-06-30, change: "weight 2 → 3, ' in made


def test_weights_are_not_tried_on_a_run_of_other_rules(classified, small_rules, tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(small_rules, folder)
    rule = folder / "scope" / "SCO-003.yaml"
    rule.write_text(rule.read_text().replace("weight: 2", "weight: 3"))
    with pytest.raises(InputError) as raised:
        calibrate(TELLING, folder, classified / "latest", today=TODAY)
    assert raised.value.code == "R081"
    with pytest.raises(InputError) as raised:
        calibrate(TELLING, small_rules, tmp_path / "nowhere", today=TODAY)
    assert raised.value.code == "R080"


def test_the_command_tells_and_writes_the_patch(staffing, classified, small_rules):
    store = connect(classified / "history.sqlite")
    rest = {"decided_by": "Ines", "decided_on": "2026-06-29", "comment": "", "fingerprint": "f"}
    store.record_decisions("2026-06-30-00000000", TELLING.assign(**rest))
    run = staffing.here("rules", "calibrate", "--rules", small_rules, "--as-of", "2026-06-30")
    assert run.returncode == 0
    assert "100 decisions, 100 of them give a role" in run.stdout
    assert "Expected effect on run" in run.stdout
    patch = (staffing.folder / "calibration.patch").read_text()
    assert "-weight: 2\n+weight: 1\n" in patch
    assert "+modified: 2026-06-30\n" in patch
