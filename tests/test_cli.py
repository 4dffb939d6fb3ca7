"""The command line: light to start, helpful, and steady whatever its streams are."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import click
import pytest

from pipeline.cli import staffing as group

HEAVY = ("pandas", "numpy", "pyarrow", "pandera", "pydantic", "jinja2", "durable_rules_engine")


def _commands(command: click.Command = group, path: tuple[str, ...] = ()):
    yield path, command
    for name, below in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(below, (*path, name))


BY_PATH = dict(_commands())
LEAVES = [path for path, command in BY_PATH.items() if not isinstance(command, click.Group)]


def test_commands_of_the_contract_are_there():
    assert {("classify",), ("validate",), ("template",), ("doctor",), ("rules", "check")} <= {
        *BY_PATH
    }


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["classify", "--help"]])
def test_help_loads_nothing_heavy(staffing, words):
    plug = f"""
import atexit, sys
@atexit.register
def tell():
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    run = staffing(*words, plug=plug)
    assert (run.returncode, run.stderr) == (0, "[]\n")
    assert run.stdout


@pytest.mark.parametrize("path", list(BY_PATH), ids=" ".join)
def test_every_command_has_help_with_an_example(path):
    command = BY_PATH[path]
    assert command.help
    assert command.epilog.startswith("Example: staffing ")
    words = command.epilog.removeprefix("Example: staffing ").split()
    named = tuple(words[: len(path)])
    assert named == path, "the example is of this command"


@pytest.mark.parametrize("path", [path for path in LEAVES if len(path) == 1], ids=" ".join)
def test_every_flag_is_explained(path):
    for parameter in BY_PATH[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"


@pytest.mark.parametrize(
    "path",
    [path for path, command in BY_PATH.items() if not isinstance(command, click.Group)],
    ids=" ".join,
)
def test_flags_of_every_example_exist(path):
    """The example is parsed, so that a renamed flag cannot stay behind in it; nothing is run."""
    command = BY_PATH[path]
    example, *_ = command.epilog.removeprefix("Example: staffing ").partition(" > ")
    words = example.split()[len(path) :]
    command.make_context(path[-1], words, resilient_parsing=False)


def test_classify_and_validate_have_the_flags_of_the_contract():
    reading = {"--mapping", "--profile", "--sheet", "--as-of", "--config"}
    flags = {
        name: {flag for parameter in BY_PATH[name,].params for flag in parameter.opts}
        for name in ("classify", "validate")
    }
    assert {*reading, "--output", "--rules", "--quiet"} <= flags["classify"]
    assert reading <= flags["validate"]


def test_console_script_is_python_m_pipeline(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"staffing": "pipeline.__main__:main"}


@pytest.mark.thorough
def test_closed_streams_change_nothing(staffing, quarantining, whole):
    command = staffing.command("classify", quarantining)
    shell = f"exec {subprocess.list2cmdline(command)} <&- >&- 2>&-"
    run = subprocess.run(["/bin/sh", "-c", shell], cwd=staffing.folder, check=False)
    assert run.returncode == 3
    assert len(whole(staffing.folder / "out")) == 1


def test_closed_streams_hide_no_refusal(staffing):
    command = subprocess.list2cmdline(staffing.command("classify"))
    run = subprocess.run(
        ["/bin/sh", "-c", f"exec {command} <&- >&- 2>&-"], cwd=staffing.folder, check=False
    )
    assert run.returncode == 2


@pytest.mark.thorough
def test_refusal_does_not_go_to_standard_output_where_standard_error_is_closed(staffing):
    command = subprocess.list2cmdline(staffing.command("classify", "missing.csv"))
    run = subprocess.run(
        ["/bin/sh", "-c", f"exec {command} 2>&-"],
        cwd=staffing.folder,
        check=False,
        capture_output=True,
    )
    assert (run.returncode, run.stdout) == (4, b"")


@pytest.mark.thorough
def test_reader_that_goes_away_changes_nothing(staffing, quarantining):
    command = subprocess.list2cmdline(staffing.command("validate", quarantining))
    run = subprocess.run(
        ["/bin/bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"],
        cwd=staffing.folder,
        check=False,
        capture_output=True,
    )
    assert (run.returncode, run.stderr) == (3, b"")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "status", "told"),
    [(["classify"], 3, "done, but"), (["validate"], 7, "cannot be printed")],
    ids=["what is published is published", "what cannot be printed is lost"],
)
def test_full_disk_behind_standard_output(staffing, quarantining, words, status, told):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        run = staffing(*words, quarantining, stdout=full)
    assert run.returncode == status
    assert told in run.stderr
    assert "Traceback" not in run.stderr
    assert (staffing.folder / "out" / "latest").exists() == (status == 3)


@pytest.mark.thorough
def test_narrow_encoding_is_no_fault(staffing, quarantining):
    quarantining.write_text(quarantining.read_text().replace("INI-2", "Ïñí-2"), encoding="utf-8")
    run = staffing("validate", quarantining, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (run.returncode, run.stderr) == (3, "")
    assert run.stdout.isascii()


def test_validate_tells_mapping_and_problems_and_writes_nothing(staffing, quarantining):
    before = sorted(staffing.folder.iterdir())
    run = staffing.here("validate", quarantining)
    assert run.returncode == 3
    for told in (
        "name                 from 'Name'",
        "count-negative",
        "row 3",
        "3 rows read, 2 accepted, 1 quarantined",
    ):
        assert told in run.stdout
    assert sorted(staffing.folder.iterdir()) == before


def test_validate_of_a_sound_portfolio_is_0(staffing, portfolio):
    run = staffing.here("validate", portfolio)
    assert run.returncode == 0
    assert "3 rows read, 3 accepted, 0 quarantined" in run.stdout


def test_classify_accounts_for_every_row(staffing, quarantining):
    told = staffing.here("classify", quarantining).stdout
    for line in (
        "   3  rows read",
        "   1  need a Technical Project Manager",
        "   0  need a Technical Program Manager",
        "   1  undecided",
        "   1  quarantined",
    ):
        assert line in told


def test_template_and_generate_write_what_classify_reads(staffing):
    assert staffing.here("template", "empty.xlsx").returncode == 0
    assert staffing.here("validate", "empty.xlsx").returncode == 4
    assert staffing.here("generate", "trial.csv", "--rows", "20", "--seed", "3").returncode == 0
    assert staffing.here("classify", "trial.csv").returncode in (0, 3)


@pytest.mark.parametrize("words", [["template", "no/empty.xlsx"], ["generate", "no/trial.csv"]])
def test_file_that_cannot_be_written_is_7(staffing, words):
    run = staffing.here(*words)
    assert run.returncode == 7
    assert words[1] in run.stderr


def test_process_ends_with_what_main_says():
    run = subprocess.run(
        [sys.executable, "-m", "pipeline", "--version"], check=False, capture_output=True
    )
    assert run.returncode == 0
