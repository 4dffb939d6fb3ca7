"""Whole runs against committed outputs, byte by byte.

A case is a folder with portfolio.csv and expected/. ``--update-golden`` writes expected/ anew and
fails all the same, so that somebody looks at the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

CASES = sorted(path.parent for path in (Path(__file__).parent / "golden").glob("*/portfolio.csv"))
TABLES = ("initiatives.csv", "quarantine.csv", "warnings.csv")
# What changes with every library or with every edit of the alias data, not with what a run does.
PASSING = ("run_id", "versions", "outputs")


def _produced(run: Path) -> dict[str, bytes]:
    manifest = json.loads((run / "manifest.json").read_bytes())
    kept = {key: value for key, value in manifest.items() if key not in PASSING}
    text = json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
    return {name: (run / name).read_bytes() for name in TABLES} | {"manifest.json": text.encode()}


def test_there_are_cases():
    assert {case.name for case in CASES} >= {"plain", "quarantine", "unknown"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_output_equals_golden(staffing, case, update_golden):
    run = staffing.here("classify", case / "portfolio.csv", "--output", staffing.folder / "out")
    assert run.returncode in (0, 3), run.stderr
    produced = _produced(staffing.folder / "out" / "latest")
    expected = case / "expected"
    if update_golden:
        expected.mkdir(exist_ok=True)
        for name, content in produced.items():
            (expected / name).write_bytes(content)
        pytest.fail(f"{expected} is written anew: look at the difference, then run without")
    assert produced == {path.name: path.read_bytes() for path in expected.iterdir()}
