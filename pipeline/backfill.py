"""Remember runs from the folders they published: what a crash or a lost store has missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline import manifest
from pipeline.facts import store as facts_store
from pipeline.history import runs, states
from pipeline.rulebook import kept
from pipeline.run_folder import (
    INITIATIVES,
    RunUnreadable,
    check_whole,
    read_initiatives,
    read_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.history import Store
    from pipeline.history.runs import Run
    from pipeline.rulebook.rules import Ruleset

# A crash misses one run; more are left to `staffing history backfill`, so that no night is long.
MENDED: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A run folder, its manifest, and when it was published, ISO."""

    folder: Path
    manifest: Mapping[str, Any]
    recorded: str

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return str(self.manifest["run_id"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfilled:
    """What became of the runs of a folder; ``unreadable`` has a sentence for each."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    unreadable: tuple[str, ...]


def backfill(store: Store, folder: Path, rulesets: Iterable[Ruleset] = ()) -> Backfilled:
    """Remember every run under ``folder`` that is not remembered yet, oldest first.

    Args:
        store: The history store.
        folder: A folder of runs, or one run.
        rulesets: Rules that may have been those of runs that kept none in their folder; a run whose
            rules nobody has is remembered all the same.

    Raises:
        StoreUnusable: The store cannot be written.
    """
    with store.reading() as connection:
        known = {each.run.run_id for each in runs.everyone(connection)}
    found, unreadable = find(folder)
    added = []
    for each in found:
        if each.run_id not in known:
            try:
                _remember(store, each, rulesets)
                added.append(each.run_id)
            except RunUnreadable as fault:
                unreadable.append(str(fault))
    return Backfilled(
        added=tuple(added),
        known=tuple(each.run_id for each in found if each.run_id in known),
        unreadable=tuple(unreadable),
    )


def mend(store: Store, output: Path, ruleset: Ruleset) -> list[str]:
    """Remember the newest runs of an output folder that a crash or a new store has missed.

    Returns:
        Their ids.

    Raises:
        StoreUnusable: The store cannot be written.
    """
    with store.reading() as connection:
        known = runs.everyone(connection)
    newest = known[-1].run.as_of if known else ""
    found, _ = find(output, unless=frozenset(each.run.run_id for each in known))
    missed = [each for each in found if each.manifest["as_of"] >= newest][-MENDED:]
    added = []
    for each in missed:
        try:
            _remember(store, each, [ruleset])
            added.append(each.run_id)
        except RunUnreadable:
            continue  # it stays as it is for somebody to look at; tonight's run needs none of it
    return added


def has_runs(output: Path) -> bool:
    """Whether anything was published in a folder."""
    return output.is_dir() and any(_candidates(output))


def find(folder: Path, unless: frozenset[str] = frozenset()) -> tuple[list[Found], list[str]]:
    """The runs under a folder in their order, and a sentence for each that cannot be read.

    Args:
        folder: A folder of runs, or one run.
        unless: Names of folders to leave out.
    """
    found, unreadable = [], []
    for candidate in _candidates(folder):
        if candidate.name in unless:
            continue
        try:
            published = read_manifest(candidate)
        except RunUnreadable as fault:
            unreadable.append(str(fault))
            continue
        if published.get("parts"):
            unreadable.append(f"{candidate.name}: the history holds no run in parts")
            continue
        seconds = (candidate / manifest.NAME).stat().st_mtime
        moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC).isoformat(timespec="seconds")
        found.append(Found(folder=candidate, manifest=published, recorded=moment))
    found.sort(key=lambda each: (each.manifest["as_of"], each.recorded, each.run_id))
    return found, unreadable


def _candidates(folder: Path) -> list[Path]:
    if (folder / manifest.NAME).is_file():
        return [folder]
    return [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
        and not path.is_symlink()
        and (path / manifest.NAME).is_file()
    ]


def _remember(store: Store, found: Found, rulesets: Iterable[Ruleset]) -> None:
    check_whole(found.folder, found.manifest, INITIATIVES)
    initiatives = read_initiatives(found.folder)
    stored = None
    if (found.folder / facts_store.NAME).is_file():
        check_whole(found.folder, found.manifest, facts_store.NAME)
        stored = facts_store.read(found.folder / facts_store.NAME)
    try:
        run = runs.of_manifest(found.manifest, recorded=found.recorded)
        state = states.state(initiatives, stored)
    except (KeyError, TypeError, ValueError) as error:
        raise RunUnreadable(
            "this run was published by a version that is not understood",
            hint="Leave it out",
            at=None,
        ) from error
    with store.writing() as connection:
        runs.record(connection, run, state, _rules_of(found, run, rulesets))


def _rules_of(found: Found, run: Run, rulesets: Iterable[Ruleset]) -> Mapping[str, str]:
    """The rule files of a run; none where neither its folder nor anybody else has them.

    Raises:
        RunUnreadable: Those in its folder are not the ones it was decided by.
    """
    for ruleset in rulesets:
        if ruleset.sha256 == run.ruleset_sha256:
            return ruleset.files
    path = found.folder / kept.NAME
    if not path.is_file():
        return {}
    check_whole(found.folder, found.manifest, kept.NAME)
    try:
        return kept.read(path)
    except kept.KeptRulesUnreadable as error:
        raise RunUnreadable(error.problem, hint=error.hint, at=error.at) from error
