from __future__ import annotations

import runpy
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tally as sums
from pipeline.engine.decide import Engine
from pipeline.facts.table import table_of
from pipeline.verdict import decide

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
compare, evidence = heart["compare"], heart["evidence"]
ROLES = ("project_manager", "program_manager")


@st.composite
def rules(draw):
    count = draw(st.integers(0, 40))
    return [
        evidence(
            number,
            compare("stakeholder_count", draw(st.sampled_from(("gte", "lte"))), number % 9),
            weight=draw(st.integers(1, 3)),
            aspect=f"aspect_{number // 8}",
            evidence_for=draw(st.sampled_from(ROLES)),
            basis=draw(st.sampled_from(("structure", "text", "size"))),
            decisive=draw(st.booleans()),
            status=draw(st.sampled_from(("stable", "experimental"))),
        )
        for number in range(1, count + 1)
    ]


def by_hand(matched):
    found = {}
    for role in ROLES:
        word = role.removesuffix("_manager")
        mine = [rule for rule in matched if rule.evidence_for == role]
        found |= {
            f"{word}_score": sum(rule.points for rule in mine),
            f"{word}_structure": sum(r.points for r in mine if r.basis == "structure"),
            f"{word}_text": sum(r.points for r in mine if r.basis == "text"),
            f"{word}_typical": sum(rule.points > 1 for rule in mine),
            f"{word}_strong": sum(rule.points > 2 for rule in mine),
            f"{word}_decisive": sum(rule.decisive and rule.points > 0 for rule in mine),
            f"{word}_aspects": len({rule.aspect for rule in mine if rule.points}),
        }
    for one, other in (("project", "program"), ("program", "project")):
        found[f"{one}_lead"] = found[f"{one}_score"] - found[f"{other}_score"]
        found[f"{one}_typical_lead"] = found[f"{one}_typical"] - found[f"{other}_typical"]
        found[f"{one}_structure_lead"] = found[f"{one}_structure"] - found[f"{other}_structure"]
        found[f"{one}_typical_lead"] = found[f"{one}_typical"] - found[f"{other}_typical"]
    return found


@pytest.mark.parametrize("few", [0, 100])
@settings(max_examples=25, deadline=None)
@given(made=rules())
def test_sums_are_those_of_a_plain_addition(few, made):
    table = table_of([{"stakeholder_count": count} for count in range(10)] + [{}])
    decided = Engine(made).decide(table)
    with mock.patch.multiple(sums, _FEW=few, _BLOCK=4):
        found = sums.tally(decided)
    for position in range(table.size):
        assert dict(found.fact(position, found.columns)) == by_hand(decided.rules_at(position))


def test_an_aspect_of_several_shards_counts_once():
    many = [
        evidence(number, compare("stakeholder_count", "gte", 1), aspect="scope")
        for number in range(1, 90)
    ]
    decided = Engine(many).decide(table_of([{"stakeholder_count": 1}, {}]))
    assert len(decided.shards) > 1
    assert sums.tally(decided).columns["program_aspects"].values.tolist() == [1, 0]


def test_initiatives_of_equal_sums_are_one_case():
    facts = [{"stakeholder_count": count} for count in (1, 5, 1, 0, 5)]
    found = sums.tally(
        Engine([evidence(1, compare("stakeholder_count", "gte", 3))]).decide(table_of(facts))
    )
    assert found.distinct.size == 2
    assert [found.of[place] for place in (0, 2, 3)] == [found.of[0]] * 3
    assert found.of[1] == found.of[4] != found.of[0]


@pytest.mark.parametrize("few", [0, 100])
def test_initiatives_are_told_apart_by_what_is_asked_for_alone(few):
    made = [
        evidence(1, compare("stakeholder_count", "gte", 3), weight=2),
        evidence(2, compare("stakeholder_count", "gte", 5), evidence_for="project_manager"),
    ]
    table = table_of([{"stakeholder_count": count} for count in range(10)])
    decided = Engine(made).decide(table)
    with mock.patch.object(sums, "_FEW", few):
        whole, part = sums.tally(decided), sums.tally(decided, ["program_score"])
        lead = sums.tally(decided, ["program_lead"])
    assert (whole.distinct.size, part.distinct.size, lead.distinct.size) == (3, 2, 3)
    assert list(part.columns) == ["program_score"]
    assert "project_score" not in part.columns
    assert part.columns["program_score"].values.tolist() == [0] * 3 + [2] * 7
    assert lead.columns["program_lead"].values.tolist() == [0] * 3 + [2] * 2 + [1] * 5


@pytest.mark.parametrize("few", [0, 1_000])
def test_sums_beyond_a_byte_and_more_than_a_word_of_bits(few):
    """400 rules: each sum has nine bits or ten, all of them more than 64."""
    made = [
        evidence(
            number,
            compare("stakeholder_count", "gte", number % 7),
            weight=3,
            aspect=f"aspect_{number // 50}",
            evidence_for=ROLES[number % 2],
            basis="text" if number % 4 < 2 else "structure",
        )
        for number in range(400)
    ]
    table = table_of([{"stakeholder_count": count % 9} for count in range(90)] + [{}])
    decided = Engine(made).decide(table)
    with mock.patch.object(sums, "_FEW", few):
        found = sums.tally(decided)
    for position in (0, 5, 6, 88, 90):
        assert dict(found.fact(position, found.columns)) == by_hand(decided.rules_at(position))
        case = int(found.of[position])
        assert found.distinct.fact(case) == found.fact(position)


def test_no_initiatives_and_no_rules():
    assert sums.tally(Engine([]).decide(table_of([]))).size == 0
    none = sums.tally(Engine([]).decide(table_of([{}, {}])))
    assert none.columns["project_score"].values.tolist() == [0, 0]
    assert none.distinct.size == 1


@pytest.mark.parametrize("name", ["rule", "verdict", "lean", "confidence"])
def test_a_case_is_decided_as_each_of_its_initiatives_would_be(name):
    from pipeline.rulebook import loader

    book = loader.load(heart["RULES"])
    table = table_of(heart["random_facts"](3, 200))
    tally = sums.tally(Engine(book.evidence).decide(table))
    plain = table_of([tally.fact(position) for position in range(tally.size)])
    verdict_engine = Engine(book.verdict)
    cases, each = decide(book, verdict_engine, tally), decide(book, verdict_engine, plain)
    np.testing.assert_array_equal(getattr(cases, name), getattr(each, name))
