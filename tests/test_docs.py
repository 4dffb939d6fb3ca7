"""README and Makefile say what there is, and what there is says what they say."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import pytest

from pipeline.cli import staffing as group


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def makefile(root):
    return (root / "Makefile").read_text(encoding="utf-8")


def test_the_two_commands_stand_at_the_top(readme):
    lines = [line for line in readme.splitlines() if line][:5]
    assert lines[0].startswith("# ")
    assert lines[1] == "```sh"
    assert lines[2].startswith("make classify")
    assert lines[3].startswith("make test")
    assert lines[4] == "```"


@pytest.mark.parametrize("name", sorted(group.commands))
def test_every_command_is_in_the_readme(readme, name):
    assert re.search(rf"staffing {name}\b", readme)


@pytest.mark.parametrize("name", sorted(group.commands["rules"].commands))
def test_every_tool_of_the_rulebook_is_in_the_readme(readme, name):
    assert re.search(rf"staffing rules {name}\b", readme) or f"`{name}`" in _tools(readme)


def _tools(readme: str) -> str:
    """The paragraph that names the tools of the rulebook."""
    return next(part for part in readme.split("\n\n") if "`staffing rules`" in part)


def test_every_command_in_the_readme_exists(readme):
    for words in re.findall(r"\bstaffing ([a-z]+(?: [a-z]+)?)", "\n".join(_code(readme))):
        first, _, second = words.partition(" ")
        command = group.commands[first]
        if isinstance(command, click.Group):
            assert second in command.commands, words


def _code(text: str) -> list[str]:
    return re.findall(r"```(?:sh|cron)\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("status", [0, 1, 2, 3, 4, 5, 6, 7, 129, 130, 143])
def test_every_exit_status_is_in_the_readme_and_in_the_help(readme, status):
    rows = re.findall(r"^\| (\d[\d, ]*) \|", readme, re.MULTILINE)
    assert str(status) in re.findall(r"\d+", " ".join(rows))
    assert str(status) in re.findall(r"\d+", group.help)


def test_every_output_is_in_the_readme(readme, staffing, portfolio):
    assert staffing.here("classify", portfolio).returncode == 0
    for path in (staffing.folder / "out" / "latest").iterdir():
        assert f"`{path.name}`" in readme


def test_links_lead_somewhere(readme, root):
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        if "://" not in target:
            assert (root / target).exists(), target


def test_make_alone_lists_every_target(makefile, root, tmp_path):
    shutil.copy(root / "Makefile", tmp_path)
    run = subprocess.run(
        [shutil.which("make")], cwd=tmp_path, check=True, capture_output=True, encoding="utf-8"
    )
    phony = re.findall(r"^\.PHONY: ([a-z-]+)", makefile, re.MULTILINE)
    assert {"classify", "test", "check"} <= set(phony)
    for target in phony:
        assert re.search(rf"^  make {target} +\S", run.stdout, re.MULTILINE), target
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def bare(root, tmp_path):
    """A copy of what the guards of the Makefile look at, and a PATH with little on it."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, project)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "sh", "env", "awk"):
        (tools / tool).symlink_to(shutil.which(tool))
    make = shutil.which("make")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [make, *words],
            cwd=project,
            env={"PATH": str(tools)},
            check=False,
            capture_output=True,
            encoding="utf-8",
        )

    return project, tools, run


def _python(tools, code: str) -> None:
    """A stand-in for python3 that only answers the guards."""
    path = tools / "python3"
    path.write_text(f"#!/bin/sh\n{code}\n")
    path.chmod(0o755)


def test_without_python_make_says_so(bare):
    project, _, run = bare
    made = run("install")
    assert made.returncode == 2
    assert "Python 3.11 or later" in made.stderr
    assert not (project / ".venv").exists()


def test_without_compiler_make_says_how_to_get_one(bare):
    project, tools, run = bare
    _python(tools, "exit 0")
    made = run("install")
    assert made.returncode == 2
    assert "no C compiler found" in made.stderr
    assert "apt install gcc" in made.stderr
    assert not (project / ".venv").exists()


def test_without_headers_make_says_how_to_get_them(bare):
    project, tools, run = bare
    _python(tools, 'case "$2" in *Python.h*) exit 1;; *) exit 0;; esac')
    (tools / "cc").symlink_to(shutil.which("true"))
    made = run("install")
    assert made.returncode == 2
    assert "python3-dev" in made.stderr
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(("status", "made"), [(0, 0), (3, 0), (4, 2), (1, 2)])
def test_make_classify_fails_unless_something_was_published(bare, status, made):
    project, _, run = bare
    (project / ".venv" / "bin").mkdir(parents=True)
    staffing = project / ".venv" / "bin" / "staffing"
    staffing.write_text(f'#!/bin/sh\necho "$@"\nexit {status}\n')
    staffing.chmod(0o755)
    (project / ".venv" / ".ready").touch()
    result = run("classify", "PORTFOLIO=a b.csv", "OUTPUT=c d")
    assert result.returncode == made
    assert result.stdout.splitlines()[0] == "classify a b.csv --output c d"
