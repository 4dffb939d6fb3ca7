"""Each kind of finding: found where the fault is, with the right initiative, and nowhere else."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import z3

from pipeline import verdict as deciding
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.ruletools.analysis import verdicts, whole
from pipeline.ruletools.analysis.solver import Search, Unsettled

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("analysis_rulebook.py"))))
PROJECT, PROGRAM = make.PROJECT, make.PROGRAM
fact, both, either, evidence = make.fact, make.both, make.either, make.evidence
ONE, MANY = fact("project_count", "equals", 1), fact("project_count", "gte", 2)

ONE_STRONG_POINT = both(fact("project_score", "equals", 1), fact("project_strong", "gte", 1))


def between(name, least, most):
    return both(fact(name, "gte", least), fact(name, "lte", most))


@pytest.fixture
def analysed(tmp_path):
    """Analyse the sound rulebook with some changes; findings of some codes, and the rulebook."""

    def run(changes=None, *codes, **how):
        rules = make.load(tmp_path, changes, **how)
        found = whole.analyse(rules, tmp_path).findings
        return [each for each in found if not codes or each.code in codes], rules

    return run


def test_a_sound_rulebook_has_notices_only(analysed):
    found, _ = analysed()
    assert {each.severity for each in found} == {"notice"}


def test_every_finding_has_a_place_a_cure_and_rules_that_exist(analysed, tmp_path):
    found, rules = analysed({"SCO-005": evidence(PROGRAM, ONE), "VER-900": None})
    assert found
    for each in found:
        assert each.problem
        assert each.cure
        assert each.place.is_relative_to(tmp_path)
        assert all(rule in rules.by_id for rule in each.rules)


# Rules that can never match


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (
            both(fact("team_count", "gte", 4), fact("team_count", "lte", 3)),
            "team_count is at least 4 and team_count is at most 3 exclude each other",
        ),
        (
            both(fact("child_count", "gte", 3), ONE),
            "exclude each other, since project_count is known and counts every child",
        ),
        (fact("team_count", "lt", 0), "team_count is less than 0 is out of range"),
        (fact("has_end_date", "equals", False), "since has_end_date is true or unknown"),
        (
            either(fact("domain_count", "lte", 0), fact("dependency_count", "equals", 0)),
            "is out of range",
        ),
        (
            both(fact("duration_days", "gte", 1), fact("has_end_date", "exists", False)),
            "since has_end_date is known wherever duration_days is",
        ),
    ],
)
def test_a_rule_that_can_never_match_is_an_error(analysed, when, why):
    found, _ = analysed({"SCO-005": evidence(PROGRAM, when)}, "A001")
    assert [(each.severity, each.rules) for each in found] == [("error", ("SCO-005",))]
    assert why in found[0].problem


def test_what_makes_a_rule_dead_is_said_without_the_rest(analysed):
    when = both(MANY, fact("team_count", "gte", 4), ONE, fact("terms", "mentions_any", ["horizon"]))
    found, _ = analysed({"SCO-005": evidence(PROGRAM, when)}, "A001")
    assert "team_count" not in found[0].problem
    assert "horizon" not in found[0].problem


def test_dead_complexity_advisory_and_verdict_rules_are_found(analysed):
    none = both(fact("people_count", "gt", 5), fact("people_count", "lt", 6))
    found, _ = analysed(
        {
            "CPX-003": make.factor(3, none),
            "ADV-002": make.advisory(fact("has_parent", "equals", False)),
            "VER-030": make.verdict(
                30,
                PROJECT,
                ONE_STRONG_POINT,
            ),
        },
        "A001",
    )
    assert [each.rules for each in found] == [("ADV-002",), ("CPX-003",), ("VER-030",)]


def test_a_rule_that_every_initiative_matches_is_a_warning(analysed):
    always = either(fact("team_count", "exists", True), fact("team_count", "exists", False))
    found, _ = analysed({"SCO-005": evidence(PROGRAM, always)}, "A002")
    assert [(each.severity, each.rules) for each in found] == [("warning", ("SCO-005",))]


# Pairs


def test_equal_conditions_written_differently_are_an_error(analysed):
    when = both(fact("project_count", "gt", 0), fact("project_count", "lt", 2))
    found, rules = analysed({"SCO-005": evidence(PROJECT, when)}, "A003")
    assert [(each.severity, set(each.rules)) for each in found] == [
        ("error", {"SCO-002", "SCO-005"})
    ]
    assert found[0].example == {"project_count": 1}
    assert holds(rules.by_id["SCO-005"].when, found[0].example)


def test_a_rule_within_another_is_a_notice_and_says_the_points_together(analysed):
    found, _ = analysed({"SCO-005": evidence(PROGRAM, fact("project_count", "gte", 10), 1)}, "A004")
    assert [(each.severity, each.rules) for each in found] == [("notice", ("SCO-005", "SCO-001"))]
    assert "4 points" in found[0].problem
    assert found[0].example == {"project_count": 10}


def test_a_rule_within_another_that_has_no_points_adds_nothing(analysed):
    narrow = evidence(PROGRAM, fact("project_count", "gte", 10), status="experimental")
    found, _ = analysed({"SCO-005": narrow}, "A004")
    assert [(each.severity, each.rules) for each in found] == [("warning", ("SCO-005", "SCO-001"))]


def test_rules_are_within_one_another_by_the_laws_too(analysed):
    """Two children make two projects at least."""
    found, _ = analysed({"SCO-005": evidence(PROGRAM, fact("child_count", "gte", 2))}, "A004")
    assert [each.rules for each in found] == [("SCO-005", "SCO-001")]


def test_bands_that_only_overlap_are_not_reported(analysed):
    found, _ = analysed(
        {
            "SCO-005": evidence(PROGRAM, fact("team_count", "gte", 2)),
            "SCO-006": evidence(PROGRAM, fact("team_count", "lte", 5)),
        },
        "A003",
        "A004",
        "A005",
        "A006",
    )
    assert found == []


def test_one_condition_for_both_roles_is_an_error(analysed):
    found, _ = analysed({"SCO-005": evidence(PROGRAM, fact("project_count", "equals", 1))}, "A005")
    assert [(each.severity, each.rules) for each in found] == [("error", ("SCO-002", "SCO-005"))]
    assert found[0].example == {"project_count": 1}


def test_rules_in_force_at_different_times_do_not_conflict(analysed):
    found, _ = analysed(
        {
            "SCO-002": {**make.SOUND["SCO-002"], "effective_until": "2026-06-30"},
            "SCO-005": evidence(PROGRAM, ONE, effective_from="2026-07-01"),
        },
        "A005",
    )
    assert found == []


@pytest.mark.parametrize(("weight", "severities"), [(3, []), (2, ["notice"]), (1, ["warning"])])
def test_a_rule_that_the_other_role_always_outweighs_is_a_warning(analysed, weight, severities):
    found, _ = analysed(
        {
            "SCO-005": evidence(PROGRAM, fact("team_count", "gte", 2)),
            "SCO-006": evidence(PROJECT, fact("team_count", "equals", 3), weight),
        },
        "A006",
    )
    assert [each.severity for each in found] == severities
    assert all(each.rules == ("SCO-006", "SCO-005") for each in found)


def test_advisories_that_always_come_together_are_a_warning(analysed):
    found, _ = analysed(
        {
            "ADV-002": make.advisory(fact("team_count", "gt", 3)),
            "ADV-003": make.advisory(fact("team_count", "gte", 4)),
        },
        "A003",
    )
    assert [(each.severity, each.rules) for each in found] == [("warning", ("ADV-002", "ADV-003"))]


# Gaps


def test_bands_of_one_fact_that_say_nothing_are_one_notice(analysed):
    found, rules = analysed(
        {
            "SCO-005": evidence(PROJECT, between("team_count", 1, 2)),
            "SCO-006": evidence(PROGRAM, fact("team_count", "gte", 4)),
        },
        "A010",
    )
    about = [each for each in found if "team_count" in each.problem]
    assert len(about) == 1
    assert str(about[0].region) == "team_count is 0 or team_count is 3"
    assert about[0].example == {"team_count": 0}
    assert about[0].rules == ("SCO-005", "SCO-006")
    assert not any(holds(rule.when, about[0].example) for rule in rules.evidence)


def test_a_fact_that_speaks_in_every_band_has_no_gap(analysed):
    found, _ = analysed(
        {
            "SCO-005": evidence(PROJECT, fact("team_count", "lte", 2)),
            "SCO-006": evidence(PROGRAM, fact("team_count", "gte", 3)),
        },
        "A010",
    )
    assert not [each for each in found if "team_count" in each.problem]


def test_a_fact_that_only_speaks_with_another_says_nothing_by_itself(analysed):
    when = both(fact("team_count", "gte", 3), fact("domain_count", "gte", 3))
    found, _ = analysed({"SCO-005": evidence(PROGRAM, when)}, "A010")
    assert "team_count says nothing by itself" in " ".join(each.problem for each in found)


def test_what_usual_columns_cannot_tell_is_told_as_a_region(analysed):
    """Of two facts that every export has, the silent bands together."""
    found, rules = analysed(
        {
            "SCO-005": evidence(PROGRAM, fact("duration_days", "gt", 1000)),
            "SCO-006": evidence(PROJECT, fact("budget_eur", "lt", 50000)),
        },
        "A011",
    )
    assert [str(each.region) for each in found] == [
        "budget_eur is at least 50000 and duration_days is at most 1000"
    ]
    example = found[0].example
    assert example["budget_eur"] == 50000
    assert example["duration_days"] == 0
    assert not any(holds(rule.when, example) for rule in rules.evidence)


def test_an_aspect_whose_rules_for_a_role_are_all_dead_is_an_error(analysed):
    found, _ = analysed(
        {"SCO-002": None, "SCO-004": evidence(PROJECT, fact("team_count", "lt", 0))}, "A012"
    )
    assert [each.severity for each in found] == ["error"]
    assert "project manager" in found[0].problem
    assert analysed({}, "A012")[0] == []


# Verdicts


def test_a_tally_that_no_verdict_rule_covers_is_an_error(analysed):
    found, rules = analysed({"VER-900": None}, "A020")
    assert {each.severity for each in found} == {"error"}
    for each in found:
        sums = deciding.tally(Engine(rules.evidence).decide(table_of([each.example])))
        with pytest.raises(deciding.NoVerdictRule):
            deciding.decide(rules, Engine(rules.verdict), sums)
        assert each.region.holds({**each.example, **sums.fact(0)})
    assert "project_score" in found[0].example
    for place, each in enumerate(found):
        assert not any(other.region.holds(each.example) for other in found[:place])


def test_a_tally_that_evidence_cannot_make_need_not_be_covered(analysed):
    """Every rule has two points or more, so a lead is never one."""
    verdicts = {
        "VER-900": make.verdict(900, "undecided", fact("project_lead", "equals", 0)),
        "SCO-001": evidence(PROGRAM, MANY, 2),
        "SCO-002": evidence(PROJECT, ONE, 2),
    }
    assert analysed(verdicts, "A020")[0] == []
    verdicts["SCO-002"] = evidence(PROJECT, ONE, 1)
    found, _ = analysed(verdicts, "A020")
    assert [each.example["project_lead"] for each in found] == [1]
    assert found[0].region.holds({"project_lead": -1, "program_lead": 1})
    assert not found[0].region.holds({"project_lead": 0, "program_lead": 0})


def test_a_verdict_rule_behind_a_wider_one_never_decides(analysed):
    rule = make.verdict(15, PROJECT, fact("project_lead", "gte", 5))
    found, _ = analysed({"VER-015": rule}, "A021")
    assert [(each.severity, each.rules) for each in found] == [("error", ("VER-015",))]
    assert "every tally that matches it matches VER-010 before it" in found[0].problem
    assert found[0].example["project_lead"] >= 5
    assert analysed({"VER-015": {**rule, "order": 5}}, "A021")[0] == []


def test_a_verdict_rule_that_no_evidence_can_reach_never_decides(analysed):
    rule = make.verdict(5, PROJECT, fact("project_score", "gte", 6))
    found, _ = analysed({"VER-005": rule}, "A021")
    assert "can make no tally that matches it" in found[0].problem
    rule = make.verdict(5, PROJECT, fact("project_score", "gte", 5))
    assert analysed({"VER-005": rule}, "A021")[0] == []


def test_a_verdict_rule_may_be_blocked_by_this_evidence_alone(analysed):
    """Arithmetic allows a strong rule without a lead of two; the rules of this book do not."""
    changes = {
        "SCO-003": None,
        "VER-030": make.verdict(
            30, PROJECT, both(fact("project_strong", "gte", 1), fact("project_lead", "lte", 9))
        ),
    }
    found, _ = analysed(changes, "A021")
    assert [each.rules for each in found] == [("VER-030",)]
    assert "of this rulebook's evidence" in found[0].problem
    assert "VER-010" in found[0].problem
    changes["SCO-003"] = make.SOUND["SCO-003"]
    assert analysed(changes, "A021")[0] == []


def test_a_role_that_is_never_given_is_an_error(analysed):
    found, _ = analysed({"VER-020": None}, "A022")
    assert [each.severity for each in found] == ["error"]
    assert PROGRAM in found[0].problem


def test_an_advisory_that_the_other_rules_never_let_appear_is_an_error(analysed):
    never = both(fact("verdict", "equals", PROJECT), fact("project_score", "lte", 1))
    found, _ = analysed({"ADV-002": make.advisory(never)}, "A024")
    assert [(each.severity, each.rules) for each in found] == [("error", ("ADV-002",))]
    level = make.advisory(fact("complexity_level", "gte", 1))
    # A single factor is not enough for a level.
    assert analysed({"ADV-002": level}, "A024")[0][0].rules == ("ADV-002",)


# Clusters


def test_cluster_rules_are_checked_for_order_and_cover(analysed):
    first = make.cluster(10, "watch", fact("cluster_member_count", "gte", 3))
    second = make.cluster(20, "leave", fact("cluster_part_count", "gte", 5))
    found, _ = analysed({"CLU-010": first, "CLU-020": second}, "A020", "A021")
    assert [(each.code, each.rules) for each in found] == [("A020", ()), ("A021", ("CLU-020",))]
    assert found[0].example["cluster_member_count"] == 1
    rest = make.cluster(900, "leave", fact("cluster_member_count", "gte", 1))
    assert analysed({"CLU-020": None, "CLU-900": rest}, "A020", "A021", "A002")[0] == []


# Complexity


def test_levels_that_overlap_are_a_warning(analysed):
    found, rules = analysed({"CPX-002": make.factor(2, fact("people_count", "gte", 10))}, "A050")
    assert [(each.severity, each.rules) for each in found] == [("warning", ("CPX-001", "CPX-002"))]
    assert found[0].example == {"people_count": 10}
    assert found[0].region.holds(found[0].example)
    assert all(holds(rule.when, found[0].example) for rule in rules.complexity)


def test_a_gap_between_levels_is_a_warning_and_one_beyond_them_a_notice(analysed):
    changes = {"CPX-001": make.factor(1, between("people_count", 1, 5))}
    found, _ = analysed(changes, "A051")
    assert [(each.severity, str(each.region)) for each in found] == [
        ("warning", "people_count is at least 6 and people_count is at most 10"),
        ("notice", "people_count is 0"),
    ]


def test_a_combination_without_a_level_is_told_as_a_region(analysed):
    fixed = fact("scope_definition", "equals", "fixed")
    changes = {
        "CPX-001": make.factor(1, both(fixed, fact("delivery_model", "equals", "one_off"))),
        "CPX-002": make.factor(2, fact("scope_definition", "equals", "evolving")),
    }
    found, _ = analysed(changes, "A051")
    assert [str(each.region) for each in found] == [
        "scope_definition is fixed and delivery_model is one of phased or continuous"
    ]


def test_a_level_within_a_higher_one_adds_nothing(analysed):
    few = fact("people_count", "lte", 3)
    found, _ = analysed({"CPX-003": make.factor(1, few)}, "A003", "A004")
    assert [(each.code, each.severity, each.rules) for each in found] == [
        ("A004", "warning", ("CPX-003", "CPX-001"))
    ]
    # Rating a special case higher is what the highest level is for.
    assert analysed({"CPX-003": make.factor(3, few)}, "A003", "A004", "A050")[0] == []


# What nobody uses, and how far scores reach


def test_facts_and_phrase_lists_that_only_dead_rules_read_are_unused(analysed):
    dead = both(fact("team_count", "lt", 0), fact("terms", "mentions_any", ["unread"]))
    lists = ("horizon", "one_thing", "unread")
    found, _ = analysed({"SCO-005": evidence(PROGRAM, dead)}, "A030", "A031", phrases=lists)
    assert "no rule that can match reads the phrase list unread" in {each.problem for each in found}
    assert any("team_count" in each.problem for each in found)
    assert not any("project_count" in each.problem for each in found)


def test_one_role_reaching_far_more_points_is_a_warning(analysed):
    more = {
        f"SCO-01{place}": evidence(PROGRAM, fact(name, "gte", 2), 3)
        for place, name in enumerate(("team_count", "unit_count"))
    }
    found, rules = analysed(more, "A040")
    assert [each.severity for each in found] == ["warning"]
    assert "11 points for a program manager (9 from structure, 2 from text)" in found[0].problem
    assert "only 5 for a project manager (3 from structure, 2 from text)" in found[0].problem
    sums = deciding.tally(Engine(rules.evidence).decide(table_of([found[0].example])))
    assert sums.columns["program_score"].values[0] == 11
    assert analysed({"SCO-010": None, "SCO-011": None}, "A040")[0] == []


def test_points_that_exclude_each_other_are_not_added_up(tmp_path):
    rules = make.load(
        tmp_path,
        {
            "SCO-005": evidence(PROJECT, fact("team_count", "equals", 1), 1),
            "SCO-006": evidence(PROJECT, fact("team_count", "equals", 2), 3),
            "SCO-007": evidence(PROJECT, fact("child_count", "gte", 2), 2),
        },
    )
    reach = {each.role: each.points for each in whole.analyse(rules, tmp_path).reach}
    # Two children exclude the one project of SCO-002, which weighs more.
    assert reach[PROJECT] == 3 + 3 + 2


def test_findings_are_the_same_every_time(tmp_path):
    changes = {"VER-900": None, "SCO-005": evidence(PROJECT, fact("team_count", "gte", 4))}
    rules = make.load(tmp_path, changes)
    assert whole.analyse(rules, tmp_path) == whole.analyse(rules, tmp_path)


# Where the solver gives up


def test_a_verdict_rule_too_hard_to_settle_is_a_notice(analysed, monkeypatch):
    def give_up(*_):
        raise Unsettled

    monkeypatch.setattr(verdicts.Tallies, "possible", give_up)
    found, _ = analysed({}, "A021", "A022", "A023")
    assert {(each.code, each.severity) for each in found} == {("A023", "notice")}
    assert {each.rules[0] for each in found} == {"VER-010", "VER-020", "VER-900"}


def test_a_search_that_is_broken_off_is_a_notice_and_the_others_go_on(analysed, monkeypatch):
    def give_up(*_):
        raise Unsettled
        yield

    monkeypatch.setattr(whole.factors, "analyse", give_up)
    found, _ = analysed({"SCO-005": evidence(PROGRAM, ONE)}, "A005", "A090")
    assert [each.code for each in found] == ["A005", "A090"]
    assert "levels of complexity" in found[1].problem


def test_the_solver_gives_up_after_so_many_steps_and_says_so():
    numbers = z3.Ints("a b c d")
    puzzle = [z3.And(n > 1, n < 90_000) for n in numbers]
    puzzle.append(numbers[0] ** 3 + numbers[1] ** 3 == numbers[2] ** 3 + numbers[3] ** 3 + 4)
    with pytest.raises(Unsettled):
        Search(puzzle, steps=10_000).possible()
