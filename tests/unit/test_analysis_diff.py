"""What two rulebooks decide differently, each shown by an initiative that the engine agrees on."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import verdict as deciding
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.ruletools.analysis import diff, diff_words, shifts
from pipeline.ruletools.analysis.solver import Unsettled

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("analysis_rulebook.py"))))
PROJECT, PROGRAM = make.PROJECT, make.PROGRAM
fact, both, either, evidence = make.fact, make.both, make.either, make.evidence
MANY = make.SOUND["SCO-001"]


@pytest.fixture
def loaded(tmp_path):
    """The sound rulebook and a changed one."""

    def load(changes, before=None, **how):
        old = make.load(tmp_path / "old", before)
        return old, make.load(tmp_path / "new", {**(before or {}), **changes}, **how)

    return load


@pytest.fixture
def compared(loaded):
    """What differs between the two, and the two."""

    def run(changes, before=None, **how):
        old, new = loaded(changes, before, **how)
        return diff.compare(old, new), old, new

    return run


def decided(ruleset, example):
    sums = deciding.tally(Engine(ruleset.evidence).decide(table_of([example])))
    given = deciding.decide(ruleset, Engine(ruleset.verdict), sums)
    return deciding.OUTCOMES[given.verdict[0]]


def test_nothing_differs_between_a_rulebook_and_itself(compared):
    found, _, _ = compared({})
    assert not any((found.added, found.gone, found.changed, found.phrases, found.ratings))
    assert found.verdicts == ()
    assert found.unproved == ()
    assert list(diff_words.lines(found)) == [
        "Verdicts: proved the same for every initiative that mentions the same phrase lists"
    ]


def test_a_condition_written_anew_is_proved_the_same(compared):
    anew = {
        **MANY,
        "when": either(fact("project_count", "equals", 2), fact("project_count", "gt", 2)),
    }
    found, _, _ = compared({"SCO-001": anew})
    assert [(rule.id, rule.gained, rule.lost) for rule in found.changed] == [("SCO-001", (), ())]
    assert found.verdicts == ()
    assert found.unproved == ()
    assert "proved to match the same" in "\n".join(diff_words.lines(found))


def test_a_moved_threshold_shows_the_band_it_moved_over(compared):
    found, old, new = compared({"SCO-001": {**MANY, "when": fact("project_count", "gte", 5)}})
    (rule,) = found.changed
    assert rule.gained == ()
    ((region, example),) = rule.lost
    assert str(region) == "project_count is at least 2 and project_count is at most 4"
    assert example == {"project_count": 2}
    assert holds(old.by_id["SCO-001"].when, example)
    assert not holds(new.by_id["SCO-001"].when, example)


def test_a_verdict_that_changes_is_shown_by_its_smallest_initiative(compared):
    found, old, new = compared({"SCO-001": {**MANY, "when": fact("project_count", "gte", 5)}})
    lost = next(each for each in found.verdicts if each.before == PROGRAM)
    assert lost.after == "undecided"
    assert lost.example == {"project_count": 2}
    assert str(lost.region) == "project_count is at least 2 and project_count is at most 4"
    assert lost.old == "VER-020, project 0, program 3"
    assert lost.new == "VER-900, project 0, program 0"
    for shift in found.verdicts:
        assert decided(old, shift.example) == shift.before
        assert decided(new, shift.example) == shift.after


def test_a_changed_weight_changes_verdicts_and_no_condition(compared):
    found, old, new = compared({"SCO-003": {**make.SOUND["SCO-003"], "weight": 1}})
    (rule,) = found.changed
    assert rule.attributes == {"weight": ("2", "1")}
    assert (rule.gained, rule.lost) == ((), ())
    shown = {(shift.before, shift.after) for shift in found.verdicts}
    assert (PROGRAM, "undecided") in shown
    for shift in found.verdicts:
        assert (decided(old, shift.example), decided(new, shift.example)) == (
            shift.before,
            shift.after,
        )


def test_a_change_that_no_initiative_can_feel_is_proved_to_change_nothing(compared):
    """The weight of a rule that can never match."""
    never = both(fact("team_count", "gte", 4), fact("team_count", "lte", 3))
    found, _, _ = compared(
        {"SCO-005": evidence(PROGRAM, never, 3)}, before={"SCO-005": evidence(PROGRAM, never, 1)}
    )
    assert [rule.id for rule in found.changed] == ["SCO-005"]
    assert found.verdicts == ()
    assert found.unproved == ()


def test_a_verdict_rule_gone_leaves_a_tally_without_verdict(compared):
    found, _, _ = compared({"VER-900": None})
    assert found.gone == (("VER-900", "Title of VER-900"),)
    assert [(each.before, each.after) for each in found.verdicts] == [
        ("undecided", "no verdict rule")
    ]
    assert found.verdicts[0].example == {}


def test_rules_added_and_gone_are_named(compared):
    found, _, _ = compared(
        {"SCO-002": None, "SCO-009": evidence(PROJECT, fact("team_count", "equals", 1))}
    )
    assert [rule_id for rule_id, _ in found.added] == ["SCO-009"]
    assert [rule_id for rule_id, _ in found.gone] == ["SCO-002"]


def test_a_level_that_changes_is_shown_by_region(compared):
    found, _, _ = compared({"CPX-002": make.factor(3, fact("people_count", "gt", 20))})
    shifts = [(each.before, each.after, str(each.region)) for each in found.ratings]
    assert shifts == [
        ("level 2", "not rated", "people_count is at least 11 and people_count is at most 20"),
        ("level 2", "level 3", "people_count is at least 21"),
    ]
    assert [each.example for each in found.ratings] == [{"people_count": 11}, {"people_count": 21}]


def test_changed_phrases_are_named_and_not_judged(compared, tmp_path):
    found, _, _ = compared({}, phrases=("horizon", "one_thing", "more"))
    assert [(each.id, each.added, each.gone) for each in found.phrases] == [("more", ("more",), ())]
    assert "only a simulation can tell" in "\n".join(diff_words.lines(found))
    assert tmp_path.name not in "\n".join(diff_words.lines(found))
    assert (found.phrases[0].gained, found.phrases[0].lost) == (("more",), ())


def test_texts_show_what_a_changed_phrase_list_finds_anew_and_no_longer(tmp_path):
    old, new = make.write(tmp_path / "old"), make.write(tmp_path / "new")
    (new / "phrases" / "horizon.yaml").write_text(
        "id: horizon\ntitle: horizon\nphrases: [horizon, far off]\nunless: [event horizon]\n"
        "examples: {match: ['A port that is far off.'], no_match: ['The event horizon is near.']}\n"
    )
    found = diff.compare(loader.load(old), loader.load(new))
    [changed] = found.phrases
    assert changed.added == ("far off", "unless event horizon")
    assert changed.gained == ("A port that is far off.", "far off")
    assert changed.lost == ("The event horizon is near.", "event horizon")
    told = list(diff_words.lines(found))
    assert "    now found in 'A port that is far off.'" in told
    assert "    no longer found in 'The event horizon is near.'" in told
    [shown] = diff_words.as_json(found)["phrases"]
    assert (shown["gained"], shown["lost"]) == ([*changed.gained], [*changed.lost])
    assert found.differs


def test_the_difference_as_json_names_everything(compared):
    found, _, _ = compared({"SCO-001": {**MANY, "when": fact("project_count", "gte", 5)}})
    data = json.loads(json.dumps(diff_words.as_json(found)))
    assert data["changed"][0]["lost"][0]["example"] == {"project_count": 2}
    assert data["verdicts"]["proved_same"] is False
    assert data["verdicts"]["shifts"][0]["how"]
    assert diff_words.as_json(compared({})[0])["verdicts"]["proved_same"] is True


def test_changes_of_verdict_too_hard_to_settle_are_listed_and_nothing_is_claimed(
    loaded, monkeypatch
):
    def give_up(*_):
        raise Unsettled

    monkeypatch.setattr(shifts.Search, "possible", give_up)
    old, new = loaded({"SCO-003": {**make.SOUND["SCO-003"], "weight": 1}})
    found, unproved = shifts.verdicts(old, new)
    assert found == ()
    assert ("undecided", PROGRAM) in {(each.before, each.after) for each in unproved}
