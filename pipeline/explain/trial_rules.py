"""What the rules say of trials, decided on whole columns: those of many initiatives at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.atoms import holds_where
from pipeline.engine.decide import Decisions, Engine, ShardDecision
from pipeline.facts.table import FactColumn, FactTable, dtype_of, table_of
from pipeline.rulebook.conditions import comparisons
from pipeline.verdict import decide, tally
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from pipeline.explain.trials import Trials
    from pipeline.facts.table import Bools
    from pipeline.rulebook.conditions import Comparison
    from pipeline.rulebook.rules import EvidenceRule, Ruleset

_NO_OR_YES = np.array([[False], [True]])
_TOGETHER = 1 << 16  # trials that are decided at once


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Rules that are looked at together, and whether trials change what they say."""

    rules: tuple[EvidenceRule, ...]
    varies: bool


class Rules:
    """What the rules say of initiatives that nobody has, without asking the engine for each.

    Evidence is found by comparing columns; what the caller shows of it the engine has to confirm.

    Args:
        ruleset: The rules.
        verdict_engine: Decides each distinct tally.
    """

    def __init__(self, ruleset: Ruleset, verdict_engine: Engine) -> None:
        self._ruleset = ruleset
        self._engine = verdict_engine
        self._reads = {
            rule.id: frozenset(each.fact for each in comparisons(rule.when))
            for rule in ruleset.evidence
        }
        self._parted: dict[frozenset[str], list[_Part]] = {}

    def decide(self, wanted: Sequence[tuple[Trials, int]]) -> None:
        """Decide all combinations of so many moves of some initiatives, many at once."""
        held: list[tuple[Trials, int]] = []
        rows = 0
        for trials, count in wanted:
            if trials.has(count):
                continue
            size = len(trials.choices(count))
            if held and rows + size > _TOGETHER:
                self._decide(held)
                held, rows = [], 0
            held.append((trials, count))
            rows += size
        if held:
            self._decide(held)

    def _decide(self, wanted: Sequence[tuple[Trials, int]]) -> None:
        varied = [trials.varied(count) for trials, count in wanted]
        names = frozenset().union(*(table.columns for table in varied))
        parts = self._parts(names)
        base = table_of([trials.fact for trials, _ in wanted])
        of = np.repeat(np.arange(len(wanted), dtype=np.uint16), [table.size for table in varied])
        read = frozenset().union(
            *(self._reads[rule.id] for part in parts if part.varies for rule in part.rules)
        )
        spread = _spread(base, of, varied, read)
        alike: dict[Comparison, Bools] = {}
        seen: dict[Comparison, Bools] = {}
        shards = (
            ShardDecision(
                rules=part.rules,
                table=_NO_OR_YES,
                classes=holds_where(part.rules[0].when, spread, seen).view(np.uint8),
            )
            if part.varies
            else ShardDecision(
                rules=part.rules,
                table=np.stack([holds_where(rule.when, base, alike) for rule in part.rules], 1),
                classes=of,
            )
            for part in parts
        )
        sums = tally(Decisions(size=spread.size, shards=tuple(shards)))
        verdicts = decide(self._ruleset, self._engine, sums).verdict
        ends = np.cumsum([table.size for table in varied])
        for (trials, count), given in zip(wanted, np.split(verdicts, ends[:-1]), strict=True):
            trials.keep(count, given)

    def _parts(self, names: frozenset[str]) -> list[_Part]:
        """Rules that some facts cannot change, by aspect; then each of the others by itself."""
        if names not in self._parted:
            alike: dict[str, list[EvidenceRule]] = {}
            others = []
            for rule in self._ruleset.evidence:
                if names.isdisjoint(self._reads[rule.id]):
                    alike.setdefault(rule.aspect, []).append(rule)
                else:
                    others.append(_Part(rules=(rule,), varies=True))
            same = [_Part(rules=tuple(rules), varies=False) for rules in alike.values()]
            self._parted[names] = [*same, *others]
        return self._parted[names]


def _spread(
    base: FactTable, of: NDArray[np.uint16], varied: Sequence[FactTable], names: Collection[str]
) -> FactTable:
    """Some facts of each trial: as its initiative has them, or as the trial changes them.

    Args:
        base: The initiatives as they are.
        of: The initiative of each trial.
        varied: What the trials of each initiative change, in order.
        names: The facts.
    """
    columns: dict[str, FactColumn] = {}
    changed = frozenset().union(*(table.columns for table in varied))
    for name in sorted(changed.union(base.columns).intersection(names)):
        dtype = dtype_of(VOCABULARY[name])
        own = base.columns.get(name)
        values = np.zeros(len(of), dtype) if own is None else own.values.take(of)
        known = base.known(name).take(of)
        start = 0
        for table in varied:
            if name in table.columns:
                values[start : start + table.size] = table.columns[name].values
                known[start : start + table.size] = table.columns[name].known
            start += table.size
        columns[name] = FactColumn(values=values, known=known)
    terms = {key: found.take(of) for key, found in base.terms.items() if key[0] in names}
    return FactTable(size=len(of), columns=columns, terms=terms)
