from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import doctor, history, publish
from pipeline.errors import EngineDisagreement, RulebookError
from schemas.settings import History


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


def test_folder_over_a_link_is_what_it_stands_for(tmp_path):
    (tmp_path / "private" / "staffing").mkdir(parents=True)
    (tmp_path / "staffing").symlink_to("private/staffing")
    assert mending(tmp_path / "staffing") == []
    assert mending(tmp_path / "staffing" / "new") == []


def test_working_folder_that_goes_while_we_look(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ((status, text),) = mending(Path("out"))
    assert status == 7
    assert "out: [O201]" in text


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
    # Nor can anything be remembered in there.
    assert run.stdout.count("\n") == len(examine(staffing.folder / "taken"))
    assert staffing.here("doctor", "--output", "fine").returncode == 0


def told(output, **how):
    return [(f.exit_status, f.text) for f in doctor.examine("rules", output, **how)]


def test_history_is_told_and_left_alone(tmp_path):
    assert told(tmp_path)[-1][1].startswith("no run is remembered yet")
    store = tmp_path / "history.sqlite"
    history.connect(store)
    before = store.read_bytes()
    assert told(tmp_path)[-1] == (
        0,
        f"history sqlite:///{store}: 0 runs, {len(before) / 2**20:,.1f} MiB, tables up to date",
    )
    assert store.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["history.sqlite"]
    assert "switched off" in told(tmp_path, history=History(enabled=False))[-1][1]


def _damage(store):
    store.write_bytes(b"no database " * 500)


def _make_newer(store):
    with sqlite3.connect(store) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()


def _link(store):
    store.rename(store.with_name("elsewhere"))
    store.symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [(_damage, "not a database"), (_make_newer, "later version"), (_link, "it is a link")],
)
def test_history_that_cannot_be_used(tmp_path, damage, fault):
    history.connect(tmp_path / "history.sqlite")
    damage(tmp_path / "history.sqlite")
    ((status, text),) = mending(tmp_path)
    assert status == 4
    assert fault in text


def test_history_out_of_reach_tells_no_password(tmp_path):
    settings = History(url="postgresql://me:s3cret@127.0.0.1:1/x")
    ((status, text),) = [one for one in told(tmp_path, history=settings) if one[0]]
    assert status == 4
    assert "s3cret" not in text


def test_drop_folder_tells_what_waits(tmp_path):
    folder = tmp_path / "drop"
    assert told(tmp_path, drop_folder=folder)[-1][0] == 7
    folder.mkdir()
    for name in ("a.xlsx", "b.ods", ".~lock.b.ods#", "notes.txt"):
        (folder / name).touch()
    assert told(tmp_path, drop_folder=folder)[-1] == (
        0,
        f"drop folder {folder}: 1 workbook for the next night, 1 still open in an office program",
    )
    (folder / "done").touch()
    assert told(tmp_path, drop_folder=folder)[-1][0] == 7


def test_command_looks_where_the_settings_say(staffing):
    (staffing.folder / "staffing.toml").write_text(
        'output = "runs"\n[history]\nenabled = false\n[review]\ndrop_folder = "nowhere"\n'
    )
    run = staffing.here("doctor")
    assert run.returncode == 7
    assert "ok    runs can be written" in run.stdout
    assert "ok    history is switched off" in run.stdout
    assert "MEND  drop folder nowhere cannot be used" in run.stdout
