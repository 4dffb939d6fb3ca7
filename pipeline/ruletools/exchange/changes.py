"""What a workbook changes in a rulebook: entries added, changed, retired, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from pipeline.report.safe_text import displayed
from pipeline.rulebook import loader
from pipeline.rulebook.digest import meaning, phrase_meaning
from pipeline.ruletools.exchange.difference_words import differences
from pipeline.ruletools.exchange.entries import canonical
from pipeline.ruletools.exchange.faults import RuleChangedMeanwhile, VersionLowered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from pipeline.ruletools.exchange.drafts import Draft, Reading
    from pipeline.ruletools.exchange.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One file of the rulebook: ``path`` and ``moved_to`` are relative to its folder.

    ``text`` is the new content, ``None`` where the file is moved as it is; ``old_path`` is ``None``
    for a new file, and differs from ``path`` only where an entry changed its folder.
    """

    id: str
    path: str
    old_path: str | None
    text: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """``changes`` in order of path; ``left`` are ids that changed in the rulebook alone."""

    changes: tuple[Change, ...]
    left: tuple[str, ...]


def compare(
    reading: Reading, root: Path, exported: Mapping[str, str], *, as_of: date
) -> Comparison:
    """Hold the drafts against the rulebook.

    Args:
        reading: The drafts, and the rulebook as it is; takes the faults.
        root: The rules folder.
        exported: Digest of each entry when it was exported, by id; empty where unknown.
        as_of: Day that changed entries get as ``modified``.
    """
    changes: list[Change] = []
    left: list[str] = []
    for draft in reading.drafts.values():
        if not draft.is_whole:
            continue
        old = reading.book.entries.get(draft.id)
        before = exported.get(draft.id)
        now = old.digest if old else None
        if draft.entry.digest == now:
            continue
        # A cell that was empty when exported is no change where the rulebook has since put a line
        # of history or a day into its place.
        if before in (draft.entry.digest, draft.as_told.digest):
            left.append(draft.id)
        elif exported and before != now:
            if old is not None and _is_taken_over(draft, old):
                continue
            reading.fault(draft, _conflict(draft, gone=old is None))
        else:
            change = _change(reading, draft, old, root, as_of)
            if change is not None:
                changes.append(change)
    for entry in _without_row(reading):
        if not exported or exported.get(entry.id) == entry.digest:
            changes.append(_retirement(entry, reading.book.paths[entry.id], root))
        else:
            left.append(entry.id)
    changes.sort(key=lambda change: change.path)
    return Comparison(changes=tuple(changes), left=tuple(sorted(left)))


def _without_row(reading: Reading) -> list[Entry]:
    """The entries of the rulebook that the workbook does not have."""
    return [entry for entry in reading.book.entries.values() if entry.id not in reading.drafts]


# What the import writes of itself with a change; each only ever grows.
_BOOKS = ("version", "modified", "history")


def _is_taken_over(draft: Draft, old: Entry) -> bool:
    """Whether the rulebook has all that the draft says, as after an import of the same workbook."""
    told, held = canonical(draft.data), canonical(old.data)
    if any(told.get(key) != held.get(key) for key in {*told, *held} - {*_BOOKS}):
        return False
    return (
        told["version"] <= held["version"]
        and told.get("modified", "") <= held.get("modified", "")
        and all(item in held["history"] for item in told["history"])
    )


def _conflict(draft: Draft, *, gone: bool) -> RuleChangedMeanwhile:
    what = "was removed from" if gone else "changed in"
    return RuleChangedMeanwhile(
        f"{draft.id} is changed here, and {what} the rulebook since this workbook was exported",
        hint="Export the rules again, and repeat the change there",
        at=draft.at,
    )


def _change(
    reading: Reading, draft: Draft, old: Entry | None, root: Path, as_of: date
) -> Change | None:
    if not _set_version(reading, draft, old):
        return None
    if draft.kind != "phrases":
        _set_dates(draft, old, as_of)
    if old is not None:
        _set_history(draft, old, as_of)
    path = reading.book.paths.get(draft.id)
    old_path = path.relative_to(root).as_posix() if path else None
    is_there = old is not None and old.folder == draft.folder
    return Change(
        id=draft.id,
        path=old_path if is_there and old_path else draft.entry.file,
        old_path=old_path,
        text=draft.entry.text,
    )


def _set_version(reading: Reading, draft: Draft, old: Entry | None) -> bool:
    data = draft.data
    if draft.kind != "phrases" and old is None:
        data.setdefault("version", 1)
        data.setdefault("status", "experimental")
    if old is None:
        return True
    locked = old.data.get("version", 1)
    data.setdefault("version", locked)
    if data["version"] < locked:
        fault = VersionLowered(
            f"{draft.id} goes back from version {locked} to {data['version']}",
            hint="Leave the cell as it was; the import raises it where it must",
            at=draft.cell(("version",)),
        )
        reading.fault(draft, fault)
        return False
    means = phrase_meaning if draft.kind == "phrases" else meaning
    if data["version"] == locked and means(data) != means(old.data):
        data["version"] = locked + 1
    return True


def _set_history(draft: Draft, old: Entry, as_of: date) -> None:
    """A line for the version that comes, unless whoever edited the workbook wrote one."""
    data = draft.data
    told = list(data.get("history", []))
    if data["version"] > old.data.get("version", 1) and not any(
        item["version"] == data["version"] for item in told
    ):
        change = "; ".join(differences(old.data, data)) or "Raised by hand"
        told.append({"version": data["version"], "date": as_of.isoformat(), "change": change})
        data["history"] = told


def _set_dates(draft: Draft, old: Entry | None, as_of: date) -> None:
    data = draft.data
    data.setdefault("created", as_of.isoformat())
    if old is None:
        data.setdefault("modified", as_of.isoformat())
    elif data.get("modified") == old.data["modified"]:
        # Never back in time: whoever passes an earlier day wants that day for new rules only.
        data["modified"] = max(as_of.isoformat(), old.data["modified"])


def _retirement(entry: Entry, path: Path, root: Path) -> Change:
    old = path.relative_to(root).as_posix()
    folder = (
        f"{loader.DEPRECATED}/{loader.PHRASES}" if entry.kind == "phrases" else loader.DEPRECATED
    )
    return Change(id=entry.id, path=f"{folder}/{path.name}", old_path=old, text=None)


def diff(comparison: Comparison, root: Path) -> Iterator[str]:
    """The changes as lines of a unified diff, without line ends."""
    name = root.resolve().name
    for change in comparison.changes:
        old = f"{name}/{change.old_path}" if change.old_path else "/dev/null"
        new = f"{name}/{change.path}"
        if change.old_path not in (None, change.path):
            yield f"rename from {old}"
            yield f"rename to {new}"
        if change.text is None:
            continue
        before = (root / change.old_path).read_text(encoding="utf-8") if change.old_path else ""
        lines = unified_diff(before.splitlines(), change.text.splitlines(), old, new, lineterm="")
        yield from map(displayed, lines)
