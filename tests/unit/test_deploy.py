"""What an operator copies from deploy/ must be what this version understands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest

from pipeline.cli import staffing
from pipeline.config import load


def test_the_settings_are_understood(root):
    settings = load(root / "deploy" / "staffing.toml", {})
    assert settings.keep == 60
    assert settings.thresholds.action == "refuse"


def test_the_settings_in_comments_are_understood(root, tmp_path):
    text = (root / "deploy" / "staffing.toml").read_text()
    path = tmp_path / "staffing.toml"
    path.write_text(re.sub(r"(?m)^# (url)", r"\1", text))
    settings = load(path, {})
    assert settings.health.url is not None
    assert len(settings.notify.urls) == 1


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("crontab", r"\.venv/bin/staffing (.*)"),
        ("staffing.service", r"ExecStart=\S+/staffing (.*)"),
        ("Containerfile", r"CMD \[(.*)\]"),
    ],
)
def test_the_commands_are_understood(root, name, pattern):
    found = re.search(pattern, (root / "deploy" / name).read_text())
    words = shlex.split(found[1].replace('", "', '" "'))
    command = staffing.commands[words[0]]
    context = command.make_context(words[0], words[1:])
    assert "portfolio" in context.params


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("name", ["staffing.service", "staffing.timer"])
def test_systemd_understands_the_units(root, tmp_path, name):
    text = (root / "deploy" / name).read_text()
    unit = tmp_path / name
    unit.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", text))
    (tmp_path / "staffing.service").touch()
    run = subprocess.run(
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607
        capture_output=True,
        check=False,
        text=True,
    )
    assert name not in run.stderr
