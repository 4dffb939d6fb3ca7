"""What a meeting looks at first, the counts of the summaries, and fingerprints of decisions."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.fingerprint import fingerprint
from pipeline.report import words
from pipeline.report.attention import (
    ADVISORY,
    CLOSE_CALL,
    DIFFERS,
    LOW_CONFIDENCE,
    NEEDS_FACTS,
    NOTHING,
    agenda,
)
from pipeline.report.cases import cases
from pipeline.report.tally import NOT_STATED, tallies

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]


def run(rows, notes=()):
    """A run with these (verdict, confidence, project score, program score, role today)."""
    data = make(len(rows), hostile=False)
    frame = data.initiatives.drop(columns="verdict").assign(
        verdict=pd.Series([row[0] for row in rows], dtype="str"),
        confidence=[float(row[1]) for row in rows],
        project_score=[row[2] for row in rows],
        program_score=[row[3] for row in rows],
        current_role=pd.Series([row[4] for row in rows], dtype="str"),
    )
    advisories = data.advisories.iloc[:0]
    if notes:
        advisories = pd.DataFrame(
            [(key, "ADV-001", severity, "text") for key, severity in notes],
            columns=data.advisories.columns,
            dtype="str",
        )
    return replace(data, initiatives=frame, advisories=advisories)


def test_the_agenda_goes_from_close_calls_to_nothing_to_look_at():
    made = agenda(
        run(
            [
                ("project_manager", 0.9, 7, 0, None),
                ("undecided", 0, 0, 0, None),
                ("program_manager", 0.9, 0, 7, None),
                ("project_manager", 0.2, 3, 1, "project_manager"),
                ("program_manager", 0.9, 0, 7, "project_manager"),
                ("undecided", 0, 3, 3, None),
                ("undecided", 0, 4, 3, None),
            ],
            notes=[("I-00002", "attention"), ("I-00000", "note")],
        )
    )
    assert made.order == (6, 5, 4, 3, 2, 1, 0)
    assert made.reasons == (
        NOTHING,
        NEEDS_FACTS,
        ADVISORY,
        LOW_CONFIDENCE,
        DIFFERS,
        CLOSE_CALL,
        CLOSE_CALL,
    )
    assert made.to_decide == 5


def test_equals_stay_in_the_order_of_the_input():
    made = agenda(run([("project_manager", 0.9, 7, 0, None)] * 4))
    assert made.order == (0, 1, 2, 3)


def test_a_second_column_called_like_ours_is_not_read():
    data = make(5)
    assert list(data.initiatives.columns).count("verdict") == 2
    assert {case.verdict for case in cases(data, range(5))} <= set(words.VERDICTS)


def test_why_names_the_strongest_evidence_first_and_else_the_rationale():
    data = make(60, hostile=False)
    made = cases(data, range(60))
    told = next(case for case in made if len(case.proofs) == 6)
    assert told.why.split("\n")[0].startswith("Project manager (3): A clear deadline")
    assert len(told.why.split("\n")) == 3
    assert next(case for case in made if not case.proofs).why.startswith("Evidence: 0 for")


def test_the_tallies_count_every_initiative_once():
    data = make(60)
    by_verdict, by_unit, by_confidence = tallies(data)
    assert [bar.counts[0] for bar in by_verdict.bars] == [
        data.counts.project_manager,
        data.counts.program_manager,
        data.counts.undecided,
    ]
    assert sum(sum(bar.counts) for bar in by_unit.bars) == 60
    assert by_unit.bars[-1].label == NOT_STATED
    decided = data.counts.project_manager + data.counts.program_manager
    assert sum(sum(bar.counts) for bar in by_confidence.bars) == decided


def test_small_business_units_are_counted_together():
    data = make(40, hostile=False)
    units = pd.Series([f"Unit {number}" for number in range(40)], dtype="str")
    data = replace(data, initiatives=data.initiatives.assign(business_unit=units))
    by_unit = tallies(data)[1]
    assert by_unit.bars[-1].label == "28 other units"
    assert sum(by_unit.bars[-1].counts) == 28


def test_a_fingerprint_changes_with_what_a_decision_was_taken_on():
    base = {
        "initiative_id": "I-1",
        "verdict": "undecided",
        "evidence": "A;B",
        "project_score": 1,
        "program_score": 2,
    }
    changed = {
        "initiative_id": "I-2",
        "verdict": "project_manager",
        "evidence": "A",
        "project_score": 2,
        "program_score": 1,
    }
    prints = {fingerprint(**base), *(fingerprint(**{**base, k: v}) for k, v in changed.items())}
    assert len(prints) == 6
    assert {len(one) for one in prints} == {16}
    assert fingerprint(**base) == fingerprint(**base)


def test_confidence_in_words():
    assert words.confidence("undecided", 0.9) == ""
    assert [words.confidence("project_manager", value) for value in (0.7, 0.4, 0.39)] == [
        "High",
        "Medium",
        "Low",
    ]
