"""The laws hold for every initiative there is, and bind what they should."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import z3

from pipeline import facts, verdict
from pipeline.engine.decide import Engine
from pipeline.formulas import as_mention, in_order, mention
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.analysis import witness, world
from pipeline.ruletools.analysis.cells import Cell, state
from pipeline.run import Options, check
from pipeline.runlog import RunLog
from schemas.facts import VOCABULARY

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
DAY = dt.date(2026, 6, 30)

GRAPH = """\
Initiative ID,Name,Parent,Depends on,Business unit,Project count,Start date,End date,Vendors
P1,Program,,,North,1,2026-01-01,2026-12-31,A; B
C1,Child,P1,C2; ZZ,North,,,2026-05-01,
C2,Child,P1,C1,South,,2026-01-01,2026-01-01,A
C3,Child,P9,C1; P1,East,,,,
C4,Child,P9,,West,2,2026-03-01,,
S1,Single,,,North,0,,,
"""


@pytest.fixture(scope="module")
def ruleset():
    return loader.load(ROOT / "rules")


def facts_of(path, ruleset, most=150):
    """Distinct facts of a portfolio, with the tally."""
    options = Options(portfolio=path, output=Path("unused"), rules=Path("unused"), as_of=DAY)
    validated = check(options, RunLog()).validated
    table = facts.derive(validated, PhraseMatcher(ruleset.phrases), as_of=DAY).table
    table = table.joined(verdict.tally(Engine(ruleset.evidence).decide(table)))
    step = max(1, table.size // most)
    rows = [table.fact(place) for place in range(0, table.size, step)]
    return list({repr(sorted(row.items(), key=str)): row for row in rows}.values())


def assert_lawful(rows, ruleset):
    scalars = [name for name, spec in VOCABULARY.items() if spec.kind != "terms"]
    own = [name for name in scalars if VOCABULARY[name].family not in ("outcome", "cluster")]
    lists = [mention(fact, name) for fact in ("terms", "name_terms") for name in ruleset.phrases]
    _, laws = world.laws([*own, *lists])
    solver = z3.SimpleSolver()
    solver.add(*laws)
    for row in rows:
        solver.push()
        for subject in in_order([*own, *lists]):
            steps = state(subject, row)
            known = steps is not None
            solver.add(Cell(subject=subject, low=steps, high=steps, is_known=known).formula())
        assert solver.check() == z3.sat, row
        solver.pop()


def test_the_laws_hold_for_children_dependencies_and_derived_parents(tmp_path, ruleset):
    path = tmp_path / "portfolio.csv"
    path.write_text(GRAPH, encoding="utf-8")
    rows = facts_of(path, ruleset)
    assert any(row["is_derived"] for row in rows)
    assert any(row.get("unknown_dependency_count") for row in rows)
    assert_lawful(rows, ruleset)


@pytest.mark.parametrize("name", ["portfolio.csv", "messy.csv"])
def test_the_laws_hold_for_the_sample_data(name, ruleset):
    assert_lawful(facts_of(ROOT / "sample_data" / name, ruleset), ruleset)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared portfolios are not beside the project")
@pytest.mark.parametrize("kind", ["us_it_dashboard", "worldbank", "nyc", "canada"])
def test_the_laws_hold_for_real_portfolios(kind, ruleset):
    paths = sorted((SHARED / kind).glob("*.csv"))
    if not paths:
        pytest.skip(f"no CSV file in {kind}")
    assert_lawful(facts_of(paths[0], ruleset, most=60), ruleset)


@pytest.mark.parametrize(
    "impossible",
    [
        {"child_count": 3, "project_count": 1},
        {"child_count": 1},
        {"has_parent": True},
        {"has_parent": False, "child_count": 0},
        {"has_end_date": False},
        {"duration_days": 3, "days_to_end": 1},
        {"has_end_date": True},
        {"domain_count": 0},
        {"team_count": -1},
        {"dependency_count": 2, "dependent_count": 0},
        {"dependency_count": 1, "unknown_dependency_count": 2, "dependent_count": 0},
        {"dependent_count": 1, "cross_unit_dependency_count": 2},
        {"child_count": 2, "project_count": 2, "child_unit_count": 3},
        {"is_derived": True, "child_count": 0},
        {"is_derived": True, "child_count": 1, "project_count": 1, "people_count": 3},
        {"name_terms": frozenset({"horizon"}), "terms": frozenset()},
    ],
    ids=str,
)
def test_what_cannot_be_is_ruled_out(impossible):
    """Everything else that these facts hang together with is unknown."""
    asked = {name for name in impossible if not name.endswith("terms")}
    if "name_terms" in impossible:
        asked |= {mention("terms", "horizon"), mention("name_terms", "horizon")}
    reached, _ = world.closure(asked)
    fixed = []
    for subject in reached:
        if subject not in asked and as_mention(subject) is None and world.is_always_known(subject):
            continue
        steps = state(subject, impossible)
        cell = Cell(subject=subject, low=steps, high=steps, is_known=steps is not None)
        fixed.append(cell.formula())
    assert witness.find(asked, fixed) is None


def test_facts_without_a_law_between_them_are_not_asked_about():
    assert world.closure(["team_count"])[0] == {"team_count"}
    assert "project_count" in world.closure(["child_count"])[0]
    # Whoever asks about parents need not ask whether the initiative was derived from children.
    assert "is_derived" not in world.closure(["has_parent"])[0]
    assert "has_parent" in world.closure(["is_derived"])[0]
