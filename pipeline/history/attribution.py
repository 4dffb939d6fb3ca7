"""Why verdicts flipped: earlier and later rules on earlier and later data, all four combined."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.facts.table import FactTable, table_of
from pipeline.facts.text import text_terms
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.rulebook.rules import Ruleset

_TERMS: Final = tuple(name for name, spec in VOCABULARY.items() if spec.kind == "terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """What rules read of one initiative: facts, with phrase lists as found by ``ruleset`` then."""

    facts: Mapping[str, Any]
    name: str
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two runs compared: its rules, and its data by initiative in one order."""

    ruleset: Ruleset
    data: Sequence[Remembered]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """The four verdicts on one initiative: on data then and now, each by rules then and now."""

    then_by_then: str
    now_by_then: str
    then_by_now: str
    now_by_now: str

    @property
    def cause(self) -> str:
        """What alone suffices for the flip, of ``schemas.history.CAUSES``; "" without a flip."""
        if self.then_by_then == self.now_by_now:
            return ""
        by_data = self.now_by_then == self.now_by_now
        by_rules = self.then_by_now == self.now_by_now
        if by_data and by_rules:
            return "data or rules"
        if by_data:
            return "data"
        return "rules" if by_rules else "data and rules"


def remembered(facts: str, name: str, description: str) -> Remembered:
    """One initiative as it stands in the store; facts that are unknown by now are left out."""
    read = {key: value for key, value in json.loads(facts).items() if key in VOCABULARY}
    return Remembered(facts=read, name=name, description=description)


def cross(then: Side, now: Side) -> list[Crossed]:
    """The four verdicts on each initiative.

    Args:
        then: The earlier run.
        now: The later run, with the same initiatives in the same order.

    Raises:
        RulebookError: A tally is covered by no verdict rule of the other run's rules.
    """
    rules = [then.ruleset]
    if not is_same(then.ruleset, now.ruleset):
        rules.append(now.ruleset)
    given = [
        _halves(_decide(ruleset, [*_facts(then, ruleset), *_facts(now, ruleset)]))
        for ruleset in rules
    ]
    return [
        Crossed(then_by_then=one, now_by_then=two, then_by_now=three, now_by_now=four)
        for one, two, three, four in zip(*given[0], *given[-1], strict=True)
    ]


def is_same(one: Ruleset, other: Ruleset) -> bool:
    """Whether two rulesets decide alike; with time, other rules of the same files are in force."""
    return one.sha256 == other.sha256 and [rule.id for rule in one.rules] == [
        rule.id for rule in other.rules
    ]


def _halves(verdicts: list[str]) -> tuple[list[str], list[str]]:
    middle = len(verdicts) // 2
    return verdicts[:middle], verdicts[middle:]


def _decide(ruleset: Ruleset, facts: list[Mapping[str, Any]]) -> list[str]:
    evidence = Engine(ruleset.evidence).decide(table_of(facts))
    verdicts = verdict.decide(ruleset, Engine(ruleset.verdict), verdict.tally(evidence))
    return [verdict.OUTCOMES[place] for place in verdicts.verdict.tolist()]


def _facts(side: Side, ruleset: Ruleset) -> list[Mapping[str, Any]]:
    """The facts of a side as ``ruleset`` sees them: its phrases are looked for in the texts."""
    if side.ruleset.phrases == ruleset.phrases:
        return [each.facts for each in side.data]
    texts = pd.DataFrame(
        {
            "name": [each.name for each in side.data],
            "description": [each.description for each in side.data],
        },
        dtype="str",
    )
    found = FactTable(
        size=len(texts), columns={}, terms=text_terms(texts, PhraseMatcher(ruleset.phrases))
    )
    return [{**each.facts, **found.fact(place, _TERMS)} for place, each in enumerate(side.data)]
