"""Checks of a rulebook that loads: sources, history, examples, the lock. No solver is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import Location, ManyErrors, PipelineError, RulebookError
from pipeline.rulebook import loader, lock
from pipeline.ruletools.example_checks import example_faults
from pipeline.ruletools.set_faults import SetFault, at, phrase_file, rule_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.rulebook.rules import PhraseList, Rule, Ruleset


class RuleCheckFaults(ManyErrors, RulebookError):  # noqa: N818 -- a collection
    """Everything wrong with the set as a whole."""

    exit_status = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """How much was checked; ``examples`` are those of rules, ``texts`` those of phrase lists."""

    rules: int
    phrase_lists: int
    examples: int
    texts: int


def check(folder: Path) -> CheckResult:
    """Load the rulebook, run every example, hold it against its lock.

    Raises:
        RulebookError: Anything is wrong; the message has a line for each fault.
    """
    ruleset = loader.load(folder)
    found = [*faults(ruleset, folder), *lock.faults(ruleset, folder)]
    if found:
        raise RuleCheckFaults(found)
    return counts(ruleset)


def counts(ruleset: Ruleset) -> CheckResult:
    """How much there is to check."""
    return CheckResult(
        rules=len(ruleset.rules),
        phrase_lists=len(ruleset.phrases),
        examples=sum(len(rule.examples) for rule in ruleset.rules),
        texts=sum(len(phrases.examples) for phrases in ruleset.phrases.values()),
    )


def faults(ruleset: Ruleset, folder: Path) -> list[PipelineError]:
    """Everything wrong with a set that has been loaded, but for what its lock says."""
    return [
        *_without_source(ruleset, folder),
        *_without_history(ruleset, folder),
        *example_faults(ruleset, folder),
    ]


def _without_source(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    for rule in ruleset.rules:
        if not rule.references:
            yield SetFault(
                "R086",
                f"{rule.id} names no source",
                hint="Add references:; a decision of your own is a document of ruleset.yaml, too",
                at=at(rule_file(rule, folder), "id"),
            )


def _without_history(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    """Versions after the first of which nobody says what they changed."""
    held: list[tuple[Rule | PhraseList, Location]] = [
        *((rule, rule_file(rule, folder)) for rule in ruleset.rules),
        *((phrases, phrase_file(key, folder)) for key, phrases in ruleset.phrases.items()),
    ]
    for one, file in held:
        told = {item.version for item in one.history}
        for version in sorted(set(range(2, one.version + 1)) - told):
            yield SetFault(
                "R087",
                f"{one.id} does not say what its version {version} changed",
                hint=f"Add to history: - {{version: {version}, date: 2026-11-24, change: …}}",
                at=at(file, "version"),
            )
