"""Checks of the rulebook as a whole, and of every rule against its own examples, by the engine."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.engine.decide import Engine
from pipeline.errors import Location, ManyErrors, PipelineError, RulebookError
from pipeline.facts.table import table_of
from pipeline.rulebook import loader, lock
from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import ALLOWED, ROLES, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Example, Rule, Ruleset


class RuleCheckFaults(ManyErrors, RulebookError):  # noqa: N818 -- a collection
    """Everything wrong with the set as a whole."""

    exit_status = 5


class SetFault(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One thing wrong with the set."""

    def __init__(self, code: str, problem: str, *, hint: str, at: Location) -> None:
        super().__init__(problem, hint=hint, at=at)
        self.code = code  # type: ignore[misc]  # one class for the family, the code is data


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """How much was checked."""

    rules: int
    phrase_lists: int
    examples: int


def check(folder: Path) -> CheckResult:
    """Load the rulebook, check the set, run every example.

    Raises:
        RulebookError: Anything is wrong; the message has a line for each fault.
    """
    ruleset = loader.load(folder)
    found: list[PipelineError] = [
        *_set_faults(ruleset, folder),
        *example_faults(ruleset, folder),
        *lock.faults(ruleset, folder),
    ]
    if found:
        raise RuleCheckFaults(found)
    return CheckResult(
        rules=len(ruleset.rules),
        phrase_lists=len(ruleset.phrases),
        examples=sum(len(rule.examples) for rule in ruleset.rules),
    )


def _set_faults(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    yield from _aspects_without_rule(ruleset, folder)
    yield from _equal_conditions(ruleset, folder)
    yield from _unused(ruleset, folder)


def _aspects_without_rule(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    for aspect in ruleset.aspects:
        for role in ROLES:
            if not any(
                rule.aspect == aspect.id and rule.evidence_for == role and rule.points
                for rule in ruleset.evidence
            ):
                yield SetFault(
                    "R080",
                    f"aspect {aspect.id} has no stable rule for a {role.replace('_', ' ')}",
                    hint="Write one; each aspect must be able to speak for either role",
                    at=Location(path=folder / aspect.id),
                )


def _equal_conditions(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    """Two evidence rules of one condition count the same thing twice, or contradict each other."""
    by_condition: dict[str, list[Rule]] = defaultdict(list)
    for rule in (*ruleset.evidence, *ruleset.verdict, *ruleset.advisory):
        by_condition[f"{rule.kind}: {rule.when}"].append(rule)
    for rules in by_condition.values():
        for twin in rules[1:]:
            yield SetFault(
                "R081",
                f"{twin.id} has the same condition as {rules[0].id}",
                hint="Delete one, or make them differ",
                at=place(twin, folder),
            )


def _unused(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    used = [item for rule in ruleset.rules for item in comparisons(rule.when)]
    facts = {item.fact for item in used}
    for spec in VOCABULARY.values():
        if spec.name not in facts and spec.family in ALLOWED["evidence"]:
            yield SetFault(
                "R082",
                f"no rule reads the fact {spec.name}",
                hint="Use it, or take it out of schemas/facts.py",
                at=Location(path=folder),
            )
    lists = {name for item in used if isinstance(item.value, tuple) for name in item.value}
    for name in sorted(set(ruleset.phrases) - lists):
        yield SetFault(
            "R083",
            f"no rule reads the phrase list {name}",
            hint="Use it, or delete it",
            at=Location(path=folder / "phrases" / f"{name}.yaml"),
        )


def place(rule: Rule, folder: Path) -> Location:
    """The file of a rule."""
    name = rule.aspect if isinstance(rule, EvidenceRule) else rule.kind
    return Location(path=folder / name / f"{rule.id}.yaml")


def example_faults(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    """Examples that do not come out as they say, each rule decided by the engine."""
    matcher = PhraseMatcher(ruleset.phrases)
    for rule in ruleset.rules:
        table = table_of(example_facts(rule.examples, matcher))
        matched = Engine([rule]).decide(table).matched(rule.id)
        for example, matches in zip(rule.examples, matched.tolist(), strict=True):
            if matches is not example.matches:
                verb = "does not match" if example.matches else "matches"
                facts = json.dumps(example.text or dict(example.facts), ensure_ascii=False)
                yield SetFault(
                    "R084",
                    f"{rule.id} {verb} its example {example.name!r} {facts}",
                    hint="Correct the rule, or the example",
                    at=place(rule, folder),
                )


def example_facts(examples: Sequence[Example], matcher: PhraseMatcher) -> list[Fact]:
    """Facts of examples; a text is searched as name and as name with description."""
    folded = fold(pa.array([example.text for example in examples], pa.large_string())).to_pylist()
    facts: list[Fact] = []
    for example, text in zip(examples, folded, strict=True):
        found = frozenset(matcher.found_in(text))
        terms = {
            name: found | frozenset(example.facts.get(name, ())) for name in ("terms", "name_terms")
        }
        facts.append({**example.facts, **terms})
    return facts
