from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from pipeline import publish
from pipeline.errors import LockedError, OutputError
from pipeline.publish import exchange as exchanging
from pipeline.publish.holding import LatestInTheWayError
from pipeline.publish.staging import STAGE

FILES = {"initiatives.csv": b"one,two\n", "report.xlsx": b"PK\x03\x04", "run.log": b"{}\n"}


def run(folder: Path, run_id: str, files: dict[str, bytes] | None = None) -> bool:
    with publish.output_folder(folder, since="now"), publish.stage(folder) as staged:
        for name, content in (files or FILES).items():
            publish.write_file(staged / name, content)
        return publish.publish(staged, folder, run_id)


def seen(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_run_is_published_and_latest_points_at_it(folder):
    assert run(folder, "a")
    assert names(folder) == {".lock", "a", "latest"}
    assert str((folder / "latest").readlink()) == "a"
    assert seen(folder / "latest") == FILES


def test_next_run_stands_beside_the_first(folder):
    run(folder, "a")
    run(folder, "b")
    assert names(folder) == {".lock", "a", "b", "latest"}
    assert str((folder / "latest").readlink()) == "b"


def test_link_survives_moving_the_folder(folder, tmp_path):
    run(folder, "a")
    folder.rename(tmp_path / "elsewhere")
    assert seen(tmp_path / "elsewhere" / "latest") == FILES


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777], ids=oct)
def test_modes_whatever_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        run(tmp_path / "far" / "out", "a")
    finally:
        os.umask(before)
    for path in (tmp_path / "far", *(tmp_path / "far").rglob("*")):
        if not path.is_symlink():
            expected = 0o750 if path.is_dir() else 0o640
            assert oct(stat.S_IMODE(path.stat().st_mode)) == oct(expected), path


def test_modes_of_a_folder_that_was_there_stay(folder):
    folder.mkdir(mode=0o700)
    run(folder, "a")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_same_run_again_changes_nothing(folder):
    run(folder, "a")
    before = {path.name: path.stat() for path in (folder / "a").iterdir()}
    link = (folder / "latest").lstat()
    assert not run(folder, "a", FILES | {"run.log": b"other times"})
    for path in (folder / "a").iterdir():
        after = path.stat()
        kept = before[path.name]
        assert (after.st_ino, after.st_mtime_ns) == (kept.st_ino, kept.st_mtime_ns)
    assert (folder / "latest").lstat().st_ino == link.st_ino
    assert names(folder) == {".lock", "a", "latest"}


def test_same_run_again_switches_latest_back(folder):
    run(folder, "a")
    run(folder, "b")
    assert not run(folder, "a")
    assert str((folder / "latest").readlink()) == "a"


def _alter(target: Path) -> None:
    (target / "report.xlsx").write_bytes(b"PK\x03\x05")


def _lose(target: Path) -> None:
    (target / "report.xlsx").unlink()


def _add(target: Path) -> None:
    (target / "more.csv").touch()


def _lose_log(target: Path) -> None:
    (target / "run.log").unlink()


def _link(target: Path) -> None:
    (target / "report.xlsx").rename(target.parent.parent / "report.xlsx")
    (target / "report.xlsx").symlink_to("../../report.xlsx")


def _nest(target: Path) -> None:
    (target / "report.xlsx").unlink()
    (target / "report.xlsx").mkdir()


def _pipe(target: Path) -> None:
    (target / "report.xlsx").unlink()
    os.mkfifo(target / "report.xlsx")


@pytest.mark.parametrize("damage", [_alter, _lose, _add, _lose_log, _link, _nest, _pipe])
def test_damaged_run_is_repaired(folder, damage):
    run(folder, "a")
    damage(folder / "a")
    assert run(folder, "a")
    assert seen(folder / "a") == FILES
    assert not any(path.is_symlink() for path in (folder / "a").iterdir())
    assert names(folder) == {".lock", "a", "latest"}


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
@pytest.mark.parametrize("kind", ["link", "dangling", "file"])
def test_what_stands_in_the_place_of_a_run_is_never_followed(
    folder, tmp_path, monkeypatch, kind, at_once
):
    if not at_once:
        monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("keep")
    folder.mkdir()
    if kind == "file":
        (folder / "a").write_text("a file")
    else:
        (folder / "a").symlink_to(elsewhere if kind == "link" else tmp_path / "nowhere")
    assert run(folder, "a")
    assert seen(elsewhere) == {"mine": b"keep"}
    assert not (folder / "a").is_symlink()
    assert seen(folder / "a") == FILES
    assert not (tmp_path / "nowhere").exists()
    assert names(folder) == {".lock", "a", "latest"}


def test_latest_that_points_elsewhere_is_replaced_not_followed(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "latest").symlink_to(elsewhere)
    run(folder, "a")
    assert str((folder / "latest").readlink()) == "a"
    assert seen(elsewhere) == {}


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch], ids=["folder", "file"])
def test_latest_that_is_no_link_is_refused_before_any_work(folder, make):
    folder.mkdir()
    make(folder / "latest")
    with (
        pytest.raises(LatestInTheWayError, match="latest"),
        publish.output_folder(folder, since=""),
    ):
        pytest.fail("work was begun")
    assert not (folder / "latest").is_symlink()


def test_leftovers_of_killed_runs_are_swept_and_links_among_them_not_followed(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    run(folder, "a")
    (folder / f"{STAGE}1").mkdir()
    (folder / f"{STAGE}1" / "deep").mkdir()
    (folder / f"{STAGE}1" / "deep" / "link").symlink_to(elsewhere)
    (folder / f"{STAGE}2").symlink_to(elsewhere)
    (folder / f"{STAGE}3").touch()
    (folder / "notes.txt").write_text("somebody's")
    run(folder, "b")
    assert names(folder) == {".lock", "a", "b", "latest", "notes.txt"}
    assert names(elsewhere) == {"mine"}


@pytest.mark.parametrize("name", [publish.LOCK, publish.HOLDER])
def test_links_in_the_place_of_our_own_files_are_not_followed(folder, tmp_path, name):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder.mkdir()
    (folder / name).symlink_to(victim)
    if name == publish.LOCK:
        with pytest.raises(OutputError, match="link of that name is in the way"):
            run(folder, "a")
    else:
        run(folder, "a")
    assert victim.read_text() == "precious"
    assert stat.S_IMODE(victim.stat().st_mode) != 0o640


def test_pipe_in_the_place_of_our_own_file_does_not_hang(folder):
    folder.mkdir()
    os.mkfifo(folder / publish.HOLDER)
    assert run(folder, "a")


def test_failing_run_leaves_a_published_folder_as_it_was(folder, picture):
    run(folder, "a")
    before = picture(folder)
    with pytest.raises(TypeError):
        run(folder, "b", {"half": b"", "broken": None})
    assert picture(folder) == before


def test_failing_run_takes_the_folders_it_made_away(tmp_path):
    (tmp_path / "there").mkdir()
    with (
        pytest.raises(RuntimeError),
        publish.output_folder(tmp_path / "there" / "far" / "out", since=""),
    ):
        raise RuntimeError
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]


def test_failing_run_leaves_what_others_put_into_its_new_folder(folder):
    def work() -> None:
        with publish.output_folder(folder, since=""):
            (folder / "theirs").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert (folder / "theirs").exists()


def test_second_holder_is_told_who_holds_the_folder(folder):
    with publish.output_folder(folder, since="2026-06-30T01:00:00+00:00"):
        child = os.fork()
        if not child:
            try:
                with publish.output_folder(folder, since=""):
                    os._exit(1)
            except LockedError as error:
                told = f"process {os.getppid()}, since 2026-06-30T01:00:00+00:00" in str(error)
                os._exit(0 if told else 2)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"process": "x"}', "\x00", "9" * 5000])
def test_holder_that_left_no_sensible_note(folder, note):
    folder.mkdir()
    (folder / publish.HOLDER).write_text(note)
    assert publish.holder(folder) == "started just now"


def test_note_of_the_holder_goes_with_the_holder(folder):
    with publish.output_folder(folder, since="noon"):
        assert json.loads((folder / publish.HOLDER).read_text()) == {
            "process": os.getpid(),
            "since": "noon",
        }
    assert not (folder / publish.HOLDER).exists()


def test_whether_a_folder_is_held(folder):
    assert not publish.is_held(folder)
    assert not folder.exists()
    run(folder, "a")
    assert not publish.is_held(folder)


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "the right to write"),
        (errno.ENOLCK, "cannot lock files"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EIO, "Check the folder and the disk"),
    ],
    ids=lambda item: errno.errorcode.get(item, "") if isinstance(item, int) else "",
)
def test_every_refusal_of_the_system_has_a_cure(folder, monkeypatch, number, cure):
    def refuse(*_):
        raise OSError(number, os.strerror(number), "/some/where", None, "/to/here")

    folder.mkdir()
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match=cure) as caught:
        run(folder, "a")
    assert caught.value.exit_status == 7
    assert str(caught.value).startswith("/to/here: [O201] ")
    assert os.strerror(number) in str(caught.value)


def test_staged_file_is_never_written_through_a_link(folder, tmp_path):
    victim = tmp_path / "victim"
    victim.touch()
    folder.mkdir()
    (folder / "report").symlink_to(victim)
    with pytest.raises(OutputError):
        publish.write_file(folder / "report", b"x")
    assert victim.read_bytes() == b""


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_exchange_swaps_whatever_there_is(tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    (tmp_path / "link").symlink_to("nowhere")
    exchanging.exchange(tmp_path / "folder", tmp_path / "link")
    assert (tmp_path / "link" / "inside").exists()
    assert str((tmp_path / "folder").readlink()) == "nowhere"
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_exchange_that_fails_changes_nothing(tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(exchanging, "_at_once", lambda *_: False)
    (tmp_path / "there").write_text("here to stay")
    with pytest.raises(FileNotFoundError):
        exchanging.exchange(tmp_path / "missing", tmp_path / "there")
    assert seen(tmp_path) == {"there": b"here to stay"}


def test_exchange_at_once_never_shows_a_gap(tmp_path):
    """The case this is for: a whole run takes the place of another under the eyes of readers."""
    if not exchanging._at_once(tmp_path, tmp_path):
        pytest.skip("this system cannot")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    watcher = os.fork()
    if not watcher:
        for _ in range(20000):
            if not (tmp_path / "two").exists():
                os._exit(1)
        os._exit(0)
    ended = status = 0
    while not ended:
        exchanging.exchange(tmp_path / "one", tmp_path / "two")
        ended, status = os.waitpid(watcher, os.WNOHANG)
    assert status == 0
