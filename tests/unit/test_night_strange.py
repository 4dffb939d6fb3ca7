"""Tonight against last night: what is told, what is refused."""

from __future__ import annotations

import dataclasses
import runpy
import shutil
from pathlib import Path

import pytest

from pipeline.night import strange
from pipeline.report.columns import texts
from schemas.settings import Thresholds

make = runpy.run_path(str(Path(__file__).with_name("report_data.py")))["make"]
USUAL = Thresholds()


@pytest.fixture(scope="module")
def tonight():
    return make(60, quarantined=4, hostile=False)


def _last(tonight, *, read=64, flip=0):
    """Last night: the same, but for so many verdicts."""
    frame = tonight.initiatives
    verdicts = dict(zip(texts(frame, "initiative_id"), texts(frame, "verdict"), strict=True))
    for key in list(verdicts)[:flip]:
        verdicts[key] = "project_manager" if verdicts[key] == "undecided" else "undecided"
    return strange.LastNight(
        run_id="r", as_of="2026-02-28", source="p.csv", read=read, verdicts=verdicts
    )


def _told(*args):
    return tuple(oddity.sentence for oddity in strange.strange(*args))


def test_an_ordinary_night_has_nothing_to_tell(tonight):
    assert _told(tonight, _last(tonight, flip=9), USUAL) == ()
    assert _told(tonight, None, USUAL) == ()


@pytest.mark.parametrize(("read", "told"), [(80, False), (81, True)], ids=["a fifth", "more"])
def test_rows_that_fell_are_told(tonight, read, told):
    found = _told(tonight, _last(tonight, read=read), USUAL)
    assert bool(found) is told
    if told:
        assert found == ("64 rows where there were 81 on 2026-02-28 (21% fewer)",)


@pytest.mark.parametrize(("flip", "told"), [(9, False), (10, True)], ids=["15 per cent", "more"])
def test_many_other_verdicts_are_told(tonight, flip, told):
    found = _told(tonight, _last(tonight, flip=flip), USUAL)
    assert bool(found) is told
    if told:
        assert found == ("10 of 60 verdicts (17%) are not those of 2026-02-28",)


def test_only_initiatives_of_both_nights_are_compared(tonight):
    last = _last(tonight, flip=10)
    moved = {f"other {key}": verdict for key, verdict in last.verdicts.items()}
    last = dataclasses.replace(last, verdicts=moved)
    assert _told(tonight, last, USUAL) == ()


def test_many_quarantined_rows_are_told():
    found = _told(make(60, quarantined=8, hostile=False), None, USUAL)
    assert found == ("8 of 68 rows (12%) are quarantined",)


def test_older_snapshots_trouble_nobody():
    data = make(60, quarantined=40, hostile=False)
    old = data.quarantine.assign(severity="superseded")
    assert _told(dataclasses.replace(data, quarantine=old), None, USUAL) == ()


def test_a_refusal_only_where_it_is_asked_for(tmp_path):
    strange.guard(tmp_path, (strange.Oddity(sentence="odd"),), USUAL)
    refusing = Thresholds(action="refuse")
    strange.guard(tmp_path, (), refusing)
    with pytest.raises(strange.StrangeNight, match="odd") as caught:
        strange.guard(tmp_path, (strange.Oddity(sentence="odd"),), refusing)
    assert caught.value.exit_status == 4
    assert "--accept-strange" in caught.value.hint


def _garbled(name, content):
    def damage(run):
        (run / name).unlink()
        if content is not None:
            (run / name).write_bytes(content)

    return damage


DAMAGES = {
    "no manifest": _garbled("manifest.json", None),
    "no json": _garbled("manifest.json", b"{"),
    "no key": _garbled("manifest.json", b"[]"),
    "no table": _garbled("initiatives.parquet", None),
    "bad table": _garbled("initiatives.parquet", b"PAR1"),
}


def test_a_damaged_last_night_is_no_last_night(staffing, portfolio):
    assert strange.last_night(staffing.folder / "out") is None
    staffing.here("classify", portfolio)
    latest = staffing.folder / "out" / "latest"
    last = strange.last_night(latest.parent)
    assert last is not None
    assert (last.source, last.read, len(last.verdicts)) == ("portfolio.csv", 3, 3)
    for name, damage in DAMAGES.items():
        copy = staffing.folder / name / "latest"
        shutil.copytree(latest, copy)
        damage(copy)
        assert strange.last_night(copy.parent) is None, name
