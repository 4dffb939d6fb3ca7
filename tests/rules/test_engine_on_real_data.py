"""The engine and the plain evaluator agree on every row of every real portfolio, rule by rule."""

from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path

import pytest

from pipeline import facts, generate, run, verdict
from pipeline.engine.decide import Engine
from pipeline.errors import InputError
from pipeline.programs.cluster_facts import cluster_facts
from pipeline.programs.clusters import clusters
from pipeline.programs.network import network
from pipeline.rulebook import loader
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.runlog import RunLog

pytestmark = pytest.mark.thorough
heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
ROOT = heart["ROOT"]
SHARED = ROOT.parent / "shared" / "data"
AS_OF = dt.date(2026, 11, 24)
FILES = sorted(
    path
    for folder in (ROOT / "sample_data", SHARED)
    for path in folder.rglob("*")
    if path.suffix in {".csv", ".xlsx"}
)


@pytest.fixture(scope="module")
def rulebook():
    """The real rules, with an engine for each kind that reads facts of its own."""
    ruleset = loader.load(heart["RULES"])
    kinds = (
        ruleset.evidence,
        ruleset.complexity,
        ruleset.verdict,
        ruleset.advisory,
        ruleset.cluster,
    )
    return ruleset, PhraseMatcher(ruleset.phrases), [Engine(rules) for rules in kinds]


def test_the_real_portfolios_are_there():
    if not SHARED.is_dir():
        pytest.skip("the shared data are not on this machine")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_rule_on_every_row(path, rulebook):
    ruleset, matcher, (evidence, complexity, deciding, advising, clustering) = rulebook
    options = run.Options(portfolio=path, output=Path("unused"), rules=heart["RULES"], as_of=AS_OF)
    try:
        checked = run.check(options, RunLog())
    except InputError:
        pytest.skip("no portfolio: the pipeline refuses it, as test_shared_data checks")
    initiatives = facts.derive(checked.validated, matcher, as_of=AS_OF)
    table = initiatives.table
    found = evidence.decide(table)
    verdicts = verdict.decide(ruleset, deciding, verdict.tally(found))
    hard = complexity.decide(table)
    levels = verdict.complexity_levels(hard)
    outcome = verdict.outcome_facts(verdicts, levels, verdict.program_levels(hard))
    agree(ruleset.evidence, found, table)
    agree(ruleset.complexity, hard, table)
    agree(ruleset.verdict, deciding.decide(verdicts.tally), verdicts.tally)
    agree(ruleset.advisory, advising.decide(table.joined(outcome)), table.joined(outcome))
    clustered = of_clusters(initiatives.rows, verdicts)
    agree(ruleset.cluster, clustering.decide(clustered), clustered)


def of_clusters(rows, verdicts):
    given = [verdict.OUTCOMES[code] for code in verdicts.verdict]
    return cluster_facts(clusters(network(rows, given)))


def test_every_cluster_rule_on_clusters_of_a_generated_portfolio(tmp_path, rulebook):
    """Few real portfolios name goals, suppliers or dependencies, so few have clusters."""
    ruleset, matcher, (evidence, _, deciding, _, clustering) = rulebook
    path = tmp_path / "generated.csv"
    generate.write(path, rows=2_000, seed=11)
    options = run.Options(portfolio=path, output=tmp_path, rules=heart["RULES"], as_of=AS_OF)
    initiatives = facts.derive(run.check(options, RunLog()).validated, matcher, as_of=AS_OF)
    tally = verdict.tally(evidence.decide(initiatives.table))
    table = of_clusters(initiatives.rows, verdict.decide(ruleset, deciding, tally))
    assert table.size > 10
    decisions = clustering.decide(table)
    agree(ruleset.cluster, decisions, table)
    assert sum(decisions.matched(rule.id).any() for rule in ruleset.cluster) >= 5


def agree(rules, decisions, table):
    rows = [table.fact(place) for place in range(table.size)]
    for rule in rules:
        expected = [heart["plain"](rule.when, row) for row in rows]
        assert decisions.matched(rule.id).tolist() == expected, rule.id
