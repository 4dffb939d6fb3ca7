"""The rules of a run, kept in its folder and laid out again."""

from __future__ import annotations

import dataclasses
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.rulebook import kept, loader

RULES = Path(__file__).resolve().parents[1] / "golden" / "rules"


@pytest.fixture(scope="module")
def ruleset():
    return loader.load(RULES, as_of=date(2026, 6, 30))


@pytest.fixture
def archive(ruleset, tmp_path):
    path = tmp_path / "rules.zip"
    with path.open("wb") as file:
        kept.write(ruleset.files, file)
    return path


def test_what_is_kept_is_read_again(ruleset, archive):
    assert kept.read(archive) == ruleset.files


def test_equal_rules_give_equal_bytes_in_whatever_order_they_come(ruleset, archive):
    made = BytesIO()
    kept.write(dict(reversed(ruleset.files.items())), made)
    assert made.getvalue() == archive.read_bytes()


def test_unpacked_it_is_a_rules_folder(ruleset, archive, tmp_path):
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "rules")
    assert loader.load(tmp_path / "rules", as_of=date(2026, 6, 30)) == ruleset


def test_rules_are_laid_out_again_as_they_were(ruleset):
    again = kept.load(ruleset.files, as_of="2026-06-30")
    assert again.sha256 == ruleset.sha256
    assert again.rules == ruleset.rules


def test_rules_that_are_in_force_for_some_time_only_are_those_of_the_day(ruleset):
    heavy = "scope/SCO-001.yaml"
    until = "created: 2026-01-01\neffective_until: 2026-03-31\n"
    timed = ruleset.files[heavy].replace("created: 2026-01-01\n", until)
    files = {**ruleset.files, heavy: timed}
    found = ["SCO-001" in kept.load(files, as_of=day).by_id for day in ("2026-03-31", "2026-04-01")]
    assert found == [True, False]


def test_no_file_is_laid_out_elsewhere(ruleset, tmp_path):
    bad = {f"../../..{tmp_path}/x.yaml": "a: 1", "/x.yaml": "a: 1", "a/b/c.yaml": "a: 1"}
    kept.load({**ruleset.files, **bad}, as_of="2026-06-30")
    assert list(tmp_path.iterdir()) == []


def _cut(path):
    path.write_bytes(path.read_bytes()[:2_000])


def _change(path):
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)


def _lie_about_the_size(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("ruleset.yaml", "x" * 1_000)
    content = path.read_bytes()
    path.write_bytes(content.replace((1_000).to_bytes(4, "little"), (2**31).to_bytes(4, "little")))


def _encrypt(path):
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)


def _write_what_is_no_text(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("ruleset.yaml", b"\xff\xfe\x00")


@pytest.mark.parametrize(
    "damage", [_cut, _change, _lie_about_the_size, _encrypt, _write_what_is_no_text, Path.unlink]
)
def test_archive_that_is_damaged_or_a_trap_is_refused(archive, damage):
    damage(archive)
    with pytest.raises(kept.KeptRulesUnreadable):
        kept.read(archive)


def test_archive_of_too_many_files_is_refused(archive, monkeypatch):
    monkeypatch.setattr(kept, "MOST_FILES", 3)
    with pytest.raises(kept.KeptRulesUnreadable):
        kept.read(archive)


def test_rules_in_memory_need_no_files(ruleset, tmp_path):
    path = tmp_path / "none.zip"
    with path.open("wb") as file:
        kept.write(dataclasses.replace(ruleset, files={}).files, file)
    assert kept.read(path) == {}
