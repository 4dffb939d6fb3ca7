"""Tries the changes on a copy of the rulebook: what the loader or the check refuses is told."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import Location
from pipeline.rulebook import loader, yaml_files
from pipeline.ruletools import whole_set
from pipeline.ruletools.analysis.missing import require_solver
from pipeline.ruletools.exchange.faults import CellFault, FileFault, NoRoomToTry
from pipeline.ruletools.set_faults import SetFault
from pipeline.whole_file import FileNotWrittenError, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.errors import PipelineError
    from pipeline.rulebook.rules import Ruleset
    from pipeline.ruletools.exchange.changes import Comparison
    from pipeline.ruletools.exchange.drafts import Draft, NodePath


def apply(comparison: Comparison, root: Path) -> None:
    """Make the changes in a rules folder, each file written whole; what moves is copied first.

    Raises:
        FileNotWrittenError: A file cannot be written or moved.
    """
    for change in comparison.changes:
        target = root / change.path
        with writing(target) as draft:
            target.parent.mkdir(parents=True, exist_ok=True)
            if change.text is not None:
                draft.write_text(change.text, encoding="utf-8", newline="\n")
            elif change.old_path is not None:
                shutil.copyfile(root / change.old_path, draft)
    for change in comparison.changes:
        if change.old_path not in (None, change.path):
            _remove(root / change.old_path)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise FileNotWrittenError(
            f"the file cannot be moved: {error.strerror or error}",
            hint="Check that its folder is yours to write to, then import again",
            at=Location(path=path),
        ) from error


@contextmanager
def _copied(root: Path) -> Iterator[Path]:
    """A copy of a rules folder, gone afterwards."""
    with TemporaryDirectory(prefix="staffing-rules-") as folder:
        copy = Path(folder) / "rules"
        try:
            shutil.copytree(root, copy)
        except OSError as error:  # its text lists every file that failed, at length
            raise NoRoomToTry(
                "the rules cannot be copied, to try the changes out",
                hint="Check that every file can be read, and that the disk has room",
                at=Location(path=root),
            ) from error
        yield copy


def try_out(comparison: Comparison, root: Path, drafts: Mapping[str, Draft]) -> list[CellFault]:
    """What the loader, or `staffing rules check`, refuses once all is changed.

    Faults that the rulebook has already are not told: they are none of this workbook.
    """
    with _copied(root) as copy:
        apply(comparison, copy)
        try:
            ruleset = loader.load(copy)
        except loader.RulebookFaults as refusal:
            return [_at_cell(fault, copy, root, drafts) for fault in refusal.errors]
        new = _new_faults(ruleset, copy, root) if comparison.changes else []
        return [_at_cell(fault, copy, root, drafts) for fault in new]


def _new_faults(ruleset: Ruleset, copy: Path, root: Path) -> list[PipelineError]:
    """What `staffing rules check` refuses now and did not before, but for the lock.

    The rulebook as it was is looked at only where there is something to hold against it.
    """
    new: list[PipelineError] = []
    for search in (whole_set.faults, errors_of_analysis):
        found = search(ruleset, copy)
        before = search(loader.load(root), root) if found else []
        known = {(fault.code, fault.problem) for fault in before}
        new += [fault for fault in found if (fault.code, fault.problem) not in known]
    return new


def errors_of_analysis(ruleset: Ruleset, folder: Path) -> list[PipelineError]:
    """What the solver finds to be an error."""
    require_solver()
    from pipeline.ruletools.analysis import whole, words  # noqa: PLC0415 -- slow to import

    return [
        SetFault(each.code, each.problem, hint=each.cure, at=words.place(each))
        for each in whole.analyse(ruleset, folder).findings
        if each.severity == "error"
    ]


def _at_cell(
    fault: PipelineError, copy: Path, root: Path, drafts: Mapping[str, Draft]
) -> FileFault:
    """The fault of a file of the copy, told at the cell that it comes from."""
    place = fault.at or Location(path=copy)
    draft = drafts.get(place.path.stem)
    if draft is None:
        at = Location(path=root / place.path.relative_to(copy), line=place.line)
    else:
        at = draft.cell(_node(place, draft))
    return FileFault(fault.code, fault.problem, hint=fault.hint, at=at)


def _node(place: Location, draft: Draft) -> NodePath:
    """The node at a line, of those on it the one that has a cell of its own."""
    lines = yaml_files.read(place.path).lines
    nodes = sorted((path for path, line in lines.items() if line == place.line), key=len)
    return next(
        (path for path in reversed(nodes) if path in draft.cells), nodes[0] if nodes else ()
    )
