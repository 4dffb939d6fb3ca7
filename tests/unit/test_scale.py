"""A portfolio classified in parts comes out row for row as it does when it is read at once."""

import datetime as dt
import random
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline import assemble, ingest, run, scale
from pipeline.errors import InputError, PipelineError
from pipeline.ingest import Limits
from pipeline.ingest.parts import Wish, find_sources, outline
from pipeline.report.tables import write_csv, write_parquet
from pipeline.rulebook import loader
from pipeline.run import Options
from pipeline.runlog import RunLog
from pipeline.scale import engines
from schemas.settings import Cluster

DAY = dt.date(2026, 6, 30)
WISH = Wish(profile=None, mapping_file=None, sheet=None, limits=Limits())


@pytest.fixture(scope="session")
def ruleset(small_rules):
    return loader.load(small_rules, as_of=DAY)


def at_once(path, ruleset):
    options = Options(portfolio=path, output=path, rules=path, as_of=DAY)
    checked = run.check(options, RunLog())
    classified = run.decide(checked.validated, ruleset, as_of=DAY, log=RunLog())
    counts = assemble.counts(checked, classified)
    out = checked.validated.quarantined.index
    problems = [
        assemble.problem_frame(
            [each for each in checked.validated.problems if (each.source_line in out) == is_out],
            checked,
        )
        for is_out in (True, False)
    ]
    return counts, assemble.initiative_frame(checked.raw, classified), problems, classified


def in_parts(path, ruleset, rows, staged, engine=None):
    engine = engine or scale.LocalEngine()
    sources = find_sources(path, rows, WISH.limits)
    found = outline(sources, WISH, engine.each)
    job = scale.Job(outline=found, ruleset=ruleset, as_of=DAY, run_id="x", staged=staged)
    staged.mkdir(exist_ok=True)
    return scale.classify(engine, job, RunLog()), len(found.parts)


def same(path, ruleset, rows, staged, engine=None):
    counts, frame, problems, classified = at_once(path, ruleset)
    outcome, parts = in_parts(path, ruleset, rows, staged, engine)
    assert outcome.counts == counts
    assert outcome.rule_matches == classified.rule_matches
    tables = [pq.read_table(each) for each in sorted((staged / "initiatives.parquet").iterdir())]
    written = pd.concat([each.to_pandas() for each in tables], ignore_index=True)
    whole = staged / "whole.parquet"
    with whole.open("wb") as file:
        write_parquet(frame, file)
    expected = pq.read_table(whole)
    assert all(each.schema == expected.schema for each in tables)
    pd.testing.assert_frame_equal(written, expected.to_pandas())
    for name, table in zip(("quarantine.csv", "warnings.csv"), problems, strict=True):
        with (staged / f"whole-{name}").open("wb") as file:
            write_csv(table, file)
        assert (staged / name).read_text() == (staged / f"whole-{name}").read_text()
    return parts


def test_the_sample(root, ruleset, tmp_path):
    assert same(root / "sample_data" / "portfolio.csv", ruleset, 20, tmp_path / "out") > 1


def test_every_kind_of_trouble(root, ruleset, tmp_path):
    # The file itself is too irregular for parts: a quote that stays open, a NUL.
    cells = ingest.read(root / "sample_data" / "messy.csv").cells
    cells.to_parquet(tmp_path / "messy.parquet", index=False)
    same(tmp_path / "messy.parquet", ruleset, 10, tmp_path / "out")


COLUMNS = {
    "Initiative ID": ["A", "B", "c", "N/A", "7", "", "D", "E", "F", "G", "H", "row-3"],
    "Name": ["Renew the grid", "Grid", "C", "Alpha", "", "n/a", "Roadmap of 3 projects"],
    "Parent ID": ["", "", "A", "a", "Z", "N/A", "grid", "Alpha", "7", "Programme X", "G"],
    "Parent name": ["", "Programme Z", "The grid"],
    "Depends on": ["", "", "A, B", "B; c", "N/A", "#7", "Q", "A", "7FS+3d; D", "B; B"],
    "Business unit": ["", "North", "South"],
    "Sponsor": ["", "", "", "Lee"],
    "Teams": ["", "Net, Core", "Net; Core", "Acme, Inc."],
    "Vendors": ["", "Acme"],
    "Start date": ["", "03/04/2025", "13/04/2025", "04/13/2025", "2011-12", "45000"],
    "End date": ["", "05/06/2026", "25/12/2026", "FY 2026-27", "2011-12", "soon"],
    "Reported on": ["", "2026-01-01", "2026-02-01"],
    "Budget": ["", "1.234", "1,234", "1.5", "$5", "US$ 7", "€9", "3m", "-4"],
}


def write(path, seed):
    """An invented portfolio of nasty cells; most rows have an id of their own."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    rows = [
        {name: chance.choice(cells) for name, cells in COLUMNS.items()}
        for _ in range(chance.randint(48, 90))
    ]
    for number, row in enumerate(rows):
        if chance.random() < 0.7:
            row |= {"Initiative ID": f"I{number}", "Name": f"Work {number}"}
    pd.DataFrame(rows).to_csv(path, index=False)


@pytest.mark.parametrize(
    "seed",
    [3, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (0, 1, 2, 5, 6, 8, 9, 11))],
)
def test_invented_portfolios_with_links_across_parts(tmp_path, ruleset, seed):
    # Few values of each cell, so that ids, parents and dependencies meet across parts.
    write(tmp_path / "portfolio.csv", seed)
    same(tmp_path / "portfolio.csv", ruleset, 3 + 3 * seed, tmp_path / "out")


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = sorted(path for path in SHARED.rglob("*") if path.suffix in {".csv", ".xlsx"})


@pytest.mark.thorough
@pytest.mark.skipif(not REAL, reason="there are no real portfolios beside the project")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_portfolios(tmp_path, ruleset, path):
    try:
        cells = ingest.read(path).cells
    except InputError:
        return  # no portfolio
    cells.to_parquet(tmp_path / "real.parquet", index=False)
    same(tmp_path / "real.parquet", ruleset, max(20, len(cells) // 5), tmp_path / "out")


def engine_of(name):
    """An engine that works with two processes, if it is installed."""
    needed = {"dask": "distributed", "spark": "pyspark"}[name]
    pytest.importorskip(needed, reason=f"the extra {name} is not installed")
    if name == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, such as openjdk-17-jre-headless")
    return scale.engine_of(name, Cluster(workers=2))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tcp://10.0.0.1:8786", "no engine at tcp://10.0.0.1:8786: made up"),
        (None, "--engine dask: it does not start: made up"),
    ],
)
def test_an_engine_that_cannot_be_reached_is_told(monkeypatch, address, told):
    def nowhere(_cluster):
        raise ConnectionError("made up by the test\nand much more")

    monkeypatch.setattr(engines, "find_spec", lambda _: True)
    monkeypatch.setitem(sys.modules, "pipeline.scale.dask", SimpleNamespace(DaskEngine=nowhere))
    with (
        pytest.raises(engines.EngineMissing, match=told),
        scale.engine_of("dask", Cluster(dask=address)),
    ):
        pass


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["dask", "spark"])
@pytest.mark.filterwarnings("ignore")
def test_workers_give_the_same_rows(tmp_path, ruleset, name):
    with engine_of(name) as engine:
        for seed in (5, 9):
            write(tmp_path / "portfolio.csv", seed)
            same(tmp_path / "portfolio.csv", ruleset, 12, tmp_path / f"out {seed}", engine)


def test_an_engine_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with pytest.raises(PipelineError) as refused, scale.engine_of("spark", Cluster()):
        pass
    assert refused.value.exit_status == 5
    assert "-e '.[spark]'" in str(refused.value)
