"""Every real portfolio, and the samples: each ends as it should, and every row is accounted for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline import ingest
from schemas import columns, report

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
# No portfolios, or portfolios without names: status 4.
REFUSED = frozenset(
    {
        "TPM RACI.xlsx",
        "Risk Log.xlsx",
        "Stakeholders.xlsx",
        "Capital_Delivery_Project_deidentified.csv",
    }
)
FILES = sorted(
    path
    for folder in (ROOT / "sample_data", SHARED)
    for path in folder.rglob("*")
    if path.suffix in {".csv", ".xlsx"}
)
DECIDED = list(report.Initiatives.to_schema().columns)
OTHERS = [name for name in columns.NAMES if name not in ("initiative_id", "name")]


def test_there_are_samples():
    assert {"portfolio.csv", "portfolio.xlsx", "messy.csv"} <= {path.name for path in FILES}


def test_there_are_real_portfolios():
    if not SHARED.is_dir():
        pytest.skip("the shared data are not on this machine")
    assert len(FILES) > 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_row_is_accounted_for(staffing, path):
    run = staffing.here("classify", path, "--output", staffing.folder / "out")
    assert (run.returncode == 4) == (path.name in REFUSED), run.stderr
    if run.returncode == 4:
        assert run.stderr.startswith(f"{path}")
        assert not (staffing.folder / "out").exists()
        return
    latest = staffing.folder / "out" / "latest"
    counts = json.loads((latest / "manifest.json").read_text())["counts"]
    assert run.returncode == (3 if counts["quarantined"] else 0), run.stderr
    classified = counts["project_manager"] + counts["program_manager"] + counts["undecided"]
    assert counts["read"] == classified + counts["quarantined"] > 0
    _check_tables(latest, counts, path)


def _check_tables(latest: Path, counts: dict[str, int], path: Path) -> None:
    with (latest / "initiatives.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[: len(DECIDED)] == DECIDED
    assert header[len(DECIDED) : len(DECIDED) + len(OTHERS)] == OTHERS
    raw = ingest.read(path)
    assert header[len(DECIDED) + len(OTHERS) :] == [_as_written(name) for name in raw.unmapped]
    lines = [row[header.index("source_line")] for row in rows]
    own = [int(line) for line in lines if line]
    assert lines == [*map(str, own), *[""] * counts["derived"]]  # derived ones stand last
    assert own == sorted(own)
    quarantine = pd.read_csv(latest / "quarantine.csv", keep_default_na=False)
    warnings = pd.read_csv(latest / "warnings.csv", keep_default_na=False)
    quarantined = set(quarantine["source_line"])
    assert len(quarantined) == counts["quarantined"]
    assert sorted([*own, *quarantined]) == list(raw.cells.index)  # each row in one of the two, once
    assert len(warnings) == counts["warnings"]
    assert set(quarantine["file"]) <= {path.name}
    frame = pd.read_parquet(latest / "initiatives.parquet")
    assert len(frame) == len(rows) == classified_rows(counts)
    assert frame["initiative_id"].is_unique


def classified_rows(counts: dict[str, int]) -> int:
    """Rows of initiatives.csv."""
    return counts["read"] - counts["quarantined"] + counts["derived"]


def _as_written(header: str) -> str:
    """A header as CSV holds it: one that a spreadsheet would run has an apostrophe before it."""
    return f"'{header}" if header.lstrip()[:1] in tuple("=+-@") else header
