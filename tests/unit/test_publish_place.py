from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import publish
from pipeline.errors import OutputError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    return tmp_path


@pytest.mark.parametrize("named", ["kept", "new", "new/deep", "kept/new", "kept/../new", "."])
def test_without_a_link_it_is_what_it_was_called(here, named):
    assert publish.real_folder(Path(named)) == Path(named)
    assert publish.real_folder(here / named) == here / named


@pytest.mark.parametrize("below", ["", "new", "new/deep"])
def test_links_are_followed_and_nothing_is_made(here, below):
    (here / "again").symlink_to(here / "link")
    for link in ("link", "again"):
        assert publish.real_folder(Path(link, below)) == here / "kept" / below
    assert list((here / "kept").iterdir()) == []


def test_up_from_a_link_is_up_from_where_it_leads(here):
    (here / "deep" / "er").mkdir(parents=True)
    (here / "to").symlink_to("deep/er")
    (here / "deep" / "out").mkdir()
    assert publish.real_folder(Path("to/../out")) == here / "deep" / "out"


@pytest.mark.parametrize("named", ["dangling", "dangling/out", "circle", "circle/out"])
def test_a_link_that_leads_nowhere_is_refused(here, named):
    (here / "dangling").symlink_to("nowhere")
    (here / "circle").symlink_to("circle")
    before = sorted(here.iterdir())
    with (
        pytest.raises(OutputError, match=named.split("/", 1)[0]) as caught,
        publish.output_folder(Path(named), since="now"),
    ):
        pass
    assert caught.value.exit_status == 7
    assert sorted(here.iterdir()) == before


def test_a_link_the_system_does_not_follow_is_not_followed(here, monkeypatch):
    """As where a stranger puts one into a folder for everybody; see proc_sys_fs(5)."""

    def refuse(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        publish.real_folder(here / "link")


def test_a_link_turned_while_a_run_is_at_work_leads_nobody_astray(here):
    (here / "elsewhere").mkdir()
    with publish.output_folder(Path("link"), since="now") as held:
        (here / "link").unlink()
        (here / "link").symlink_to("elsewhere")
        with publish.stage(held) as staged:
            publish.write_file(staged / "file", b"")
            publish.publish(staged, held, "a")
    assert (here / "kept" / "a" / "file").exists()
    assert list((here / "elsewhere").iterdir()) == []
