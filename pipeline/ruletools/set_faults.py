"""A fault of the rulebook as a set, and the line of the file where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import Location, RulebookError
from pipeline.rulebook import loader, yaml_files
from pipeline.rulebook.rules import EvidenceRule

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rulebook.rules import Rule


class SetFault(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One thing wrong with the set."""

    def __init__(self, code: str, problem: str, *, hint: str, at: Location) -> None:
        super().__init__(problem, hint=hint, at=at)
        self.code = code  # type: ignore[misc]  # one class for the family, the code is data


def rule_file(rule: Rule, folder: Path) -> Location:
    """The file of a rule."""
    name = rule.aspect if isinstance(rule, EvidenceRule) else rule.kind
    return Location(path=folder / name / f"{rule.id}.yaml")


def phrase_file(name: str, folder: Path) -> Location:
    """The file of a phrase list."""
    return Location(path=folder / loader.PHRASES / f"{name}.yaml")


def at(file: Location, *node: str | int) -> Location:
    """A node of a file with its line, or the file alone where it cannot be read any more."""
    try:
        return yaml_files.read(file.path).at(node)
    except yaml_files.FileFault:
        return file
