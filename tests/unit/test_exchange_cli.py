"""staffing rules export and import: what they print, and how they end."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import staffing
from pipeline.rulebook import loader

small = runpy.run_path(str(Path(__file__).with_name("small_rulebook.py")))["write"]


@pytest.fixture
def rules(tmp_path):
    return small(tmp_path / "rules")


@pytest.fixture
def workbook(rules, tmp_path):
    path = tmp_path / "rules.xlsx"
    done = run("export", path, "--rules", rules)
    assert done.output == f"Wrote 8 rules to {path}\n"
    return path


def run(*words):
    arguments = ["rules", *map(str, words)]
    return CliRunner().invoke(staffing, arguments, standalone_mode=False, catch_exceptions=False)


def edit(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def test_nothing_changed_is_said_and_is_success(rules, workbook):
    done = run("import", workbook, "--rules", rules)
    assert (done.return_value, done.output) == (0, "The workbook changes nothing\n")


def test_differences_are_shown_and_not_written(rules, workbook):
    edit(workbook, "Scope", "D2", 2)
    before = (rules / "scope/SCO-001.yaml").read_bytes()
    done = run("import", workbook, "--rules", rules, "--as-of", "2026-12-01")
    assert done.return_value == 3
    assert "-weight: 3\n+weight: 2\n" in done.stdout
    assert "+modified: 2026-12-01\n" in done.stdout
    assert done.stdout.endswith("nothing is written without --write\n")
    assert (rules / "scope/SCO-001.yaml").read_bytes() == before


def test_write_writes_after_showing(rules, workbook):
    edit(workbook, "Scope", "D2", 2)
    done = run("import", workbook, "--rules", rules, "--write")
    assert done.return_value == 0
    assert "+weight: 2\n" in done.stdout
    assert f"lock them with `staffing rules lock --rules {rules}`\n" in done.stdout
    assert loader.load(rules).by_id["SCO-001"].weight == 2
    again = run("export", workbook, "--rules", rules)
    assert again.return_value is None
    assert run("import", workbook, "--rules", rules).return_value == 0


def test_faults_end_with_status_5_and_an_unread_workbook_with_4(rules, workbook, tmp_path):
    """As cron sees it, in a process of its own."""
    edit(workbook, "Scope", "D2", "two")
    bad = tmp_path / "not.xlsx"
    bad.write_text("no workbook")
    for path, status, told in (
        (workbook, 5, f"{workbook}[Scope]!D2: [X021] weight 'two' is not a whole number"),
        (bad, 4, f"{bad}: [X001] this is a text file"),
    ):
        command = [sys.executable, "-m", "pipeline", "rules", "import", path, "--rules", rules]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == status, done.stderr
        assert done.stderr.startswith(told)


@pytest.mark.parametrize("command", ["export", "import"])
def test_help_has_an_example(command):
    assert "Example: staffing rules" in run(command, "--help").output
