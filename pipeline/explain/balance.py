"""Why: the evidence of one initiative by aspect, both sides, with its arithmetic.

Confidence says how far the verdict is from flipping. Each verdict rule has a band, the stronger the
kind of evidence it asks for, the higher; within the band confidence grows with the lead in points
(``verdict.FULL_LEAD`` points reach its end). So under one verdict rule, more lead is never less
confidence; that several aspects speak is what the stronger verdict rules ask for. It is no
probability: ``calibration`` holds it against labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.explain.matches import show
from pipeline.explain.record import Balance, FactShown, Proof
from pipeline.explain.sources import source
from pipeline.rulebook.conditions import comparisons
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.explain.matches import Match
    from pipeline.explain.passages import Passages
    from pipeline.facts.cells import SourceCells
    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Ruleset


class Weigher:
    """Puts the evidence of initiatives on the scales.

    Args:
        ruleset: The rules.
        table: Facts.
        cells: What they were made from, in the order of ``table``.
        passages: Finds the words that matched, in the order of ``table``.
    """

    def __init__(
        self, ruleset: Ruleset, table: FactTable, cells: SourceCells, passages: Passages
    ) -> None:
        self._ruleset = ruleset
        self._table = table
        self._cells = cells
        self._passages = passages
        self._sources: dict[str, str] = {}

    def balances(self, matches: Sequence[Match], position: int) -> tuple[Balance, ...]:
        """One balance an aspect with evidence, in the order of the rulebook."""
        proofs: dict[str, list[Proof]] = {}
        for match in matches:
            if isinstance(match.rule, EvidenceRule):
                proof = self._proof(match.rule, match.text, position)
                proofs.setdefault(match.rule.aspect, []).append(proof)
        return tuple(
            Balance(
                aspect=aspect.id,
                title=aspect.title,
                project_points=_points(proofs[aspect.id], "project_manager"),
                program_points=_points(proofs[aspect.id], "program_manager"),
                proofs=tuple(
                    sorted(proofs[aspect.id], key=lambda proof: (-proof.points, proof.rule_id))
                ),
            )
            for aspect in self._ruleset.aspects
            if aspect.id in proofs
        )

    def _proof(self, rule: EvidenceRule, text: str, position: int) -> Proof:
        if rule.id not in self._sources:
            self._sources[rule.id] = source(rule, self._ruleset)
        return Proof(
            rule_id=rule.id,
            version=rule.version,
            title=rule.title,
            aspect=rule.aspect,
            role=rule.evidence_for,
            points=rule.points,
            rationale=text,
            facts=self._facts(rule, position),
            passage=self._passages.passage(rule, position) if rule.basis == "text" else "",
            source=self._sources[rule.id],
        )

    def _facts(self, rule: EvidenceRule, position: int) -> tuple[FactShown, ...]:
        names = dict.fromkeys(comparison.fact for comparison in comparisons(rule.when))
        shown = []
        for name in names:
            column = self._table.columns.get(name)
            if VOCABULARY[name].kind == "terms" or column is None or not column.known[position]:
                continue
            value = column.values[position]
            shown.append(
                FactShown(
                    name=name,
                    value=show(name, value.item()),
                    cells=self._cells.of(name, position),
                )
            )
        return tuple(shown)


def _points(proofs: Iterable[Proof], role: str) -> int:
    return sum(proof.points for proof in proofs if proof.role == role)
