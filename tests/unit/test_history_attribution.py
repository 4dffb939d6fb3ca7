"""Why verdicts flipped, checked against deciding each of the four combinations outright."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
from datetime import date
from pathlib import Path

import pytest

from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.history import attribution, compare, states
from pipeline.history.attribution import Crossed, Side, remembered
from pipeline.history.compare import Standing
from pipeline.rulebook import loader
from schemas.history import CAUSES

RULES = Path(__file__).resolve().parents[1] / "golden" / "rules"
WORDS = ("roadmap", "long term", "month", "vision", "fence")
VERDICTS = ("project_manager", "program_manager", "undecided")


@pytest.fixture(scope="module")
def ruleset():
    return loader.load(RULES, as_of=date(2026, 6, 30))


def varied(ruleset, dice):
    """Other rules: weights, and the phrases that are looked for."""
    evidence = tuple(
        dataclasses.replace(rule, weight=dice.choice([0, 1, 2, 3]), sha256=str(dice.random()))
        for rule in ruleset.evidence
        if dice.random() < 0.9
    )
    phrases = {
        name: dataclasses.replace(each, phrases=tuple(dice.sample(WORDS, 2)))
        for name, each in ruleset.phrases.items()
    }
    return dataclasses.replace(
        ruleset,
        sha256=str(dice.random()),
        evidence=evidence,
        phrases=phrases,
        by_id={rule.id: rule for rule in (*evidence, *ruleset.verdict)},
    )


def drawn(dice, ruleset):
    """One initiative's data: known or unknown facts, and a text that ``ruleset`` has read."""
    text = " ".join(dice.sample(WORDS, dice.randrange(3)))
    facts = {
        name: dice.randrange(1, 6)
        for name in ("project_count", "team_count", "duration_days")
        if dice.random() < 0.7
    }
    found = {"terms": listed(ruleset, f"Name {text}"), "name_terms": listed(ruleset, "Name")}
    return remembered(json.dumps(facts | found), "Name", text)


def listed(ruleset, text):
    return [
        name
        for name, each in ruleset.phrases.items()
        if any(phrase in text for phrase in each.phrases)
    ]


def decided(ruleset, data):
    """The verdict of ``ruleset``, by the reference evaluator and plain sums alone."""
    text = f"{data.name} {data.description}"
    fact = {
        **data.facts,
        "terms": frozenset(listed(ruleset, text)),
        "name_terms": frozenset(listed(ruleset, data.name)),
    }
    points = dict.fromkeys(("project", "program"), 0)
    for rule in ruleset.evidence:
        if holds(rule.when, fact):
            points[rule.evidence_for.removesuffix("_manager")] += rule.points
    tally = {f"{role}_score": score for role, score in points.items()}
    tally["project_lead"] = points["project"] - points["program"]
    tally["program_lead"] = -tally["project_lead"]
    return next(rule.verdict for rule in ruleset.verdict if holds(rule.when, tally))


@pytest.mark.parametrize("seed", range(6))
def test_each_combination_is_decided_as_it_is_outright(ruleset, seed):
    dice = random.Random(seed)  # noqa: S311 -- no secret
    old, new = varied(ruleset, dice), varied(ruleset, dice)
    pairs = [(drawn(dice, old), drawn(dice, new)) for _ in range(25)]
    crossed = attribution.cross(
        Side(ruleset=old, data=[pair[0] for pair in pairs]),
        Side(ruleset=new, data=[pair[1] for pair in pairs]),
    )
    for (then, now), found in zip(pairs, crossed, strict=True):
        assert found == Crossed(
            then_by_then=decided(old, then),
            now_by_then=decided(old, now),
            then_by_now=decided(new, then),
            now_by_now=decided(new, now),
        )


@pytest.mark.parametrize("given", [*itertools.product(VERDICTS, repeat=4)])
def test_cause_is_what_alone_suffices(given):
    crossed = Crossed(
        then_by_then=given[0], now_by_then=given[1], then_by_now=given[2], now_by_now=given[3]
    )
    assert crossed.cause in CAUSES
    if crossed.then_by_then == crossed.now_by_now:
        assert crossed.cause == ""
        return
    does_data = crossed.now_by_then == crossed.now_by_now
    does_rules = crossed.then_by_now == crossed.now_by_now
    assert (crossed.cause in ("data", "data or rules")) == does_data
    assert (crossed.cause in ("rules", "data or rules")) == does_rules
    assert (crossed.cause == "data and rules") == (not does_data and not does_rules)


def standing(ruleset, verdict, facts, *, rules="", points="0:3", why=""):
    told = {"verdict": verdict, "rules": rules, "points": points}
    row = {"initiative_id": "A", "name": "One", **told}
    kept = {"A": {"facts": json.dumps(facts), "description": ""}} if facts is not None else {}
    return Standing(rows={"A": row}, facts=kept, ruleset=ruleset, why=why)


MANY = {"project_count": 6, "terms": [], "name_terms": []}
ONE = {"project_count": 1, "terms": [], "name_terms": []}


def flip(then, now):
    (row,) = compare.compare(then, now).to_dict("records")
    return row


def test_changed_data_are_told_with_their_fields(ruleset):
    row = flip(
        standing(ruleset, "project_manager", ONE, rules="X-1"),
        standing(ruleset, "program_manager", MANY, rules="SCO-001"),
    )
    assert (row["cause"], row["fields"]) == ("data", "project_count 1→6")
    assert (row["rules_began"], row["rules_stopped"]) == ("SCO-001", "X-1")
    assert row["explanation"] == (
        "From a Technical Project Manager to a Technical Program Manager: its data changed "
        "(project_count 1→6). SCO-001 matches now. X-1 no longer matches."
    )


def with_other(ruleset, **changes):
    """The rules, of which SCO-001 was another one."""
    evidence = tuple(
        dataclasses.replace(rule, sha256="other", **changes) if rule.id == "SCO-001" else rule
        for rule in ruleset.evidence
    )
    return dataclasses.replace(
        ruleset,
        sha256="old",
        evidence=evidence,
        by_id=ruleset.by_id | {rule.id: rule for rule in evidence},
    )


def test_changed_rules_are_named(ruleset):
    row = flip(
        standing(with_other(ruleset, weight=1), "undecided", MANY, rules="SCO-001"),
        standing(ruleset, "program_manager", MANY, rules="SCO-001"),
    )
    assert (row["cause"], row["fields"]) == ("rules", "")
    assert "the rules changed (SCO-001 gives 1→3 points)" in row["explanation"]
    assert row["points"] == "SCO-001 1→3"


@pytest.mark.parametrize(
    ("changes", "points", "why"),
    [
        ({"weight": 1}, "SCO-001 1→3", "the rules changed (SCO-001 gives 1→3 points)"),
        ({"status": "experimental"}, "SCO-001 0→3", "the rules changed (SCO-001 gives 0→3 points)"),
        (
            {"evidence_for": "project_manager"},
            "SCO-001 project manager 3→program manager 3",
            "the rules changed (SCO-001 gives project manager 3→program manager 3 points)",
        ),
    ],
)
def test_other_points_under_the_same_verdict_are_a_change_of_rules(ruleset, changes, points, why):
    row = flip(
        standing(
            with_other(ruleset, **changes), "program_manager", ONE, rules="SCO-001", points="1:0"
        ),
        standing(ruleset, "program_manager", MANY, rules="SCO-001"),
    )
    assert (row["change"], row["cause"], row["points"]) == ("evidence", "rules", points)
    assert row["rules_began"] == row["rules_stopped"] == ""
    assert row["explanation"] == (
        f"The verdict stands (a Technical Program Manager); project_count 1→6; {why}."
    )


def test_other_points_of_rules_that_nobody_kept_are_told_as_sums(ruleset):
    row = flip(
        standing(None, "undecided", None, rules="SCO-001", points="1:2", why="they are lost"),
        standing(ruleset, "undecided", MANY, rules="SCO-001", points="1:3"),
    )
    assert (row["cause"], row["points"]) == ("rules", "")
    assert "the same rules give other points (program manager 2→3)" in row["explanation"]


@pytest.mark.parametrize(
    ("is_other", "facts", "cause"),
    [(False, ONE, "data"), (False, MANY, ""), (True, MANY, "rules"), (True, ONE, "")],
)
def test_cause_of_other_evidence_is_told_where_it_is_sure(ruleset, is_other, facts, cause):
    then = with_other(ruleset, weight=1) if is_other else ruleset
    row = flip(
        standing(then, "undecided", facts, rules="X-1"),
        standing(ruleset, "undecided", MANY, rules="SCO-001"),
    )
    assert (row["change"], row["cause"]) == ("evidence", cause)


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ({"why": "the rules were not kept"}, "the rules were not kept"),
        ({"facts": None}, "the facts of one of the two runs were not kept"),
        ({"facts": MANY}, "this program decides otherwise now"),
    ],
)
def test_cause_that_cannot_be_told_is_left_open_with_the_reason(ruleset, then, reason):
    old = standing(
        None if "why" in then else ruleset,
        "undecided",
        then.get("facts", ONE),
        why=then.get("why", ""),
    )
    row = flip(old, standing(ruleset, "program_manager", MANY))
    assert row["cause"] == ""
    assert reason in row["explanation"]


def test_rules_that_cannot_be_run_today_are_no_fault_of_tonight():
    assert compare.loaded({}, "2026-06-30")[0] is None
    ruleset, why = compare.loaded({"ruleset.yaml": "of: another age"}, "2026-06-30")
    assert ruleset is None
    assert "cannot run the rules" in why


def test_facts_are_kept_as_they_are_and_unknown_ones_left_out():
    facts = [
        {"project_count": 3, "budget_eur": 1e-07, "decision_level": "tactical", "days_to_end": 4},
        {"has_sponsor": False, "terms": frozenset({"b", "a"})},
        {},
    ]
    kept = [json.loads(text) for text in states.facts_as_json(table_of(facts))]
    nothing = {"terms": [], "name_terms": []}
    assert kept == [
        {"project_count": 3, "budget_eur": 1e-07, "decision_level": "tactical", **nothing},
        {"has_sponsor": False, **nothing, "terms": ["a", "b"]},
        nothing,
    ]
