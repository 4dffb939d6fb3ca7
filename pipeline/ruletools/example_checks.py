"""Examples of rules and phrase lists that do not come out as they say."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.engine.decide import Engine
from pipeline.facts.table import table_of
from pipeline.rulebook.folding import fold
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.ruletools.set_faults import SetFault, at, phrase_file, rule_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Example, PhraseExample, Ruleset


def example_faults(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    """Every example that comes out otherwise, of rules by the engine, then of phrase lists."""
    yield from _of_rules(ruleset, folder)
    yield from _of_phrases(ruleset, folder)


def _of_rules(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    matcher = PhraseMatcher(ruleset.phrases)
    for rule in ruleset.rules:
        table = table_of(example_facts(rule.examples, matcher))
        matched = Engine([rule]).decide(table).matched(rule.id)
        places: Counter[bool] = Counter()
        for example, matches in zip(rule.examples, matched.tolist(), strict=True):
            index = places[example.matches]
            places[example.matches] += 1
            if matches is not example.matches:
                verb = "does not match" if example.matches else "matches"
                facts = json.dumps(example.text or dict(example.facts), ensure_ascii=False)
                yield SetFault(
                    "R084",
                    f"{rule.id} {verb} its example {example.name!r} {facts}",
                    hint="Correct the rule, or the example",
                    at=at(rule_file(rule, folder), "examples", side(example), index),
                )


def _of_phrases(ruleset: Ruleset, folder: Path) -> Iterator[SetFault]:
    matcher = PhraseMatcher(ruleset.phrases)
    listed = [
        (name, example) for name, phrases in ruleset.phrases.items() for example in phrases.examples
    ]
    # All at once: folding is quick by the column and slow by the text.
    folded = fold(pa.array([example.text for _, example in listed], pa.large_string()))
    places: Counter[tuple[str, bool]] = Counter()
    for (name, example), text in zip(listed, folded.to_pylist(), strict=True):
        index = places[name, example.matches]
        places[name, example.matches] += 1
        if (name in matcher.found_in(text)) is not example.matches:
            verb = "is not found" if example.matches else "is found"
            yield SetFault(
                "R085",
                f"{name} {verb} in its example {example.text!r}",
                hint="Correct the phrases, or the example",
                at=at(phrase_file(name, folder), "examples", side(example), index),
            )


def side(example: Example | PhraseExample) -> str:
    """Where an example stands in its file."""
    return "match" if example.matches else "no_match"


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
