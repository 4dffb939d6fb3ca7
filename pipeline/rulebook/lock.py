"""rules.lock.json: version and hash of each rule and phrase list: no meaning changes unseen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.errors import Location, ManyErrors, RulebookError
from pipeline.rulebook.packaged import lock_command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.rulebook.rules import PhraseList, Rule, Ruleset

NAME = "rules.lock.json"


class LockFaults(ManyErrors, RulebookError):  # noqa: N818 -- a collection of them
    """Every rule and phrase list whose meaning and version do not fit the lock."""

    exit_status = 5


class LockFault(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One rule or phrase list that does not fit the lock."""

    code = "R070"


def faults(ruleset: Ruleset, folder: Path, *, is_writing: bool = False) -> list[LockFault]:
    """What does not fit the lock.

    Args:
        ruleset: The rules as they are.
        folder: Where they and their lock lie.
        is_writing: A raised version is right, about to be locked; else it is a fault, too.
    """
    locked = _read(folder)
    at = Location(path=folder / NAME)
    found = []
    held = _held(ruleset)
    for rule in held.values():
        entry = locked.get(rule.id)
        if entry is None or entry["version"] < rule.version:
            if not is_writing:
                found.append(
                    LockFault(
                        f"{rule.id} version {rule.version} is not locked",
                        hint=f"Run `{lock_command(folder)}` and keep the file",
                        at=at,
                    )
                )
        elif entry["sha256"] != rule.sha256:
            found.append(
                LockFault(
                    f"{rule.id} changed its meaning and kept version {rule.version}",
                    hint=f"Write version: {entry['version'] + 1} in it, then run "
                    f"`{lock_command(folder)}`",
                    at=at,
                )
            )
        elif entry["version"] > rule.version:
            found.append(
                LockFault(
                    f"{rule.id} went back from version {entry['version']} to {rule.version}",
                    hint="Versions only rise; write a higher one",
                    at=at,
                )
            )
    deprecated = {path.stem for path in (folder / "deprecated").rglob("*.y*ml")}
    found += [
        LockFault(f"{rule_id} is gone", hint="Move it to rules/deprecated/, never delete it", at=at)
        for rule_id in sorted(set(locked) - set(held) - deprecated)
    ]
    return found


def _held(ruleset: Ruleset) -> dict[str, Rule | PhraseList]:
    """All that is locked by id; ids of rules have capitals, those of phrase lists never."""
    return {**{rule.id: rule for rule in ruleset.rules}, **ruleset.phrases}


def check(ruleset: Ruleset, folder: Path) -> None:
    """Hold the rules against their lock.

    Raises:
        LockFaults: Any rule does not fit.
    """
    found = faults(ruleset, folder)
    if found:
        raise LockFaults(found)


def write(ruleset: Ruleset, folder: Path) -> int:
    """Lock the rules and phrase lists as they are; how many rules.

    Raises:
        LockFaults: One of them changed its meaning and kept its version, or is gone.
    """
    found = faults(ruleset, folder, is_writing=True)
    if found:
        raise LockFaults(found)
    entries = {
        key: {"version": one.version, "sha256": one.sha256}
        for key, one in sorted(_held(ruleset).items())
    }
    text = json.dumps(entries, indent=1) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")
    return len(ruleset.rules)


def _read(folder: Path) -> Mapping[str, Any]:
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unreadable(path, f"not JSON: {error}") from error
    if not isinstance(entries, dict) or not all(map(_is_entry, entries.values())):
        raise _unreadable(path, "not what `staffing rules lock` writes")
    return entries


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("version"), int)
        and isinstance(entry.get("sha256"), str)
    )


def _unreadable(path: Path, problem: str) -> LockFault:
    return LockFault(problem, hint="Restore it from version control", at=Location(path=path))
