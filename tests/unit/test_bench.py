"""The bench: engines that agree, a disagreement that is told, a table and a drawing."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pipeline.bench import columns, run, table
from pipeline.bench.outcome import EnginesDiffer, assert_equal, scored
from pipeline.bench.workload import flat_rows, workload
from pipeline.engine.reference import holds

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("engine", run.installed(), ids=lambda engine: engine.name)
def test_every_engine_that_is_installed_agrees_with_the_oracle(engine):
    work = workload(150, 24)
    facts = [work.table.fact(position) for position in range(150)]
    wanted = [np.array([holds(rule.when, fact) for fact in facts]) for rule in work.evidence]
    assert_equal(scored(wanted, work.evidence), engine.make(work)(), engine.name)


def test_a_workload_is_the_same_each_time_and_has_unknown_values():
    one, other = workload(50, 12), workload(50, 12)
    assert flat_rows(one.table) == flat_rows(other.table)
    assert one.evidence == other.evidence
    assert any(None in row.values() for row in flat_rows(one.table))


def test_a_disagreement_names_engine_rule_and_row():
    work = workload(30, 3)
    right = columns.ours(work)()
    wrong = [hits.copy() for hits in right.fired]
    wrong[2][7] = ~wrong[2][7]
    with pytest.raises(EnginesDiffer, match="odd: rule 2 of row 7"):
        assert_equal(right, dataclasses.replace(right, fired=wrong), "odd")


def test_growth_is_the_slope_between_powers():
    def at(rows, seconds):
        return run.Measure(engine="x", rows=rows, rules=1, seconds=seconds, peak=1)

    assert run.growth([at(10, 1.0), at(100, 10.0), at(1000, 100.0)]) == pytest.approx(1.0)
    assert run.growth([at(10, 1.0)]) is None


def test_the_command_writes_a_table_and_a_drawing(staffing):
    done = staffing.here("bench", "--rows", "20,60", "--rules", "4", "--output", "made")
    assert (done.returncode, done.stderr) == (0, "")
    made = staffing.folder / "made"
    text = (made / "bench.md").read_text(encoding="utf-8")
    assert "## 60 rows, 4 rules" in text
    assert f"| {run.ENGINES[0].name} | " in text
    ET.fromstring((made / "bench-4-rules.svg").read_text(encoding="utf-8"))  # noqa: S314 -- ours


@pytest.mark.parametrize("words", ["", "0", "many", "1,,2"])
def test_sizes_that_are_none_are_wrong_usage(staffing, words):
    assert staffing.here("bench", "--rows", words).returncode == 2


def test_a_drawing_of_one_point_is_whole():
    found = [run.Measure(engine="a<b", rows=10, rules=1, seconds=1.0, peak=1)]
    assert "a&lt;b" in table.drawing(found, 1)
