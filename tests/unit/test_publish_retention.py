"""Old runs go, the published one never; nothing that is not a run of ours is touched."""

from __future__ import annotations

import json
import os

import pytest

from pipeline import publish


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def _run(out, day, *, number=0):
    run_id = f"{day}-{number:08x}"
    with publish.output_folder(out, since="now"), publish.stage(out) as staged:
        publish.write_file(staged / "manifest.json", json.dumps({"run_id": run_id}).encode())
        publish.publish(staged, out, run_id)
    return run_id


def _runs(out):
    return sorted(path.name for path in out.iterdir() if path.name[0] != "." and path.is_dir())


def test_the_newest_stay(out):
    ids = [_run(out, f"2026-01-0{day}") for day in range(1, 6)]
    assert publish.prune(out, keep=2) == 3
    assert _runs(out) == [*ids[3:], "latest"]
    assert (out / "latest" / "manifest.json").exists()


def test_nothing_to_keep_means_everything_stays(out):
    ids = [_run(out, f"2026-01-0{day}") for day in range(1, 4)]
    assert publish.prune(out, keep=0) == 0
    assert _runs(out) == [*ids, "latest"]


def test_latest_stays_however_old_its_day(out):
    ids = [_run(out, day) for day in ("2026-03-01", "2026-03-02", "2020-01-01")]
    assert publish.prune(out, keep=1) == 2
    assert _runs(out) == [ids[2], "latest"]


def test_of_one_day_the_last_published_stay(out):
    ids = [_run(out, "2026-03-01", number=number) for number in (9, 1, 5)]
    for age, run_id in enumerate(ids):
        os.utime(out / run_id, (1_000 + age, 1_000 + age))
    assert publish.prune(out, keep=2) == 1
    assert _runs(out) == sorted([*ids[1:], "latest"])


def test_strangers_are_left_alone(out):
    _run(out, "2026-03-01")
    _run(out, "2026-03-02")
    strangers = {
        "notes": out / "notes",
        "no manifest": out / "2020-01-01-00000000",
        "another id": out / "2020-01-02-00000000",
    }
    for folder in strangers.values():
        folder.mkdir()
    (strangers["another id"] / "manifest.json").write_text('{"run_id": "copy"}')
    (out / "2020-01-03-00000000").symlink_to(out / "2026-03-01-00000000")
    assert publish.prune(out, keep=1) == 1
    assert all(folder.exists() for folder in strangers.values())
    assert (out / "2020-01-03-00000000").is_symlink()


def test_what_cannot_be_deleted_is_swept_by_the_next_run(out, monkeypatch):
    _run(out, "2026-03-01")
    _run(out, "2026-03-02")

    def refuse(path):
        raise OSError(5, "no", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.publish.retention.remove", refuse)
        assert publish.prune(out, keep=1) == 1
    assert list(out.glob(".stage-*"))
    last = _run(out, "2026-03-03")
    assert publish.prune(out, keep=1) == 1
    assert sorted(path.name for path in out.iterdir()) == [".lock", last, "latest"]
