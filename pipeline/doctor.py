"""Checks of the machine: what a run needs, and what to mend where it is missing."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from pipeline import publish
from pipeline.errors import EngineDisagreement, LockedError, OutputError, PipelineError
from pipeline.manifest import LIBRARIES
from pipeline.report.words import counted
from schemas.settings import History

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEAST_FREE: Final = 200 * 1024 * 1024
_BUG: Final = 1
_COMPILERS: Final = ("cc", "gcc", "clang")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One check; ``exit_status`` is what a run would end with, 0 when all is well."""

    text: str
    exit_status: int = 0

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        return self.exit_status == 0


def examine(
    rules: Path, output: Path, *, history: History | None = None, drop_folder: Path | None = None
) -> Iterator[Finding]:
    """Everything a run depends on, one finding each; nothing is written.

    Args:
        rules: The rules folder.
        output: Folder that runs are published in.
        history: Where runs are remembered; ``None`` is as configured by default.
        drop_folder: Where workbooks come back by night, if they do.
    """
    yield Finding(text=f"Python {sys.version.split()[0]}")
    yield _compiler()
    yield _versions()
    engine = _engine()
    yield engine
    if engine.is_well:
        yield _rulebook(rules)
    yield _folder(output)
    yield _lock(output)
    yield _store(history or History(), output)
    if drop_folder is not None:
        yield _drop_folder(drop_folder)


def _compiler() -> Finding:
    """Needed for the next installation only, so its lack stops no run."""
    found = next(filter(None, map(shutil.which, (os.environ.get("CC", "cc"), *_COMPILERS))), None)
    if found is None:
        return Finding(text="no C compiler; none is needed until durable_rules is installed again")
    return Finding(text=f"C compiler {found}")


def _versions() -> Finding:
    try:
        found = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    except PackageNotFoundError as error:
        return Finding(text=f"{error.name} is not installed: run `make install`", exit_status=_BUG)
    return Finding(text=found)


def _engine() -> Finding:
    """The engine must load and decide; on Python 3.13 it loads only if built with a macro."""
    try:
        is_right = _trial()
    except ImportError as error:
        compiler = "install a C compiler, " if "no C compiler" in _compiler().text else ""
        cure = f"{compiler}delete .venv and run `make install`"
        return Finding(text=f"durable_rules does not load ({error}): {cure}", exit_status=_BUG)
    except EngineDisagreement as error:
        return Finding(text=f"durable_rules decides wrongly ({error})", exit_status=_BUG)
    if not is_right:
        return Finding(text="durable_rules decides wrongly; report this", exit_status=_BUG)
    return Finding(text="durable_rules loads and decides")


def _trial() -> bool:
    """Whether the engine finds the one fact of two that matches a rule made up for it."""
    from pipeline.engine.decide import Engine  # noqa: PLC0415 -- may fail to load
    from pipeline.facts.table import table_of  # noqa: PLC0415
    from pipeline.rulebook.conditions import Comparison  # noqa: PLC0415
    from pipeline.rulebook.rules import AdvisoryRule  # noqa: PLC0415

    rule = AdvisoryRule(
        id="ADV-000",
        kind="advisory",
        title="trial",
        status="stable",
        version=1,
        created=date.min,
        modified=date.min,
        owner="",
        when=Comparison(fact="project_count", operator="gte", value=2),
        rationale="",
        severity="note",
    )
    facts = [{"project_count": count} for count in (2, 1)]
    matched = Engine([rule]).decide(table_of(facts)).matched(rule.id)
    return bool(matched[0]) and not matched[1]


def _rulebook(rules: Path) -> Finding:
    from pipeline.ruletools import whole_set  # noqa: PLC0415 -- needs the engine

    try:
        result = whole_set.check(rules)
    except PipelineError as error:
        return Finding(text=f"rulebook: {error}", exit_status=error.exit_status)
    return Finding(text=f"rulebook {rules}: {result.rules} rules, {result.examples} examples hold")


def _folder(output: Path) -> Finding:
    try:
        real = publish.real_folder(output)
    except PipelineError as error:
        return Finding(text=str(error), exit_status=error.exit_status)
    folder = next(path for path in (real, *real.absolute().parents) if os.path.lexists(path))
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        cure = "give this user the right, or choose another --output"
        return Finding(
            text=f"{folder} cannot be written: {cure}", exit_status=OutputError.exit_status
        )
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return Finding(
            text=f"only {free // 2**20} MiB free at {folder}: make room",
            exit_status=OutputError.exit_status,
        )
    return Finding(text=f"{output} can be written, {free // 2**20:,} MiB free")


def _lock(output: Path) -> Finding:
    try:
        is_held = publish.is_held(output)
    except PipelineError as error:
        return Finding(text=str(error), exit_status=error.exit_status)
    if is_held:
        return Finding(
            text=f"another run is at work on {output}, {publish.holder(output)}",
            exit_status=LockedError.exit_status,
        )
    return Finding(text=f"no other run is at work on {output}")


def _store(settings: History, output: Path) -> Finding:
    """One that cannot be used fails no run, but leaves ``staffing review`` no place to write to."""
    from pipeline.history.store import look  # noqa: PLC0415 -- slow to import
    from pipeline.memory import store_place  # noqa: PLC0415

    if not settings.enabled:
        return Finding(text="history is switched off: no changes are told, no decisions kept")
    try:
        found = look(store_place(settings, output))
    except PipelineError as error:
        return Finding(text=str(error), exit_status=error.exit_status)
    if found is None or not found.version:
        return Finding(text="no run is remembered yet; the first one makes the history store")
    tables = "up to date" if found.is_current else f"of version {found.version}, to be migrated"
    told = f"{counted(found.runs, 'run')}, {found.size / 2**20:,.1f} MiB, tables {tables}"
    return Finding(text=f"history {found.place}: {told}")


def _drop_folder(folder: Path) -> Finding:
    from pipeline.review import drop  # noqa: PLC0415 -- slow to import

    moved_to = [path for name in (drop.DONE, drop.REFUSED) if (path := folder / name).exists()]
    for path in (folder, *moved_to):
        if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            cure = "make it, or give this user the right to read and write it"
            return Finding(
                text=f"drop folder {path} cannot be used: {cure}",
                exit_status=OutputError.exit_status,
            )
    count, open_ = drop.waiting(folder)
    still = f", {open_:,} still open in an office program" if open_ else ""
    return Finding(
        text=f"drop folder {folder}: {counted(count, 'workbook')} for the next night{still}"
    )
