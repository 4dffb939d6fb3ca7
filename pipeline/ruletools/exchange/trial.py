"""Tries the changes on a copy of the rulebook: does the loader take it, do the examples hold?"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.engine.reference import holds
from pipeline.errors import Location
from pipeline.rulebook import loader, yaml_files
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.exchange.faults import CellFault, ExampleBroken, FileFault, NoRoomToTry
from pipeline.ruletools.whole_set import example_facts
from pipeline.whole_file import FileNotWrittenError, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.errors import PipelineError
    from pipeline.rulebook.rules import Rule, Ruleset
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


def try_out(
    comparison: Comparison, root: Path, drafts: Mapping[str, Draft]
) -> tuple[list[CellFault], list[CellFault]]:
    """What the loader refuses, and which examples do not come out, once all is changed.

    Returns:
        Faults, and warnings; the warnings are empty where there are faults.
    """
    with _copied(root) as copy:
        apply(comparison, copy)
        try:
            ruleset = loader.load(copy)
        except loader.RulebookFaults as refusal:
            return [_at_cell(fault, copy, root, drafts) for fault in refusal.errors], []
        return [], list(_broken_examples(comparison, ruleset, drafts))


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


def _broken_examples(
    comparison: Comparison, ruleset: Ruleset, drafts: Mapping[str, Draft]
) -> Iterator[CellFault]:
    changed = {change.id for change in comparison.changes}
    # A phrase may decide the examples of any rule on words.
    everything = not changed.isdisjoint(ruleset.phrases)
    matcher = PhraseMatcher(ruleset.phrases)
    for rule in ruleset.rules:
        draft = drafts.get(rule.id)
        if draft is not None and (everything or rule.id in changed):
            yield from _broken(rule, draft, matcher)


def _broken(rule: Rule, draft: Draft, matcher: PhraseMatcher) -> Iterator[CellFault]:
    for example, fact in zip(rule.examples, example_facts(rule.examples, matcher), strict=True):
        if holds(rule.when, fact) is example.matches:
            continue
        side = "match" if example.matches else "no_match"
        names = [case["name"] for case in draft.data["examples"][side]]
        place = names.index(example.name) if example.name in names else 0
        verb = "no longer matches" if example.matches else "now matches"
        yield ExampleBroken(
            f"{rule.id} {verb} its example {example.name!r}",
            hint="Correct the rule or the example; `staffing rules check` will not pass",
            at=draft.cell(("examples", side, place)),
        )
