"""What has been read of a rulebook so far, and every fault met on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.errors import ManyErrors, RulebookError
from pipeline.rulebook import yaml_files
from pipeline.rulebook.yaml_files import FileFault, YamlFile

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.errors import Location
    from pipeline.rulebook.rules import PhraseList, Rule

SETTINGS = "ruleset.yaml"
PHRASES = "phrases"
DEPRECATED = "deprecated"


class RulebookFaults(ManyErrors, RulebookError):  # noqa: N818 -- a collection of them
    """Every fault of a rulebook, in order of file and line."""

    exit_status = 5


@dataclass
class Loading:
    """A rulebook being read; faults are collected, not raised.

    ``phrase_names`` and ``ids`` (with their files) hold those of faulty files too, so that one
    fault brings no others.
    """

    root: Path
    faults: list[FileFault] = field(default_factory=list)
    phrases: dict[str, PhraseList] = field(default_factory=dict)
    phrase_names: set[str] = field(default_factory=set)
    rules: dict[str, Rule] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The ids that nobody may take again."""
        return frozenset(path.stem for path in (self.root / DEPRECATED).rglob("*.y*ml"))

    def fault(self, code: str, problem: str, hint: str, at: Location) -> None:
        """Note one fault."""
        self.faults.append(FileFault(code, problem, hint=hint, at=at))

    def read(self, path: Path) -> YamlFile | None:
        """One file, or ``None`` when it has a fault."""
        try:
            return yaml_files.read(path, self.faults)
        except FileFault as fault:
            self.faults.append(fault)
            return None

    def refusal(self) -> RulebookFaults:
        """Every fault, sorted by place."""
        faults = sorted(self.faults, key=_place)
        return RulebookFaults(faults)


def _place(fault: FileFault) -> tuple[str, int]:
    return (str(fault.at.path), fault.at.line or 0) if fault.at else ("", 0)
