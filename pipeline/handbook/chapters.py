"""What stands in the handbook, chapter by chapter; page and Markdown only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.handbook.overview import Voices, voices
from pipeline.handbook.steps import steps
from pipeline.handbook.vocabulary import FactEntry, fact_entries
from pipeline.handbook.wording import ROLES, Several, consequence, in_words, number
from pipeline.rulebook.conditions import comparisons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.rulebook.rules import Document, Example, PhraseList, Rule, Ruleset


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A passage that a rule stands on: ``where`` it is in the document, ``claim`` in our words."""

    document: str
    title: str
    where: str
    claim: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One rule, ready to be laid out; dates, history and examples are label and text."""

    rule: Rule
    gives: str
    when: Several
    sources: tuple[Source, ...]
    dates: tuple[tuple[str, str], ...]
    history: tuple[tuple[str, str], ...]
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The rules of one aspect for one role."""

    role: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """Rules of one kind; ``sides`` are the two roles, ``entries`` those of neither."""

    key: str
    title: str
    sides: tuple[Side, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseEntry:
    """One phrase list, the rules that read it, and what its versions changed."""

    phrases: PhraseList
    rules: tuple[str, ...]
    history: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentEntry:
    """One source and its passages, each with the rules that stand on it."""

    document: Document
    passages: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Handbook:
    """Everything in it."""

    ruleset: Ruleset
    verdict: Chapter
    aspects: tuple[Chapter, ...]
    others: tuple[Chapter, ...]
    phrases: tuple[PhraseEntry, ...]
    facts: Mapping[str, tuple[FactEntry, ...]]
    documents: tuple[DocumentEntry, ...]
    steps: tuple[str, ...]
    voices: tuple[Voices, ...]


def handbook(ruleset: Ruleset) -> Handbook:
    """Lay a rulebook out by chapters; nothing of it but the rules decides what is in it."""
    titles = ruleset.factors
    factors = [
        _chapter(f"factor-{key}", f"Complexity: {title}", rules, ruleset)
        for key, title in titles.items()
        if (rules := [rule for rule in ruleset.complexity if rule.factor == key])
    ]
    return Handbook(
        ruleset=ruleset,
        verdict=_chapter("verdict", "How a verdict is made", ruleset.verdict, ruleset),
        aspects=tuple(_aspect(aspect.id, aspect.title, ruleset) for aspect in ruleset.aspects),
        others=(
            *factors,
            _chapter("advisory", "Advisories", ruleset.advisory, ruleset),
            _chapter("cluster", "Programs nobody declared", ruleset.cluster, ruleset),
        ),
        phrases=tuple(_phrases(key, ruleset) for key in sorted(ruleset.phrases)),
        facts=fact_entries(ruleset),
        documents=tuple(_document(document, ruleset) for document in ruleset.documents.values()),
        steps=tuple(steps(ruleset)),
        voices=voices(ruleset),
    )


def _chapter(key: str, title: str, rules: Sequence[Rule], ruleset: Ruleset) -> Chapter:
    return Chapter(key=key, title=title, entries=tuple(_entry(rule, ruleset) for rule in rules))


def _aspect(key: str, title: str, ruleset: Ruleset) -> Chapter:
    sides = tuple(
        Side(
            role=role,
            title=name,
            entries=tuple(
                _entry(rule, ruleset)
                for rule in ruleset.evidence
                if rule.aspect == key and rule.evidence_for == role
            ),
        )
        for role, name in ROLES.items()
    )
    return Chapter(key=f"aspect-{key}", title=title, sides=sides)


def _entry(rule: Rule, ruleset: Ruleset) -> Entry:
    return Entry(
        rule=rule,
        gives=consequence(rule, ruleset),
        when=in_words(rule.when, ruleset),
        sources=tuple(_sources(rule, ruleset)),
        dates=tuple(_dates(rule)),
        history=(*_history(rule), ("Version 1", f"written on {rule.created.isoformat()}")),
        examples=tuple(map(_example, rule.examples)),
    )


def _sources(rule: Rule, ruleset: Ruleset) -> Iterator[Source]:
    for reference in rule.references:
        document = ruleset.documents[reference.document]
        yield Source(
            document=document.id,
            title=document.title,
            where=document.passages[reference.passage],
            claim=reference.claim,
        )


def _dates(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "Status", rule.status
    yield "Version", f"{rule.version}, its meaning {rule.sha256[:12]} in rules.lock.json"
    yield "Written", rule.created.isoformat()
    if rule.modified != rule.created:
        yield "Changed", rule.modified.isoformat()
    if rule.effective_from:
        yield "In force from", rule.effective_from.isoformat()
    if rule.effective_until:
        yield "In force until", rule.effective_until.isoformat()
    yield "Owner", rule.owner


def _phrases(key: str, ruleset: Ruleset) -> PhraseEntry:
    phrases = ruleset.phrases[key]
    readers = _readers_of_phrases(key, ruleset)
    return PhraseEntry(phrases=phrases, rules=readers, history=tuple(_history(phrases)))


def _history(one: Rule | PhraseList) -> Iterator[tuple[str, str]]:
    """What each version after the first changed, the newest first."""
    for item in reversed(one.history):
        yield f"Version {item.version}", f"{item.change} ({item.date.isoformat()})"


def _example(example: Example) -> tuple[str, str]:
    side = "Matches" if example.matches else "Does not match"
    facts = "; ".join(f"{name} = {_shown(value)}" for name, value in example.facts.items())
    told = [f"\N{LEFT DOUBLE QUOTATION MARK}{example.text}\N{RIGHT DOUBLE QUOTATION MARK}"]
    parts = [*(told if example.text else []), *([facts] if facts else [])]
    return side, f"{example.name}: {'; '.join(parts) or 'no fact is known'}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else number(value)


def _readers_of_phrases(key: str, ruleset: Ruleset) -> tuple[str, ...]:
    return tuple(
        rule.id
        for rule in ruleset.rules
        if any(
            isinstance(comparison.value, tuple) and key in comparison.value
            for comparison in comparisons(rule.when)
            if comparison.operator == "mentions_any"
        )
    )


def _document(document: Document, ruleset: Ruleset) -> DocumentEntry:
    return DocumentEntry(
        document=document,
        passages=tuple(
            (
                title,
                tuple(
                    rule.id
                    for rule in ruleset.rules
                    if any(
                        (reference.document, reference.passage) == (document.id, key)
                        for reference in rule.references
                    )
                ),
            )
            for key, title in document.passages.items()
        ),
    )
