"""What is planted where the command reads rules or writes reports is neither read nor followed."""

import os
import shutil

import pytest


def test_a_link_planted_as_lock_is_not_followed(staffing, portfolio):
    victim = staffing.folder / "victim"
    victim.write_text("keep")
    (staffing.folder / "out").mkdir()
    (staffing.folder / "out" / ".lock").symlink_to(victim)
    run = staffing.here("classify", portfolio)
    assert run.returncode == 7
    assert victim.read_text() == "keep"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("latest", "folder"),
        ("history.sqlite", "file"),
        ("history.sqlite", "nothing"),
        (".stage-0123456789ab", "folder"),
        (".lock-holder.json", "file"),
    ],
)
def test_a_link_planted_where_we_write_is_not_followed(staffing, portfolio, whole, name, kind):
    victim = staffing.folder / "victim"
    kept = {"folder": victim / "kept", "file": victim}.get(kind)
    if kept:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text("keep")
    before = sorted(victim.parent.rglob("victim*"))
    out = staffing.folder / "out"
    out.mkdir()
    (out / name).symlink_to(victim)
    run = staffing.here("classify", portfolio)
    assert run.returncode == 0, run.stderr
    assert len(whole(out)) == 1
    assert ("not remembered" in run.stderr) is (name == "history.sqlite")
    assert sorted(victim.parent.rglob("victim*")) == before
    if kept:
        assert kept.read_text() == "keep"
    if kind == "folder":
        assert list(victim.iterdir()) == [kept]


@pytest.mark.thorough
def test_a_link_planted_in_place_of_a_run_is_not_followed(staffing, portfolio, whole):
    assert staffing.here("classify", portfolio).returncode == 0
    out = staffing.folder / "out"
    (name,) = whole(out)
    (out / name).rename(staffing.folder / "victim")
    (staffing.folder / "victim" / "report.html").write_text("keep")
    (out / name).symlink_to(staffing.folder / "victim")
    assert staffing.here("classify", portfolio).returncode == 0
    assert whole(out) == [name]
    assert not (out / name).is_symlink()
    assert (staffing.folder / "victim" / "report.html").read_text() == "keep"


def test_a_rule_that_is_a_pipe_is_a_fault(staffing, portfolio, small_rules):
    rules = shutil.copytree(small_rules, staffing.folder / "rules")
    os.mkfifo(rules / "scope" / "SCO-998.yaml")
    run = staffing.here("classify", portfolio, "--rules", rules)
    assert run.returncode == 5
    assert "SCO-998.yaml is a pipe" in run.stderr
