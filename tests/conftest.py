"""What tests of whole runs share: real processes in folders of their own, and a small rulebook."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
PLAIN = (
    "Initiative ID,Name,Project count,Team count,End date\n"
    "INI-1,Replace the scanners,1,1,2026-07-31\n"
    "INI-2,Renew the grid,6,7,\n"
    "INI-3,Move the archive,,,\n"
)
DAY = "2026-06-30"
OURS = (".lock", "history.sqlite")  # what an output folder has besides runs and latest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden/*/expected; the tests still fail, so that somebody looks",
    )
    parser.addoption(
        "--every-call",
        action="store_true",
        help="let every call to the system fail in turn, not only a few; takes minutes",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="also run the tests that take long: faults, many processes, all real portfolios",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let a property be tried on the same cases each time, but by `make thorough` on new ones."""
    settings.register_profile("repeatable", derandomize=True)
    if not config.getoption("--thorough"):
        settings.load_profile("repeatable")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ones out, and say so."""
    if config.getoption("--thorough"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project folder."""
    return ROOT


@pytest.fixture(scope="session")
def small_rules() -> Path:
    """A rulebook of a few rules that nobody tunes."""
    return ROOT / "tests" / "golden" / "rules"


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """Three initiatives, none quarantined."""
    path = tmp_path / "portfolio.csv"
    path.write_text(PLAIN, encoding="utf-8")
    return path


@pytest.fixture
def quarantining(tmp_path: Path) -> Path:
    """Three initiatives, one quarantined."""
    path = tmp_path / "quarantining.csv"
    path.write_text(PLAIN.replace("7,", "-7,"), encoding="utf-8")
    return path


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment without settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STAFFING_")}
    return kept | dict(changes or {})


@dataclass(frozen=True)
class Staffing:
    """Runs the command in a process of its own, in a folder of its own, on the small rulebook."""

    folder: Path
    rules: Path
    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def command(self, *args: object, plug: str = "") -> list[str]:
        """The words of a call; ``plug`` is Python that runs before it, to break something."""
        words = [str(arg) for arg in args]
        if words[:1] == ["classify"]:
            words += [] if "--rules" in words else ["--rules", str(self.rules)]
            words += [] if "--as-of" in words else ["--as-of", DAY]
        if not plug:
            return [sys.executable, "-m", "pipeline", *words]
        code = f"{plug}\nfrom pipeline.__main__ import main\nmain()\n"
        return [sys.executable, "-c", code, *words]

    def __call__(
        self,
        *args: object,
        plug: str = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        **how: object,
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            self.command(*args, plug=plug),
            env=environment(env),
            cwd=cwd or self.folder,
            check=False,
            timeout=120,
            **(streams | how),
        )

    def here(self, *args: object) -> subprocess.CompletedProcess[str]:
        """Run it within this process, which is quick; nothing of ``main`` but its refusals."""
        from pipeline.__main__ import run_command

        words = self.command(*args)[2:]
        with self.monkeypatch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", words)
            self.capfd.readouterr()
            status = run_command()
            stdout, stderr = self.capfd.readouterr()
        return subprocess.CompletedProcess(words, status, stdout, stderr)

    def start(self, *args: object, plug: str = "", **how: object) -> subprocess.Popen[str]:
        """Start it and do not wait."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        process: subprocess.Popen[str] = subprocess.Popen(  # type: ignore[call-overload]
            self.command(*args, plug=plug), env=environment(), cwd=self.folder, **(streams | how)
        )
        self.started.append(process)
        return process


@pytest.fixture
def staffing(
    tmp_path: Path,
    small_rules: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Staffing]:
    runs = Staffing(folder=tmp_path, rules=small_rules, monkeypatch=monkeypatch, capfd=capfd)
    yield runs
    for process in runs.started:  # of a test that failed
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture(scope="session")
def picture() -> Callable[[Path], dict[str, object]]:
    """What can be seen of a folder: names, link targets, contents; not lock and history."""

    def take(folder: Path) -> dict[str, object]:
        seen: dict[str, object] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                seen[name] = f"-> {path.readlink()}"
            elif path.is_dir():
                seen[name] = "folder"
            elif path.name not in OURS:
                seen[name] = path.read_bytes()
        return seen

    return take


@pytest.fixture(scope="session")
def whole() -> Callable[[Path], list[str]]:
    """The runs of an output folder, after making sure that it holds nothing but whole runs."""

    def check(folder: Path) -> list[str]:
        names = sorted(path.name for path in folder.iterdir() if path.name not in OURS)
        runs = [name for name in names if name != "latest"]
        assert not [name for name in runs if name.startswith(".")], names
        for run in runs:
            manifest = json.loads((folder / run / "manifest.json").read_bytes())
            assert manifest["run_id"] == run
            listed = {entry["name"] for entry in manifest["outputs"]}
            assert {path.name for path in (folder / run).iterdir()} == {
                *listed,
                "manifest.json",
                "run.log",
            }
            for entry in manifest["outputs"]:
                content = (folder / run / entry["name"]).read_bytes()
                assert len(content) == entry["bytes"]
                assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        if runs:
            latest = folder / "latest"
            assert latest.is_symlink()
            assert str(latest.readlink()) in runs  # relative, and not broken
        return runs

    return check
