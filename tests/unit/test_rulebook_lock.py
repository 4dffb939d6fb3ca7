from __future__ import annotations

import json
import re
import runpy
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import staffing
from pipeline.cli.options import rules_folder
from pipeline.rulebook import loader, lock
from pipeline.rulebook.lock import LockFault, LockFaults
from pipeline.rulebook.packaged import lock_command

heart = runpy.run_path(str(Path(__file__).parents[1] / "heart.py"))
write, BASIC = heart["write_rulebook"], heart["BASIC"]
RULE = "scope/SCO-001.yaml"


def locked(folder):
    ruleset = loader.load(write(folder))
    assert lock.write(ruleset, folder) == 7
    return folder


def problems(folder, files):
    with pytest.raises(LockFaults) as refused:
        lock.check(loader.load(write(folder, files)), folder)
    assert refused.value.exit_status == 5
    assert all(fault.at.path == folder / lock.NAME for fault in refused.value.errors)
    return [(fault.problem, fault.hint) for fault in refused.value.errors]


def test_rules_as_locked_pass(tmp_path):
    lock.check(loader.load(locked(tmp_path)), tmp_path)
    entries = json.loads((tmp_path / lock.NAME).read_text(encoding="utf-8"))
    assert list(entries) == sorted(entries)
    assert entries["SCO-001"]["version"] == 1


def test_prose_may_change_without_a_new_version(tmp_path):
    locked(tmp_path)
    lock.check(loader.load(write(tmp_path, {RULE: {**BASIC[RULE], "title": "New"}})), tmp_path)


def test_a_changed_meaning_needs_a_new_version(tmp_path):
    locked(tmp_path)
    heavier = {**BASIC[RULE], "weight": 3}
    [(problem, hint)] = problems(tmp_path, {RULE: heavier})
    assert problem == "SCO-001 changed its meaning and kept version 1"
    assert "version: 2" in hint
    with pytest.raises(LockFaults):
        lock.write(loader.load(tmp_path), tmp_path)


def test_a_new_version_is_locked_by_writing(tmp_path):
    locked(tmp_path)
    [(problem, hint)] = problems(tmp_path, {RULE: {**BASIC[RULE], "weight": 3, "version": 2}})
    assert problem == "SCO-001 version 2 is not locked"
    assert hint == f"Run `staffing rules lock --rules {tmp_path}` and keep the file"
    lock.write(loader.load(tmp_path), tmp_path)
    lock.check(loader.load(tmp_path), tmp_path)


def test_the_cure_locks_the_folder_that_was_checked(tmp_path):
    """What it says is typed as it stands, whatever the folder is called."""
    folder = tmp_path / "our rules"
    folder.mkdir()
    [(_, hint), *_] = problems(folder, {})
    command = shlex.split(re.search("`(.+)`", hint)[1])
    done = CliRunner().invoke(staffing, command[1:], catch_exceptions=False)
    assert (done.exit_code, done.output) == (0, "Locked 7 rules\n")
    lock.check(loader.load(folder), folder)
    [(_, hint)] = problems(folder, {RULE: {**BASIC[RULE], "weight": 3}})
    assert hint == f"Write version: 2 in it, then run `staffing rules lock --rules '{folder}'`"


def test_the_rulebook_that_comes_along_needs_no_folder():
    assert lock_command(rules_folder(None)) == "staffing rules lock"


def test_versions_only_rise(tmp_path):
    locked(tmp_path)
    write(tmp_path, {RULE: {**BASIC[RULE], "version": 2}})
    lock.write(loader.load(tmp_path), tmp_path)
    [(problem, _)] = problems(tmp_path, {RULE: BASIC[RULE]})
    assert problem == "SCO-001 went back from version 2 to 1"


def test_a_new_rule_is_locked_by_writing(tmp_path):
    locked(tmp_path)
    other = heart["evidence_file"]("SCO-004", {"fact": "goal_count", "gte": 3})
    [(problem, _)] = problems(tmp_path, {"scope/SCO-004.yaml": other})
    assert problem == "SCO-004 version 1 is not locked"


LIST = "phrases/many_teams.yaml"


def test_phrases_may_change_order_title_and_note_without_a_new_version(tmp_path):
    locked(tmp_path)
    same = {**BASIC[LIST], "title": "New", "note": "So", "phrases": ["several crews", "many teams"]}
    lock.check(loader.load(write(tmp_path, {LIST: same})), tmp_path)


@pytest.mark.parametrize("change", [{"phrases": ["many teams"]}, {"unless": ["many teams of one"]}])
def test_a_changed_phrase_list_needs_a_new_version(tmp_path, change):
    locked(tmp_path)
    [(problem, hint)] = problems(tmp_path, {LIST: {**BASIC[LIST], **change}})
    assert problem == "many_teams changed its meaning and kept version 1"
    assert "version: 2" in hint
    write(tmp_path, {LIST: {**BASIC[LIST], **change, "version": 2}})
    lock.write(loader.load(tmp_path), tmp_path)
    lock.check(loader.load(tmp_path), tmp_path)


def test_a_phrase_list_is_retired_never_deleted(tmp_path):
    locked(tmp_path)
    reader = {**BASIC["scope/SCO-002.yaml"], "when": {"fact": "goal_count", "gte": 9}, "version": 2}
    found = problems(tmp_path, {LIST: None, "scope/SCO-002.yaml": reader})
    assert "many_teams is gone" in [problem for problem, _ in found]
    retired = {LIST: None, f"deprecated/{LIST}": BASIC[LIST], "scope/SCO-002.yaml": reader}
    write(tmp_path, retired)
    lock.write(loader.load(tmp_path), tmp_path)


def test_a_rule_is_retired_never_deleted(tmp_path):
    locked(tmp_path)
    [(problem, hint)] = problems(tmp_path, {RULE: None})
    assert problem == "SCO-001 is gone"
    assert "rules/deprecated/" in hint
    write(tmp_path, {RULE: None, "deprecated/SCO-001.yaml": BASIC[RULE]})
    lock.check(loader.load(tmp_path), tmp_path)


def test_every_fault_at_once(tmp_path):
    locked(tmp_path)
    found = problems(
        tmp_path, {RULE: None, "scope/SCO-003.yaml": {**BASIC["scope/SCO-003.yaml"], "weight": 1}}
    )
    assert len(found) == 2


def test_rules_that_were_never_locked(tmp_path):
    assert len(problems(tmp_path, {})) == 8  # seven rules and a phrase list


@pytest.mark.parametrize("text", ["{", "[]", '{"SCO-001": 1}', '{"SCO-001": {"version": "1"}}'])
def test_a_lock_that_cannot_be_read(tmp_path, text):
    locked(tmp_path)
    (tmp_path / lock.NAME).write_text(text, encoding="utf-8")
    with pytest.raises(LockFault) as refused:
        lock.check(loader.load(tmp_path), tmp_path)
    assert refused.value.code == "R070"
    assert "version control" in refused.value.hint
