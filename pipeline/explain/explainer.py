"""Explains any number of initiatives under one ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.explain.balance import Weigher
from pipeline.explain.counterfactual import Counterfactuals
from pipeline.explain.matches import Match, by_initiative
from pipeline.explain.missing import questions
from pipeline.explain.near_misses import NearMiss, nearest
from pipeline.explain.passages import Passages
from pipeline.explain.rationale import hardness, rationales
from pipeline.explain.record import Explanation, Failed, Missed, Note
from pipeline.facts.text import search_text
from pipeline.rulebook.phrase_matcher import PhraseMatcher
from pipeline.rulebook.rules import AdvisoryRule
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipeline.explain.missing import Question
    from pipeline.facts.cells import SourceCells
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Ruleset

_OTHER = {"project_manager": ROLES[1:], "program_manager": ROLES[:1], "undecided": ROLES}


class Explainer:
    """Decides initiatives anew and explains them.

    Args:
        ruleset: The rules.
        rows: ``initiative_id``, ``name`` and ``description`` of each; the index is the source line,
            negative for an initiative without a row.
        table: Their facts, in the same order.
        cells: What the facts were made from, in the same order.
    """

    def __init__(
        self, ruleset: Ruleset, *, rows: pd.DataFrame, table: FactTable, cells: SourceCells
    ) -> None:
        self._ruleset = ruleset
        self._lines = rows.index.tolist()
        self._ids = rows["initiative_id"].tolist()
        self._names = rows["name"].tolist()
        self._table = table
        engine, verdict_engine = Engine(ruleset.evidence), Engine(ruleset.verdict)
        evidence = engine.decide(table)
        self._verdicts = verdict.decide(ruleset, verdict_engine, verdict.tally(evidence))
        complexity = Engine(ruleset.complexity).decide(table)
        self._levels = verdict.complexity_levels(complexity)
        self._hardness = hardness(ruleset, complexity, self._verdicts)
        self._matches = by_initiative(evidence, table)
        self._rationales = rationales(ruleset, self._verdicts, self._matches)
        outcome = verdict.outcome_facts(
            self._verdicts, self._levels, verdict.program_levels(complexity)
        )
        self._advisories = _advisories(ruleset, table.joined(outcome))
        self._questions: list[tuple[Question, ...]] = questions(
            ruleset, engine, verdict_engine, table, evidence, self._verdicts
        )
        outcomes = [verdict.OUTCOMES[place] for place in self._verdicts.verdict.tolist()]
        self._missed: list[tuple[NearMiss, ...]] = nearest(
            ruleset.evidence, table, [_OTHER[each] for each in outcomes]
        )
        self._weigher = Weigher(ruleset, table, cells, _passages(ruleset, rows))
        self._counterfactuals: Counterfactuals | None = None

    def search(self, positions: Sequence[int]) -> None:
        """Look for the smallest changes of some initiatives together, which is quicker."""
        self._search().of_all([self._table.fact(position) for position in positions])

    def explain(self, position: int, *, search: bool = True) -> Explanation:
        """Explain one initiative.

        Args:
            position: Its place in ``rows``.
            search: Whether to look for the smallest change, which takes part of a second.
        """
        given, tally = self._verdicts, self._verdicts.tally.columns
        decided_by = self._ruleset.verdict[int(given.rule[position])]
        line, level = int(self._lines[position]), int(self._levels[position])
        name = self._names[position]
        return Explanation(
            initiative_id=str(self._ids[position]),
            name=name if isinstance(name, str) else "",
            source_line=line if line > 0 else None,
            verdict=verdict.OUTCOMES[int(given.verdict[position])],
            lean="" if given.lean[position] < 0 else ROLES[int(given.lean[position])],
            confidence=float(given.confidence[position]),
            project_score=int(tally["project_score"].values[position]),  # noqa: PD011 -- a dataclass
            program_score=int(tally["program_score"].values[position]),  # noqa: PD011
            complexity_level=level or None,
            complexity=self._hardness[position],
            decided_by=decided_by.id,
            decided_by_title=decided_by.title,
            rationale=self._rationales[position],
            why=self._weigher.balances(self._matches[position], position),
            why_not=tuple(_missed(miss) for miss in self._missed[position]),
            missing=self._questions[position],
            counterfactual=self._search().of(self._table.fact(position)) if search else None,
            advisories=tuple(_note(match) for match in self._advisories[position]),
        )

    def _search(self) -> Counterfactuals:
        if self._counterfactuals is None:
            self._counterfactuals = Counterfactuals(self._ruleset)
        return self._counterfactuals


def _advisories(ruleset: Ruleset, outcome: FactTable) -> list[list[Match]]:
    return by_initiative(Engine(ruleset.advisory).decide(outcome), outcome)


def _passages(ruleset: Ruleset, rows: pd.DataFrame) -> Passages:
    return Passages(
        PhraseMatcher(ruleset.phrases),
        names=rows["name"].fillna("").to_list(),
        texts=search_text(rows).to_list(),
    )


def _missed(miss: NearMiss) -> Missed:
    return Missed(
        rule_id=miss.rule.id,
        title=miss.rule.title,
        aspect=miss.rule.aspect,
        role=miss.rule.evidence_for,
        points=miss.rule.points,
        failed=tuple(
            Failed(
                fact=each.comparison.fact,
                wanted=str(each.comparison),
                state=each.state,
                found=each.found,
            )
            for each in miss.shortfalls
        ),
    )


def _note(match: Match) -> Note:
    rule = match.rule
    severity = rule.severity if isinstance(rule, AdvisoryRule) else "note"
    return Note(rule_id=rule.id, severity=severity, text=match.text)


def subset(table: FactTable, positions: Sequence[int]) -> FactTable:
    """The facts of some initiatives."""
    return table.take(np.array(positions, np.intp))
