"""What an operator copies from deploy/ must be what this version understands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib

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
    path.write_text(re.sub(r"(?m)^# (\w+ = )", r"\1", text))
    settings = load(path, {})
    assert settings.health.url is not None
    assert settings.history.url is not None
    assert settings.cluster.spark is not None
    assert len(settings.notify.urls) == 1
    # All else is read-only for the service, whoever owns it.
    unit = _unit(root)
    assert f"-{settings.review.drop_folder}" in unit["ReadWritePaths"].split()
    assert str(settings.output) == f"/var/lib/{unit['StateDirectory']}"


def _unit(root):
    text = (root / "deploy" / "staffing.service").read_text()
    return dict(re.findall(r"(?m)^(\w+)=(.*)$", text))


def test_the_account_of_the_service_can_read_the_settings(root):
    text = (root / "deploy" / "staffing.toml").read_text()
    unit = _unit(root)
    assert unit["DynamicUser"] == "yes"
    assert f"chown root:{unit['SupplementaryGroups']}`" in text


def test_the_container_has_the_extras_that_the_settings_speak_of(root):
    spoken_of = set(
        re.findall(
            r"staffing-classifier\[(\w+)\]|extra (\w+)", (root / "deploy/staffing.toml").read_text()
        )
    )
    wanted = {first or second for first, second in spoken_of}
    found = re.search(r"'\.\[(.*)\]'", (root / "deploy" / "Containerfile").read_text())
    installed = set(found[1].split(","))
    assert wanted == installed == {"notify", "postgresql"}
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert installed <= set(project["optional-dependencies"])


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
