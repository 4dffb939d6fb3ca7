"""A flip that is shown does flip, and none that is smaller is missed."""

from __future__ import annotations

import datetime as dt
import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import facts as facts_step
from pipeline import ingest, parse, validate, verdict
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.explain.consequences import changed, possible
from pipeline.explain.flips import Candidate, candidates, cost_of, flips
from pipeline.facts.table import table_of
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.verdict import OUTCOMES
from schemas.facts import VOCABULARY

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
ROOT, RULES = heart["ROOT"], heart["RULES"]
evidence_file = heart["evidence_file"]
SHOWN = re.compile(r"(\w+) ([\w.-]+)→([\w.-]+)(?:: ([a-z ]+))?")
BOUNDED = [spec for spec in VOCABULARY.values() if spec.actionable]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A few rules of every kind of fact that a flip may change."""
    files = {
        "scope/SCO-004.yaml": evidence_file(
            "SCO-004",
            {"all": [{"fact": "team_count", "lte": 2}, {"fact": "has_end_date", "equals": True}]},
            evidence_for="project_manager",
            weight=2,
        ),
        "scope/SCO-005.yaml": evidence_file(
            "SCO-005",
            {
                "any": [
                    {"fact": "project_count", "equals": 5},
                    {"fact": "has_parent", "exists": True},
                ]
            },
            weight=2,
        ),
        "scope/SCO-006.yaml": evidence_file(
            "SCO-006", {"fact": "goal_count", "exists": True}, weight=1
        ),
        "scope/SCO-007.yaml": evidence_file(
            "SCO-007",
            {"fact": "scope_definition", "one_of": ["evolving"]},
            weight=1,
        ),
    }
    return loader.load(heart["write_rulebook"](tmp_path_factory.mktemp("small"), files))


def flips_of(ruleset, table):
    engine, verdict_engine = Engine(ruleset.evidence), Engine(ruleset.verdict)
    evidence = engine.decide(table)
    verdicts = verdict.decide(ruleset, verdict_engine, verdict.tally(evidence))
    return verdicts, flips(ruleset, engine, verdict_engine, table, evidence, verdicts)


def plain_verdict(ruleset, fact):
    """By the reference evaluator and plain sums: no engine, no columns, nothing kept."""
    matched = [rule for rule in ruleset.evidence if holds(rule.when, fact)]
    sums = {}
    for role in ("project", "program"):
        mine = [rule for rule in matched if rule.evidence_for == f"{role}_manager" and rule.points]
        sums[f"{role}_score"] = sum(rule.points for rule in mine)
        for basis in ("structure", "text"):
            points = sum(rule.points for rule in mine if rule.basis == basis)
            sums[f"{role}_{basis}"] = points
        sums[f"{role}_aspects"] = len({rule.aspect for rule in mine})
        sums[f"{role}_typical"] = sum(rule.points > 1 for rule in mine)
        sums[f"{role}_strong"] = sum(rule.points > 2 for rule in mine)
        sums[f"{role}_decisive"] = sum(rule.decisive for rule in mine)
    for one, other in (("project", "program"), ("program", "project")):
        sums[f"{one}_lead"] = sums[f"{one}_score"] - sums[f"{other}_score"]
        sums[f"{one}_structure_lead"] = sums[f"{one}_structure"] - sums[f"{other}_structure"]
        sums[f"{one}_typical_lead"] = sums[f"{one}_typical"] - sums[f"{other}_typical"]
    return next(rule.verdict for rule in ruleset.verdict if holds(rule.when, sums))


def value_of(name, shown):
    spec = VOCABULARY[name]
    if shown == "unknown":
        return None
    if spec.kind == "boolean":
        return shown == "true"
    return int(shown) if spec.kind == "integer" else shown


def parts(text):
    """Name, old and new value, and the outcome if the text names it, of each flip shown."""
    for item in filter(None, text.split("; ")):
        match = SHOWN.fullmatch(item)
        assert match, text
        name, before, after, outcome = match.groups()
        yield name, value_of(name, before), value_of(name, after), outcome


def check_flips(ruleset, table):
    """Each flip starts from the fact as it is and ends in the verdict that it names."""
    verdicts, texts = flips_of(ruleset, table)
    shown = 0
    for place, text in enumerate(texts):
        fact = dict(table.fact(place))
        now = OUTCOMES[verdicts.verdict[place]]
        assert plain_verdict(ruleset, fact) == now
        for name, before, after, outcome in parts(text):
            shown += 1
            assert fact.get(name) == before
            assert before != after
            single = table.take(np.array([place], np.intp))
            then, _ = changed(single, name, after)
            found = plain_verdict(ruleset, dict(then.fact(0)))
            fresh = verdict.decide(
                ruleset,
                Engine(ruleset.verdict),
                verdict.tally(Engine(ruleset.evidence).decide(then)),
            )
            assert OUTCOMES[fresh.verdict[0]] == found
            if outcome:
                assert found == outcome.replace(" ", "_")
            else:
                assert {now, found} == {"project_manager", "program_manager"}
    return shown


# ---------------------------------------------------------------- that it flips


def test_every_flip_of_the_sample_portfolio_flips():
    as_of = dt.date(2026, 11, 24)
    typed = parse.parse(ingest.read(ROOT / "sample_data" / "portfolio.csv"))
    validated = validate.validate(typed, as_of=as_of)
    ruleset = loader.load(RULES)
    matcher = PhraseMatcher(ruleset.phrases)
    table = facts_step.derive(validated, matcher, as_of=as_of).table
    assert check_flips(ruleset, table) > 20


NAMES = (
    "team_count",
    "project_count",
    "unit_count",
    "goal_count",
    "scope_definition",
    "has_end_date",
    "has_parent",
)
VALUES = {
    **dict.fromkeys(NAMES[:4], st.integers(0, 8)),
    "scope_definition": st.sampled_from(VOCABULARY["scope_definition"].choices),
    "has_end_date": st.just(True),
    "has_parent": st.just(True),
}
FACTS = st.fixed_dictionaries(
    {
        "terms": st.sampled_from((frozenset(), frozenset({"many_teams"}))),
        "name_terms": st.just(frozenset()),
    },
    optional=VALUES,
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(facts=st.lists(FACTS, min_size=1, max_size=25))
def test_flips_of_random_facts_flip(small, facts):
    check_flips(small, table_of(facts))


@pytest.mark.thorough
@settings(max_examples=4, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_flips_under_the_real_rulebook_flip(seed):
    ruleset = loader.load(RULES)
    facts = heart["random_facts"](seed, 12)
    small_ones = [
        {
            name: min(abs(value), 9) if type(value) is int else value
            for name, value in fact.items()
            if name not in ("terms", "name_terms", "budget_eur", "is_derived", "child_count")
            and value is not False
        }
        for fact in facts
    ]
    check_flips(ruleset, table_of(small_ones))


# ---------------------------------------------------------------- that none is missed


def every_change():
    """All values of a range far beyond the constants of the small rulebook."""
    for spec in BOUNDED:
        if spec.kind == "choice":
            values = spec.choices
        elif spec.kind == "boolean":
            values = (True, None)
        else:
            values = range(int(spec.least), 13)
        for value in values:
            yield Candidate(spec=spec, value=value)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(fact=FACTS)
def test_no_smaller_change_of_one_fact_is_missed(small, fact):
    table = table_of([fact])
    verdicts, [text] = flips_of(small, table)
    now = OUTCOMES[verdicts.verdict[0]]
    cheapest = {}
    for candidate in every_change():
        name, value = candidate.spec.name, candidate.value
        if fact.get(name) == value or not possible(table, name, value)[0]:
            continue
        after, _ = changed(table, name, value)
        outcome = plain_verdict(small, dict(after.fact(0)))
        if outcome != now:
            cost = cost_of(candidate, table)[0]
            cheapest[outcome] = min(cost, cheapest.get(outcome, np.inf))
    offers = {
        outcome.replace(" ", "_") if outcome else other_role(now): (name, after)
        for name, _, after, outcome in parts(text)
    }
    if now == "undecided":
        assert offers.keys() == cheapest.keys()
    elif other_role(now) in cheapest:
        assert offers.keys() == {other_role(now)}
    else:
        assert offers.keys() == cheapest.keys()
    for outcome, (name, after) in offers.items():
        cost = cost_of(Candidate(spec=VOCABULARY[name], value=after), table)[0]
        assert cost == pytest.approx(cheapest[outcome])


def other_role(role):
    return {"project_manager": "program_manager", "program_manager": "project_manager"}.get(role)


# ---------------------------------------------------------------- what is tried, what it costs


def test_one_value_on_each_side_of_every_constant(small):
    tried = {}
    for candidate in candidates(small.evidence):
        tried.setdefault(candidate.spec.name, []).append(candidate.value)
    assert tried == {
        "project_count": [1, 2, 3, 4, 5, 6],
        "team_count": [1, 2, 3, 4],
        "unit_count": [1, 2, 3],
        "goal_count": [1],
        "scope_definition": ["evolving", "fixed"],
        "has_end_date": [True, None],
        "has_parent": [True, None],
    }


def test_only_what_a_person_can_change_is_tried():
    ruleset = loader.load(RULES)
    names = {candidate.spec.name for candidate in candidates(ruleset.evidence)}
    assert names <= {spec.name for spec in BOUNDED}
    for candidate in candidates(ruleset.evidence):
        if candidate.spec.kind == "integer":
            assert candidate.spec.least <= candidate.value <= candidate.spec.most


def cost(name, value, **fact):
    return cost_of(Candidate(spec=VOCABULARY[name], value=value), table_of([fact]))[0]


def test_a_nearer_value_costs_less():
    costs = [cost("team_count", value, team_count=8) for value in (7, 6, 4, 2, 1)]
    assert costs == sorted(costs)
    assert len(set(costs)) == 5
    assert cost("team_count", 8, team_count=8) == np.inf


def test_a_count_of_zero_has_a_cost_too():
    assert 0 < cost("team_count", 3, team_count=0) < np.inf


def test_stating_what_is_unknown_costs_less_than_turning_a_choice_round():
    stated = cost("scope_definition", "fixed")
    assert stated < cost("scope_definition", "fixed", scope_definition="evolving")
    assert cost("scope_definition", "fixed", scope_definition="fixed") == np.inf
    assert cost("has_end_date", None) == np.inf
    assert cost("has_end_date", None, has_end_date=True) < np.inf


def test_no_initiatives_no_flips(small):
    assert flips_of(small, table_of([]))[1] == []


def test_roles_are_spelled_out(small):
    facts = [
        {"scope_definition": "fixed"},
        {"team_count": 5},
        {},
        {"team_count": 5, "scope_definition": "fixed"},
    ]
    _, texts = flips_of(small, table_of(facts))
    assert any(texts)
    assert not any(re.search(r"\b(TPM|PM|PgM)\b", text) for text in texts)
