from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.rulebook.rules import ComplexityRule
from pipeline.verdict import OUTCOMES, NoVerdictRule

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, evidence, DAY = heart["compare"], heart["evidence"], heart["DAY"]
RULEBOOK = loader.load(heart["RULES"])
VERDICT_ENGINE = Engine(RULEBOOK.verdict)
PROJECT, PROGRAM, UNDECIDED = range(3)


# ---------------------------------------------------------------- the tally


def a_rule(number, **more):
    """Matches where ``stakeholder_count`` is at least ``number``."""
    return evidence(number, compare("stakeholder_count", "gte", number), **more)


RULES = [
    a_rule(1, weight=1, aspect="scope", evidence_for="program_manager"),
    a_rule(2, weight=3, aspect="scope", evidence_for="program_manager", decisive=True),
    a_rule(3, weight=2, aspect="scope", evidence_for="project_manager"),
    a_rule(4, weight=3, aspect="challenges", evidence_for="project_manager", basis="text"),
    a_rule(5, weight=1, aspect="challenges", evidence_for="program_manager", basis="size"),
    a_rule(
        6,
        weight=3,
        aspect="challenges",
        evidence_for="project_manager",
        status="experimental",
        decisive=True,
    ),
]


def tally_of(rules, count):
    table = table_of([{"stakeholder_count": count}])
    return dict(verdict.tally(Engine(rules).decide(table)).fact(0))


def test_nothing_matched_is_a_tally_of_zeros():
    found = tally_of(RULES, 0)
    assert {found[name] for name in found if not name.endswith("terms")} == {0}


def test_everything_matched_is_summed_by_role_basis_and_weight():
    found = tally_of(RULES, 9)
    assert {name: value for name, value in found.items() if not name.endswith("terms")} == {
        "project_score": 5,
        "project_lead": 0,
        "project_structure": 2,
        "project_structure_lead": -2,
        "project_text": 3,
        "project_aspects": 2,
        "project_typical": 2,
        "project_typical_lead": 1,
        "project_strong": 1,
        "project_decisive": 0,
        "program_score": 5,
        "program_lead": 0,
        "program_structure": 4,
        "program_structure_lead": 2,
        "program_text": 0,
        "program_aspects": 2,
        "program_typical": 1,
        "program_typical_lead": -1,
        "program_strong": 1,
        "program_decisive": 1,
    }


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    rules=st.lists(
        st.tuples(
            st.sampled_from(("project_manager", "program_manager")),
            st.integers(1, 3),
            st.sampled_from(("structure", "text", "size")),
            st.sampled_from(("stable", "experimental")),
            st.sampled_from(("scope", "challenges", "choosing")),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    count=st.integers(0, 13),
)
def test_a_tally_is_the_sum_of_what_matched(rules, count):
    made = sorted(
        (
            a_rule(
                number,
                evidence_for=role,
                weight=weight,
                basis=basis,
                status=status,
                aspect=aspect,
                decisive=decisive,
            )
            for number, (role, weight, basis, status, aspect, decisive) in enumerate(rules, 1)
        ),
        key=lambda rule: rule.aspect,
    )
    found = tally_of(made, count)
    matched = [rule for rule in made if int(rule.id[-3:]) <= count and rule.status == "stable"]
    for role in ("project", "program"):
        mine = [rule for rule in matched if rule.evidence_for == f"{role}_manager"]
        assert found[f"{role}_score"] == sum(rule.weight for rule in mine)
        for basis in ("structure", "text"):
            points = sum(rule.weight for rule in mine if rule.basis == basis)
            assert found[f"{role}_{basis}"] == points
        assert found[f"{role}_aspects"] == len({rule.aspect for rule in mine})
        assert found[f"{role}_typical"] == sum(rule.weight >= 2 for rule in mine)
        assert found[f"{role}_strong"] == sum(rule.weight == 3 for rule in mine)
        assert found[f"{role}_decisive"] == sum(rule.decisive for rule in mine)
    assert found["project_lead"] == -found["program_lead"]
    assert found["project_lead"] == found["project_score"] - found["program_score"]
    assert found["project_structure_lead"] == -found["program_structure_lead"]
    assert found["project_typical_lead"] == found["project_typical"] - found["program_typical"]


# ---------------------------------------------------------------- verdicts of the real rulebook

POINTS = st.integers(0, 12)
COUNTS = st.integers(0, 3)


@st.composite
def tallies(draw):
    """Any tally that could be, and some that could not."""
    fact = {}
    for role in ("project", "program"):
        structure, text, size = draw(POINTS), draw(POINTS), draw(st.integers(0, 3))
        fact |= {
            f"{role}_score": structure + text + size,
            f"{role}_structure": structure,
            f"{role}_text": text,
            f"{role}_aspects": draw(st.integers(0, 6)),
            f"{role}_typical": draw(COUNTS),
            f"{role}_strong": draw(COUNTS),
            f"{role}_decisive": draw(st.integers(0, 2)),
        }
    return with_leads(fact)


def with_leads(fact):
    lead = fact["project_score"] - fact["program_score"]
    structure = fact["project_structure"] - fact["program_structure"]
    typical = fact["project_typical"] - fact["program_typical"]
    return {
        **fact,
        "project_lead": lead,
        "program_lead": -lead,
        "project_structure_lead": structure,
        "program_structure_lead": -structure,
        "project_typical_lead": typical,
        "program_typical_lead": -typical,
    }


def verdicts_of(facts):
    return verdict.decide(RULEBOOK, VERDICT_ENGINE, table_of(facts))


def swapped(fact):
    names = {"project": "program", "program": "project"}
    return {f"{names[key.split('_')[0]]}_{key.split('_', 1)[1]}": fact[key] for key in fact}


MANY = settings(max_examples=60, deadline=None, derandomize=True)


@MANY
@given(facts=st.lists(tallies(), min_size=1, max_size=30))
def test_every_tally_is_covered_and_the_first_rule_in_order_decides(facts):
    found = verdicts_of(facts)
    for place, fact in enumerate(facts):
        first = next(rule for rule in RULEBOOK.verdict if holds(rule.when, fact))
        assert RULEBOOK.verdict[found.rule[place]] is first
        assert OUTCOMES[found.verdict[place]] == first.verdict


@MANY
@given(facts=st.lists(tallies(), min_size=1, max_size=30))
def test_swapping_the_roles_swaps_the_verdict(facts):
    """Neither role has an advantage: the rules for one are those for the other."""
    one, other = verdicts_of(facts), verdicts_of([swapped(fact) for fact in facts])
    mirror = np.array([PROGRAM, PROJECT, UNDECIDED])
    same = other.verdict == mirror[one.verdict]
    assert same.all()
    assert (one.confidence == other.confidence).all()
    lean = {0: 1, 1: 0, -1: -1}
    assert other.lean.tolist() == [lean[value] for value in one.lean.tolist()]


@MANY
@given(facts=st.lists(tallies(), min_size=1, max_size=30), words=st.integers(1, 40))
def test_text_does_not_outweigh_clear_structure(facts, words):
    """Where structure leads clearly for a role, no amount of text gives the other one."""
    clear = [
        {**fact, "project_decisive": 0, "program_decisive": 0, "program_aspects": 3}
        for fact in facts
        if fact["program_structure_lead"] >= 3
    ]
    louder = [
        with_leads(
            {
                **fact,
                "project_text": fact["project_text"] + words,
                "project_score": fact["project_score"] + words,
                "project_typical": fact["project_typical"] + words,
                "project_strong": fact["project_strong"] + words,
                "project_aspects": 13,
            }
        )
        for fact in clear
    ]
    if louder:
        assert (verdicts_of(louder).verdict != PROJECT).all()


@MANY
@given(fact=tallies())
def test_confidence_never_falls_as_the_lead_of_the_same_rule_grows(fact):
    # Points of size move the lead and nothing else of the tally.
    more = [
        with_leads({**fact, "program_score": fact["program_score"] + extra}) for extra in range(12)
    ]
    found = verdicts_of(more)
    by_rule = {}
    for place, (rule, given_) in enumerate(
        zip(found.rule.tolist(), found.verdict.tolist(), strict=True)
    ):
        if given_ == PROGRAM:
            confidence = found.confidence[place]
            assert confidence >= by_rule.get(rule, 0.0)
            by_rule[rule] = confidence


@MANY
@given(
    fact=tallies(),
    weight=st.integers(1, 3),
    basis=st.sampled_from(["structure", "text", "size"]),
    aspect=st.integers(0, 1),
    decisive=st.booleans(),
)
def test_more_evidence_for_a_verdict_never_turns_it_or_lowers_its_confidence(
    fact, weight, basis, aspect, decisive
):
    """Whichever rule then decides: the bands of the rules above lie nowhere below."""
    before = verdicts_of([fact])
    for verdict_, role in ((PROJECT, "project"), (PROGRAM, "program")):
        if before.verdict[0] != verdict_:
            continue
        added = {
            "score": weight,
            "aspects": aspect,
            "typical": int(weight > 1),
            "strong": int(weight > 2),
            "decisive": int(decisive),
            **({} if basis == "size" else {basis: weight}),
        }
        more = {f"{role}_{name}": fact[f"{role}_{name}"] + points for name, points in added.items()}
        after = verdicts_of([with_leads({**fact, **more})])
        assert after.verdict[0] == verdict_
        assert after.confidence[0] >= before.confidence[0]


@MANY
@given(facts=st.lists(tallies(), min_size=1, max_size=30))
def test_confidence_stays_between_the_ends_of_its_rule(facts):
    found = verdicts_of(facts)
    for rule, given_, confidence in zip(found.rule, found.verdict, found.confidence, strict=True):
        if given_ == UNDECIDED:
            assert confidence == 0
        else:
            chosen = RULEBOOK.verdict[rule]
            assert chosen.at_least <= confidence <= chosen.at_most
            assert round(confidence, 2) == confidence


@MANY
@given(facts=st.lists(tallies(), min_size=1, max_size=30))
def test_the_lean_is_the_better_scored_role_also_when_undecided(facts):
    found = verdicts_of(facts)
    for fact, lean in zip(facts, found.lean.tolist(), strict=True):
        lead = fact["project_score"] - fact["program_score"]
        assert lean == (0 if lead > 0 else 1 if lead < 0 else -1)


def test_no_evidence_is_undecided_without_a_lean():
    found = verdict.decide(
        RULEBOOK, VERDICT_ENGINE, verdict.tally(Engine(RULEBOOK.evidence).decide(table_of([{}])))
    )
    assert (found.verdict[0], found.lean[0], found.confidence[0]) == (UNDECIDED, -1, 0.0)


def test_a_tally_that_no_rule_covers_is_refused_with_a_cure(tmp_path):
    files = {"verdict/VER-900.yaml": None}
    ruleset = loader.load(heart["write_rulebook"](tmp_path, files))
    sums = verdict.tally(Engine(ruleset.evidence).decide(table_of([{}])))
    with pytest.raises(NoVerdictRule) as refused:
        verdict.decide(ruleset, Engine(ruleset.verdict), sums)
    assert refused.value.code == "R061"
    assert refused.value.exit_status == 5
    assert str(refused.value.problem).endswith("the tally of no evidence at all")
    assert "project_score" in refused.value.hint


# ---------------------------------------------------------------- complexity


def rating(levels):
    """Decisions of rules that rate factors of one initiative; of a second nothing is known."""
    rules = [
        ComplexityRule(
            id=f"CPX-{number:03}",
            kind="complexity",
            title="A test",
            status="stable",
            version=1,
            created=DAY,
            modified=DAY,
            owner="tests",
            when=compare("team_count", "gte", 1),
            rationale="It is so.",
            factor=factor,
            level=level,
        )
        for number, (factor, level) in enumerate(levels)
    ]
    return Engine(rules).decide(table_of([{"team_count": 1}, {}]))


def rated(levels):
    """Levels by factor, rated by one rule each; what the bands make of them."""
    decisions = rating([(f"factor_{factor}", level) for factor, level in levels])
    found = verdict.complexity_levels(decisions).tolist()
    assert found[1:] == [0]  # nothing known of it
    return found[0]


@pytest.mark.parametrize(
    ("total", "level"), [(7, 1), (11, 1), (12, 2), (18, 2), (19, 3), (25, 3), (26, 4), (28, 4)]
)
def test_seven_factors_fall_into_the_bands_of_their_total(total, level):
    levels = [total // 7 + (factor < total % 7) for factor in range(7)]
    assert sum(levels) == total
    assert rated(list(enumerate(levels))) == level


@pytest.mark.parametrize("known", range(2, 8))
def test_fewer_factors_count_by_their_mean_exactly(known):
    for total in range(known, 4 * known + 1):
        levels = [total // known + (factor < total % known) for factor in range(known)]
        expected = 1 + sum(total * 7 > top * known for top in (11, 18, 25))
        assert rated(list(enumerate(levels))) == expected


def test_one_factor_is_too_few():
    assert rated([(0, 4)]) == 0
    assert rated([(0, 4), (1, 4)]) == 4


def test_a_factor_counts_with_its_highest_level():
    assert rated([(0, 1), (0, 4), (1, 4), (1, 2)]) == 4


@pytest.mark.parametrize(
    ("levels", "level"),
    [((1, 1), 1), ((1, 2, 1, 1, 1), 1), ((1, 2), 2), ((2, 3), 2), ((3, 3, 2), 3), ((4, 4), 3)],
)
def test_groups_of_a_program_fall_into_the_bands_of_acdc(levels, level):
    """The mean of the known groups, times 29, against the ends 40 and 75."""
    decisions = rating([(f"program_{number}", each) for number, each in enumerate(levels)])
    assert verdict.program_levels(decisions).tolist() == [level, 0]
    assert verdict.complexity_levels(decisions).tolist() == [0, 0]  # another scale


def test_no_complexity_rules_no_level():
    decisions = Engine([]).decide(table_of([{}, {}]))
    assert verdict.complexity_levels(decisions).tolist() == [0, 0]


def test_advisories_know_of_verdict_level_and_tally():
    found = verdicts_of(
        [
            with_leads(
                {
                    **{
                        f"{role}_{name}": 0
                        for role in ("project", "program")
                        for name in (
                            "score",
                            "structure",
                            "text",
                            "aspects",
                            "typical",
                            "strong",
                            "decisive",
                        )
                    }
                }
            )
        ]
    )
    facts = verdict.outcome_facts(found, np.array([3]), np.array([2])).fact(0)
    told = ("verdict", "complexity_level", "program_level", "project_score")
    assert tuple(facts[name] for name in told) == ("undecided", 3, 2, 0)
    unrated = verdict.outcome_facts(found, np.array([0]), np.array([0])).fact(0)
    assert "complexity_level" not in unrated
    assert "program_level" not in unrated
