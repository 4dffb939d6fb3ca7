"""The hashes on record are those of the versions in use."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


def _canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_hashes_are_of_the_versions_in_use(root):
    text = (root / "constraints-hashes.txt").read_text(encoding="utf-8")
    assert "://" not in text
    hashed = {
        _canonical(name): version
        for name, version in re.findall(r"^([\w.-]+)==([^ ;]+)", text, re.MULTILINE)
    }
    lines = (root / "constraints.txt").read_text(encoding="utf-8").split()
    used = {_canonical(name): version for name, version in (line.split("==") for line in lines)}
    other = {
        name: version for name, version in hashed.items() if used.get(name, version) != version
    }
    assert not other, "run `make lock-hashes`"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_canonical(re.split(r"[\[<>=;]", line)[0]) for line in project["dependencies"]}
    assert wanted <= set(hashed), "run `make lock-hashes`"


SOUND = {"name": "sound", "version": "1.0", "vulns": []}
SKIPPED = {"name": "unknown-here", "skip_reason": "not found on the index"}


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("dependencies", "status", "told"),
    [
        pytest.param([SOUND], 0, "", id="all looked up"),
        pytest.param([SOUND, SKIPPED], 0, "not audited: unknown-here", id="one skipped"),
        pytest.param([SKIPPED], 0, "not audited: unknown-here", id="all skipped"),
        pytest.param([], 0, "not audited: anything", id="nothing there"),
        pytest.param([SOUND | {"vulns": [{"id": "V-1"}]}], 1, "V-1", id="vulnerable"),
    ],
)
def test_a_package_that_was_not_looked_up_fails_the_audit(
    root, tmp_path, dependencies, status, told
):
    """The recipe itself, with another pip-audit in its place: one that needs no network."""
    tools = tmp_path / "tools"
    (tools / "bin").mkdir(parents=True)
    answer = json.dumps({"dependencies": dependencies})
    fake = tools / "bin" / "pip-audit"
    fake.write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n")
    fake.chmod(0o700)
    ready = tools / ".ready"
    ready.touch()
    places = [f"VENV={tmp_path}", f"TOOLS={tools}", f"BIN={Path(sys.executable).parent}"]
    run = subprocess.run(
        ["make", "-C", str(root), "-o", str(ready), *places, "audit"],  # noqa: S607
        capture_output=True,
        check=False,
        text=True,
    )
    assert (run.returncode == 0) is not bool(told), run.stderr
    assert told in run.stdout + run.stderr
