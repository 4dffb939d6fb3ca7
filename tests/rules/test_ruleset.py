"""The rulebook as a whole: what no single file shows; nothing here hangs on a weight or phrase."""

from __future__ import annotations

import itertools
import runpy
from collections import Counter
from pathlib import Path

import pytest

from pipeline.engine.compiler import split
from pipeline.engine.decide import Engine
from pipeline.engine.widths import MAX_TESTS, width
from pipeline.facts.table import table_of
from pipeline.rulebook import loader, lock
from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ALLOWED, ROLES, VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
RULES = heart["RULES"]
RULEBOOK = loader.load(RULES)
# The rows of the comparison of the two roles that this product was given; "choosing" is its end.
ASPECTS = {
    "primary_role",
    "scope",
    "responsibilities",
    "technical_expertise",
    "decision_making",
    "stakeholder_management",
    "key_deliverables",
    "required_skills",
    "organizational_impact",
    "collaboration",
    "leadership_approach",
    "challenges",
    "choosing",
}


def test_every_aspect_of_the_comparison_is_there():
    assert {aspect.id for aspect in RULEBOOK.aspects} == ASPECTS


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("aspect", sorted(ASPECTS))
def test_every_aspect_can_speak_for_either_role(aspect, role):
    speaking = [
        rule
        for rule in RULEBOOK.evidence
        if rule.aspect == aspect and rule.evidence_for == role and rule.points
    ]
    assert speaking


def test_rules_are_as_locked():
    lock.check(RULEBOOK, RULES)


def test_titles_are_unique():
    titles = Counter(rule.title for rule in RULEBOOK.rules)
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_two_rules_of_a_kind_have_one_condition():
    # One condition may rate two factors: a project's and a program's scale ask alike.
    conditions = Counter(
        (rule.kind, getattr(rule, "factor", ""), str(rule.when)) for rule in RULEBOOK.rules
    )
    assert [key for key, count in conditions.items() if count > 1] == []


def test_every_rule_has_its_near_misses():
    assert all(
        sum(example.matches for example in rule.examples) >= 2
        and sum(not example.matches for example in rule.examples) >= 2
        for rule in RULEBOOK.rules
    )


def test_every_phrase_list_is_read_and_every_fact_of_evidence_used():
    used = [item for rule in RULEBOOK.rules for item in comparisons(rule.when)]
    lists = {name for item in used if item.operator == "mentions_any" for name in item.value}
    assert lists == set(RULEBOOK.phrases)
    facts = {item.fact for item in used}
    assert {
        spec.name for spec in VOCABULARY.values() if spec.family in ALLOWED["evidence"]
    } <= facts


def test_decisive_rules_stand_on_structure():
    assert all(rule.basis == "structure" for rule in RULEBOOK.evidence if rule.decisive)


def test_nothing_known_matches_no_evidence():
    """Absence is no evidence: a blank row must speak for nobody."""
    decisions = Engine(RULEBOOK.evidence).decide(table_of([{}]))
    assert decisions.rules_at(0) == []


def test_every_rule_fits_into_a_ruleset_of_its_aspect():
    for _, rules in itertools.groupby(
        RULEBOOK.rules, key=lambda rule: getattr(rule, "aspect", rule.kind)
    ):
        for shard in split(rules):
            assert sum(map(width, shard.rules)) <= MAX_TESTS
            aspects = {getattr(rule, "aspect", rule.kind) for rule in shard.rules}
            assert len(aspects) == 1


def test_the_last_verdict_rule_always_matches_and_says_undecided():
    last = RULEBOOK.verdict[-1]
    assert last.verdict == "undecided"
    tallies = [
        {
            spec.name: value
            for spec in VOCABULARY.values()
            if spec.family == "tally" and not spec.name.endswith("lead")
        }
        for value in (0, 1, 50)
    ]
    assert Engine([last]).decide(table_of(tallies)).matched(last.id).all()


def test_orders_of_verdict_rules_are_unique():
    orders = [rule.order for rule in RULEBOOK.verdict]
    assert orders == sorted(set(orders))


def test_evidence_cites_a_source():
    for rule in RULEBOOK.rules:
        if isinstance(rule, EvidenceRule):
            assert rule.references
        for reference in rule.references:
            assert reference.passage in RULEBOOK.documents[reference.document].passages


def test_loading_twice_gives_the_same():
    assert loader.load(RULES) == RULEBOOK
