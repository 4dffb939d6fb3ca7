"""Phrase lists against the texts that hold them: their own examples, and those of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.engine.reference import holds
from pipeline.rulebook.conditions import comparisons
from pipeline.ruletools.phrase_mutants import PhraseListMutants
from pipeline.ruletools.set_faults import phrase_file
from pipeline.ruletools.survivors import Survivor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import PhraseList, Rule, Ruleset
    from pipeline.ruletools.phrase_mutants import PhraseMutant, Reading

_TERMS = ("terms", "name_terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseResult:
    """One phrase list. ``same`` counts mutants for which no text was found that tells them apart.

    They do not count, and ``idle`` says what they are: most likely spellings that another one of
    the list covers, or an "unless" that can never apply.
    """

    id: str
    file: str
    mutants: int
    killed: int
    same: int
    survivors: tuple[Survivor, ...]
    idle: tuple[str, ...]


def phrase_results(
    ruleset: Ruleset, folder: Path, facts: Mapping[str, Sequence[Fact]]
) -> Iterator[PhraseResult]:
    """Test every phrase list.

    Args:
        ruleset: The rulebook.
        folder: Where it was read from.
        facts: Facts of the examples of each rule, by rule id.
    """
    texts: dict[str, list[str]] = {name: [] for name in ruleset.phrases}
    for rule in ruleset.rules:
        for name, text in _held_by(rule, facts[rule.id]):
            texts[name].append(text)
    for name, phrases in ruleset.phrases.items():
        own = [example.text for example in phrases.examples]
        yield _result(phrases, str(phrase_file(name, folder)), [*own, *texts[name]])


def _held_by(rule: Rule, facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    """Lists, and texts of examples that would come out otherwise were the list read otherwise."""
    lists = {
        name
        for item in comparisons(rule.when)
        if item.operator == "mentions_any" and isinstance(item.value, tuple)
        for name in item.value
    }
    for example, fact in zip(rule.examples, facts, strict=True):
        for name in sorted(lists) if example.text else ():
            if holds(rule.when, _turned(fact, name, example.facts)) != holds(rule.when, fact):
                yield name, example.text


def _turned(fact: Fact, name: str, given: Mapping[str, object]) -> Fact:
    """The fact if the text were read the other way for one list; lists given outright stay."""
    turned = dict(fact)
    for term in _TERMS:
        kept = given.get(term, ())
        if not (isinstance(kept, list) and name in kept):
            found = fact.get(term)
            turned[term] = (found if isinstance(found, frozenset) else frozenset()) ^ {name}
    return turned


def _result(phrases: PhraseList, file: str, texts: Sequence[str]) -> PhraseResult:
    tested = PhraseListMutants(phrases)
    readings = tested.read(texts)
    survivors: list[Survivor] = []
    suggested: list[Reading] = []
    idle: list[str] = []
    for mutant in tested.mutants:
        if _noticing(tested, mutant, readings) is not None:
            continue
        reading = _noticing(tested, mutant, suggested)  # one text often kills several
        if reading is None:
            reading = tested.suggestion(mutant)
            if reading is None:
                idle.append(f"{mutant.path}: {mutant.change}")
                continue
            suggested.append(reading)
        survivors.append(
            Survivor(
                path=mutant.path,
                change=mutant.change,
                side="match" if reading.found else "no_match",
                example=reading.text,
            )
        )
    return PhraseResult(
        id=phrases.id,
        file=file,
        mutants=len(tested.mutants),
        killed=len(tested.mutants) - len(survivors) - len(idle),
        same=len(idle),
        survivors=tuple(survivors),
        idle=tuple(idle),
    )


def _noticing(
    tested: PhraseListMutants, mutant: PhraseMutant, readings: Sequence[Reading]
) -> Reading | None:
    return next((reading for reading in readings if tested.notices(mutant, reading)), None)
