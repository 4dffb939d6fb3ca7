"""What is planted where the command reads rules or writes reports is neither read nor followed."""

import os
import shutil


def test_a_link_planted_as_lock_is_not_followed(staffing, portfolio):
    victim = staffing.folder / "victim"
    victim.write_text("keep")
    (staffing.folder / "out").mkdir()
    (staffing.folder / "out" / ".lock").symlink_to(victim)
    run = staffing.here("classify", portfolio)
    assert run.returncode == 7
    assert victim.read_text() == "keep"


def test_a_rule_that_is_a_pipe_is_a_fault(staffing, portfolio, small_rules):
    rules = shutil.copytree(small_rules, staffing.folder / "rules")
    os.mkfifo(rules / "scope" / "SCO-998.yaml")
    run = staffing.here("classify", portfolio, "--rules", rules)
    assert run.returncode == 5
    assert "SCO-998.yaml is a pipe" in run.stderr
