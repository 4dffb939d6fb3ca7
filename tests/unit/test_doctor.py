from __future__ import annotations

import errno
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from pipeline import doctor, publish
from pipeline.errors import EngineDisagreement, RulebookError


@pytest.fixture(autouse=True)
def sound_rules(monkeypatch):
    """The rulebook has its own tests; here it is sound."""
    from pipeline.ruletools import whole_set

    result = SimpleNamespace(rules=3, phrase_lists=1, examples=9)
    monkeypatch.setattr(whole_set, "check", lambda _: result)


def examine(output, rules="rules"):
    return list(doctor.examine(rules, output))


def mending(output):
    return [
        (finding.exit_status, finding.text) for finding in examine(output) if not finding.is_well
    ]


def test_all_is_well_and_nothing_is_made(tmp_path):
    output = tmp_path / "far" / "out"
    assert mending(output) == []
    assert list(tmp_path.iterdir()) == []
    text = "\n".join(finding.text for finding in examine(output))
    for told in (sys.version.split()[0], "durable_rules loads", "9 examples", "pandas"):
        assert told in text


def test_compiler_is_named_and_its_lack_stops_no_run(tmp_path, monkeypatch):
    monkeypatch.setenv("CC", "true")
    assert f"C compiler {shutil.which('true')}" in [f.text for f in examine(tmp_path)]
    monkeypatch.setenv("CC", "missing-compiler")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mending(tmp_path) == []
    assert any("no C compiler" in finding.text for finding in examine(tmp_path))


def test_missing_library(tmp_path, monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", version)
    ((status, text),) = mending(tmp_path)
    assert status == 1
    assert "make install" in text


def test_engine_that_does_not_load(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pipeline.engine.decide", None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    ((status, text),) = mending(tmp_path)
    assert status == 1
    assert "install a C compiler" in text
    assert "make install" in text
    assert not any("rulebook" in finding.text for finding in examine(tmp_path))


def test_engine_that_decides_wrongly(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_trial", lambda: False)
    assert [status for status, _ in mending(tmp_path)] == [1]

    def disagree():
        raise EngineDisagreement("made up")

    monkeypatch.setattr(doctor, "_trial", disagree)
    assert [status for status, _ in mending(tmp_path)] == [1]


def test_trial_goes_through_the_engine(monkeypatch):
    from pipeline.engine.durable import DurableShard

    assert doctor._trial()
    monkeypatch.setattr(DurableShard, "decide", lambda *_: frozenset())
    with pytest.raises(EngineDisagreement):
        doctor._trial()


def test_faulty_rulebook(tmp_path, monkeypatch):
    from pipeline.ruletools import whole_set

    def check(_):
        raise RulebookError("made up", hint="Mend it")

    monkeypatch.setattr(whole_set, "check", check)
    assert mending(tmp_path) == [(5, "rulebook: [R000] made up. Mend it")]


@pytest.mark.parametrize("name", ["file", "file/below", "dangling"])
def test_folder_that_cannot_be_written(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("nowhere")
    ((status, text),) = mending(tmp_path / name)
    assert status == 7
    assert "--output" in text


def test_folder_without_the_right(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert [status for status, _ in mending(tmp_path)] == [7]


def test_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 2**20))
    ((status, text),) = mending(tmp_path)
    assert status == 7
    assert "only 5 MiB free" in text


def test_held_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "is_held", lambda _: True)
    ((status, text),) = mending(tmp_path)
    assert status == 6
    assert "another run" in text


def test_lock_that_cannot_be_opened(tmp_path):
    (tmp_path / publish.LOCK).symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").touch()
    ((status, text),) = mending(tmp_path)
    assert status == 7
    assert os.strerror(errno.ELOOP) in text


def test_command_prints_every_finding_and_ends_with_the_first_status(staffing):
    (staffing.folder / "taken").touch()
    run = staffing.here("doctor", "--output", "taken")
    assert run.returncode == 7
    assert "MEND  taken cannot be written" in run.stdout
    assert run.stdout.count("\n") == len(examine(staffing.folder / "taken"))
    assert staffing.here("doctor", "--output", "fine").returncode == 0
