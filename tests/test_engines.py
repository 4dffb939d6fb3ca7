"""Workers of Dask and of Spark publish, byte for byte, the run folder of one process."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROWS, TWICE, BEFORE = 20_000, 40, 2_000
NEEDED = {"dask": "distributed", "spark": "pyspark"}


def staffing(folder, *words):
    """The command in a process of its own, as a night has it; workers are its children."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, words)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=800,
    )


def run(folder, rules, engine, day="2026-06-30", rows=1_700):
    """A whole run of twelve parts; the folder that it published, and what it complained about."""
    told = staffing(
        folder,
        *("classify", "large.csv", "--rules", rules, "--as-of", day, "--output", engine),
        *("--chunk-rows", rows, "--engine", engine, "--verify", 12),
    )
    assert told.returncode in {0, 3}, told.stderr
    complaints = [line for line in told.stderr.splitlines() if line.startswith("Look before")]
    return Path(os.path.realpath(folder / engine / "latest")), complaints


@pytest.fixture(scope="module")
def local(root, tmp_path_factory):
    """What one process publishes of an invented portfolio, the night after another one."""
    folder = tmp_path_factory.mktemp("engines")
    path = folder / "large.csv"
    # Ids of the same kind, and other initiatives: verdicts are not those of the night before.
    staffing(folder, "generate", path, "--rows", BEFORE, "--seed", 2)
    run(folder, root / "rules", "local", day="2026-06-29", rows=900)
    shutil.copytree(folder / "local", folder / "before", symlinks=True)
    made = staffing(folder, "generate", path, "--rows", ROWS)
    assert made.returncode == 0, made.stderr
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # The last part has rows whose ids the first one holds.
    path.write_text("".join([*lines, *lines[1:TWICE]]), encoding="utf-8")
    return run(folder, root / "rules", "local")


def files(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "run.log"
    )


@pytest.mark.thorough
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_workers_publish_the_same_folder(root, local, engine):
    if find_spec(NEEDED[engine]) is None:
        pytest.skip(f"the extra {engine} is not installed")
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, such as openjdk-17-jre-headless")
    alone, complaints = local
    folder = alone.parents[1]
    shutil.copytree(folder / "before", folder / engine, symlinks=True)
    made, complained = run(folder, root / "rules", engine)
    assert complained == complaints
    assert "verdicts" in "".join(complained)
    assert json.loads((made / "manifest.json").read_bytes())["counts"]["read"] == ROWS + TWICE - 1
    assert files(made) == files(alone)
    assert {"report.xlsx", "report.html", "demand.csv", "questions.csv"} <= {*files(made)}
    assert len(list((made / "initiatives.parquet").iterdir())) == 13  # the last of derived ones
    # Not even the id differs: who did the work is no part of it.
    assert made.name == alone.name
    differ = [
        name for name in files(alone) if (made / name).read_bytes() != (alone / name).read_bytes()
    ]
    assert differ == []
