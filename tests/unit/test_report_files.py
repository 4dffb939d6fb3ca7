"""The folder of a report: which files, their modes, the same bytes every time."""

from __future__ import annotations

import errno
import io
import os
import runpy
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import report
from pipeline.report import write_all
from pipeline.report.files import FileNotWrittenError, create

pytestmark = pytest.mark.thorough

BUILDER = Path(__file__).with_name("report_data.py")
make = runpy.run_path(str(BUILDER))["make"]
FILES = [
    "initiatives.csv",
    "initiatives.parquet",
    "quarantine.csv",
    "warnings.csv",
    "report.xlsx",
    "report.html",
    "brief.md",
    "brief.pptx",
]
PROGRAM = """
import runpy, sys
from pathlib import Path
from pipeline.report import write_all
write_all(runpy.run_path(sys.argv[1])["make"](), Path(sys.argv[2]))
"""


def test_every_file_is_written_for_the_group_to_read_whatever_the_umask(tmp_path):
    old = os.umask(0o077)
    try:
        paths = write_all(make(), tmp_path)
    finally:
        os.umask(old)
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o640}


@pytest.mark.parametrize(("count", "quarantined"), [(0, 0), (0, 8), (1, 0)])
def test_a_run_with_next_to_nothing_is_written(tmp_path, count, quarantined):
    assert len(write_all(make(count, quarantined=quarantined), tmp_path)) == len(FILES)


@pytest.mark.thorough
def test_the_same_run_gives_the_same_bytes_in_any_surroundings(tmp_path):
    folders = []
    for seed, zone, place in (("1", "Asia/Tokyo", "C"), ("2", "America/New_York", "C.UTF-8")):
        folder = tmp_path / seed
        folder.mkdir()
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": place}
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(BUILDER), str(folder)], check=True, env=surroundings
        )
        # A file of a zip archive has its time to two seconds.
        folders.append({path.name: path.read_bytes() for path in folder.iterdir()})
    first, second = folders
    assert [name for name in FILES if first[name] != second[name]] == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("kept")
    with pytest.raises(FileNotWrittenError, match=r"report\.html: \[O101\] cannot write"):
        write_all(make(1), tmp_path)
    assert path.read_text() == "kept"


class FullDisk(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", FILES)
def test_a_full_disk_is_told_as_what_it_is(tmp_path, monkeypatch, name):
    @contextmanager
    def full(path):
        with create(path):
            yield FullDisk() if path.name == name else io.BytesIO()

    monkeypatch.setattr(report, "create", full)
    with pytest.raises(FileNotWrittenError, match="No space left on device"):
        write_all(make(3), tmp_path)


def test_an_error_of_the_disk_names_the_file_and_the_cure(tmp_path):
    with (
        pytest.raises(FileNotWrittenError, match=r"x\.csv.*No space left.*Free the disk") as caught,
        create(tmp_path / "x.csv"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.exit_status == 7


def test_a_planted_link_is_not_followed(tmp_path):
    target = tmp_path / "target"
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(FileNotWrittenError), create(tmp_path / "link"):
        pass
    assert not target.exists()
