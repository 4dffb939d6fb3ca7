"""Checks of the machine: what a run needs, and what to mend where it is missing."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.manifest import LIBRARIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEAST_FREE = 200 * 1024 * 1024
_BUG, _RULES, _OUTPUT = 1, 5, 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One check; ``exit_status`` is what a run would end with, 0 when all is well."""

    text: str
    exit_status: int = 0

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        return self.exit_status == 0


def examine(rules: Path, output: Path) -> Iterator[Finding]:
    """Everything a run depends on, one finding each."""
    yield Finding(text=f"Python {sys.version.split()[0]}")
    yield _versions()
    yield _engine()
    yield _rulebook(rules)
    yield _output(output)


def _versions() -> Finding:
    try:
        found = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    except PackageNotFoundError as error:
        return Finding(text=f"{error.name} is not installed: run `make install`", exit_status=_BUG)
    return Finding(text=found)


def _engine() -> Finding:
    """The engine must import and decide; on Python 3.13 it imports only if built with a macro."""
    try:
        from pipeline.engine.decide import Engine  # noqa: PLC0415 -- may fail to load
        from pipeline.facts.table import table_of  # noqa: PLC0415
    except ImportError as error:
        compiler = "" if shutil.which("cc") or shutil.which("gcc") else "install a C compiler, "
        return Finding(
            text=f"durable_rules does not load ({error}): {compiler}delete .venv, run `make install`",
            exit_status=_BUG,
        )
    decided = Engine([]).decide(table_of([{}]))
    return Finding(text=f"durable_rules loads and decides ({decided.size} trial fact)")


def _rulebook(rules: Path) -> Finding:
    from pipeline.ruletools import whole_set  # noqa: PLC0415 -- needs the engine

    try:
        result = whole_set.check(rules)
    except PipelineError as error:
        return Finding(text=f"rulebook: {error}", exit_status=_RULES)
    return Finding(text=f"rulebook {rules}: {result.rules} rules, {result.examples} examples hold")


def _output(output: Path) -> Finding:
    folder = next(path for path in (output, *output.resolve().parents) if path.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            text=f"{folder} cannot be written: give this user the right, or choose another --output",
            exit_status=_OUTPUT,
        )
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return Finding(
            text=f"only {free // 2**20} MiB free at {folder}: make room", exit_status=_OUTPUT
        )
    return Finding(text=f"{output} can be written, {free // 2**30} GiB free")
