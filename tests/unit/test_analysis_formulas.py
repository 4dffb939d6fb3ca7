"""Formulas mean what the reference evaluator, the tally, the verdict and the levels mean."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import verdict as deciding
from pipeline.engine.decide import Engine
from pipeline.engine.reference import holds
from pipeline.facts.table import table_of
from pipeline.formulas import as_mention, decided_by, in_order, mention, steps_of, subjects
from pipeline.formulas import holds as formula_of
from pipeline.rulebook import loader
from pipeline.rulebook.conditions import Comparison, Group
from pipeline.ruletools.analysis.cells import Cell, state
from pipeline.ruletools.analysis.outcomes import outcome
from schemas.facts import ALLOWED, VOCABULARY

make = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("analysis_rulebook.py"))))
LISTS = ["horizon", "one_thing"]
RULES = Path(__file__).parents[2] / "rules"


def fixed(fact, asked):
    """Formulas that say everything that is known of one initiative about some subjects."""
    for subject in in_order(asked):
        steps = state(subject, fact)
        yield Cell(subject=subject, low=steps, high=steps, is_known=steps is not None).formula()


def values(spec):
    if spec.kind == "boolean":
        return st.booleans()
    if spec.kind == "choice":
        return st.sampled_from(spec.choices)
    if spec.kind == "number":
        return st.integers(-300, 300).map(lambda cents: cents / 100)
    return st.integers(-4, 6)


@st.composite
def comparisons(draw):
    spec = VOCABULARY[draw(st.sampled_from(list(VOCABULARY)))]
    if spec.kind == "terms":
        lists = draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True))
        return Comparison(fact=spec.name, operator="mentions_any", value=tuple(lists))
    allowed = {
        "integer": ["equals", "gt", "gte", "lt", "lte", "exists"],
        "number": ["gt", "gte", "lt", "lte", "exists"],
        "boolean": ["equals", "exists"],
        "choice": ["equals", "one_of", "exists"],
    }
    operator = draw(st.sampled_from(allowed[spec.kind]))
    if operator == "exists":
        return Comparison(fact=spec.name, operator=operator, value=draw(st.booleans()))
    if operator == "one_of":
        some = draw(st.lists(st.sampled_from(spec.choices), min_size=1, unique=True))
        return Comparison(fact=spec.name, operator=operator, value=tuple(some))
    value = draw(
        st.integers(-40_000, 40_000).map(lambda n: n / 10_000)
        if spec.kind == "number"
        else values(spec)
    )
    return Comparison(fact=spec.name, operator=operator, value=value)


conditions = st.recursive(
    comparisons(),
    lambda inner: st.builds(
        lambda join, members: Group(join=join, members=tuple(members)),
        st.sampled_from(["all", "any"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@st.composite
def facts_about(draw, asked):
    fact = {}
    for subject in in_order(asked):
        if as_mention(subject):
            continue
        value = draw(st.none() | values(VOCABULARY[subject]))
        if value is not None:
            fact[subject] = value
    for name in ("terms", "name_terms"):
        mine = [s for s in asked if s.startswith(f"{name}:")]
        fact[name] = frozenset(
            as_mention(s)[1] for s in (draw(st.sets(st.sampled_from(mine))) if mine else ())
        )
    return fact


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_condition_means_what_the_reference_evaluator_says(data):
    condition = data.draw(conditions)
    asked = subjects(condition)
    fact = data.draw(facts_about(asked))
    solver = z3.Solver()
    solver.add(*fixed(fact, asked), formula_of(condition))
    assert (solver.check() == z3.sat) is holds(condition, fact)


@pytest.mark.parametrize(
    ("operator", "value", "steps"),
    [
        ("gt", 0.5, (51, None)),
        ("gte", 0.5, (50, None)),
        ("lt", 0.5, (None, 49)),
        ("lte", 0.5, (None, 50)),
        ("gt", 0.0001, (1, None)),
        ("lt", 0.0001, (None, 0)),
        ("gte", 0.1, (10, None)),
    ],
)
def test_money_is_compared_in_hundredths(operator, value, steps):
    assert steps_of(Comparison(fact="budget_eur", operator=operator, value=value)) == steps


@pytest.fixture(scope="module")
def real():
    """The rules that ship, whatever they say today."""
    return loader.load(RULES)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_tally_verdict_and_level_are_those_of_the_run(real, data):
    families = ALLOWED["evidence"]
    readable = [
        s
        for s in in_order(subjects(*(rule.when for rule in (*real.evidence, *real.complexity))))
        if VOCABULARY[s.partition(":")[0]].family in families
    ]
    some = data.draw(st.sets(st.sampled_from(readable), max_size=12))
    fact = {
        name: value for name, value in data.draw(facts_about(some)).items() if value is not None
    }
    table = table_of([fact])
    sums = deciding.tally(Engine(real.evidence).decide(table))
    given_ = deciding.decide(real, Engine(real.verdict), sums)
    rated = Engine(real.complexity).decide(table)
    scales = {
        "complexity_level": deciding.complexity_levels(rated),
        "program_level": deciding.program_levels(rated),
    }
    follows = outcome(real)
    solver = z3.Solver()
    solver.add(*fixed(fact, readable))
    for name, column in sums.columns.items():
        solver.add(follows.value(name) == int(column.values[0]))
    solver.add(follows.value("verdict") == int(given_.verdict[0]))
    solver.add(decided_by(real.verdict, int(given_.rule[0]), follows))
    for name, levels in scales.items():
        solver.add(follows.known(name) == bool(levels[0]))
        if levels[0]:
            solver.add(follows.value(name) == int(levels[0]))
    assert solver.check() == z3.sat


def test_an_uncovered_tally_has_no_verdict(tmp_path):
    rules = make.load(tmp_path, {"VER-900": None})
    solver = z3.Solver()
    solver.add(*fixed({}, subjects(*(rule.when for rule in rules.evidence))))
    solver.add(outcome(rules).value("verdict") == len(deciding.OUTCOMES))
    assert solver.check() == z3.sat


def test_subjects_tell_phrase_lists_apart():
    condition = Comparison(fact="terms", operator="mentions_any", value=("horizon", "one_thing"))
    assert subjects(condition) == {mention("terms", "horizon"), mention("terms", "one_thing")}
