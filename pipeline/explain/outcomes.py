"""What the verdict of every initiative would be if everybody's fact were changed: many changes.

Of a small portfolio, many changes are decided at once, since each decision costs the same for few
initiatives as for thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.engine.decide import Decisions
from pipeline.explain.consequences import changed
from pipeline.facts.table import FactColumn, FactTable, dtype_of
from pipeline.tally import tally
from pipeline.verdict import decide
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.engine.decide import Engine
    from pipeline.facts.table import Scalar
    from pipeline.rulebook.rules import Ruleset

    Change = tuple[str, Scalar | None]

_TOGETHER = 1 << 15  # initiatives that are decided at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """After one change, by initiative: the verdict, a place in ``OUTCOMES``, and the lead."""

    verdict: NDArray[np.int8]
    project_lead: NDArray[np.int64]


class Outcomes:
    """Decides changes of single facts through the engine and the verdict rules of the run.

    Args:
        ruleset: The rules.
        engines: Of its evidence and of its verdicts.
        table: The initiatives as they are.
        evidence: What the engine says of them.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        engines: tuple[Engine, Engine],
        table: FactTable,
        evidence: Decisions,
    ) -> None:
        self._ruleset, self._table, self._evidence = ruleset, table, evidence
        self._engine, self._verdict_engine = engines

    def after(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The outcome of each change, in their order; ``None`` for a fact makes it unknown."""
        most = max(1, _TOGETHER // max(1, self._table.size))
        for start in range(0, len(changes), most):
            yield from self._together(changes[start : start + most])

    def _together(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        made = [changed(self._table, name, value) for name, value in changes]
        names = {name for _, touched in made for name in touched}
        read = self._engine.read_with(names)
        after = self._engine.decide_again(
            _repeated(self._evidence, len(made)),
            _stacked([table for table, _ in made], read),
            names,
        )
        given = decide(self._ruleset, self._verdict_engine, tally(after))
        leads = given.tally.columns["project_lead"].values
        for verdict, lead in zip(
            given.verdict.reshape(len(made), -1), leads.reshape(len(made), -1), strict=True
        ):
            yield Outcome(verdict=verdict, project_lead=lead)


def _repeated(evidence: Decisions, times: int) -> Decisions:
    """The same initiatives several times over."""
    if times == 1:
        return evidence
    shards = (replace(shard, classes=np.tile(shard.classes, times)) for shard in evidence.shards)
    return Decisions(size=evidence.size * times, shards=tuple(shards))


def _stacked(tables: Sequence[FactTable], names: Collection[str]) -> FactTable:
    """Some facts of tables of the same initiatives, one table after the other."""
    first = tables[0]
    if len(tables) == 1:
        return first
    there = {name for table in tables for name in table.columns if name in names}
    return FactTable(
        size=first.size * len(tables),
        columns={name: _column(tables, name) for name in sorted(there)},
        terms={
            key: np.tile(found, len(tables))
            for key, found in first.terms.items()
            if key[0] in names
        },
    )


def _column(tables: Sequence[FactTable], name: str) -> FactColumn:
    nobody = np.zeros(tables[0].size, dtype_of(VOCABULARY[name]))
    columns = [table.columns.get(name) for table in tables]
    return FactColumn(
        values=np.concatenate([column.values if column else nobody for column in columns]),
        known=np.concatenate([table.known(name) for table in tables]),
    )
