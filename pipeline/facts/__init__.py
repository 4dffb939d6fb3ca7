"""Accepted rows become facts: one flat fact an initiative, in which unknown stays unknown.

Facts are those of its columns, of its place in the portfolio graph, and of its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.facts.columns import column_facts
from pipeline.facts.graph import derived_parents, graph_facts, is_among, resolved_parents
from pipeline.facts.table import FactTable
from pipeline.facts.text import text_terms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.facts.table import FactColumn
    from pipeline.rulebook.phrase_matcher import PhraseMatcher
    from pipeline.validate import Validated


@dataclass(frozen=True, kw_only=True, slots=True)
class Initiatives:
    """The things to classify.

    ``rows`` are the accepted rows in input order and then the derived initiatives, whose index is
    negative; ``table`` holds their facts in the same order.
    """

    rows: pd.DataFrame
    table: FactTable

    @property
    def derived_count(self) -> int:
        """How many have no row of their own."""
        return int((self.rows.index < 0).sum())


def derive(validated: Validated, matcher: PhraseMatcher, *, as_of: date) -> Initiatives:
    """Facts of every accepted row and of every parent without a row."""
    accepted = validated.accepted
    everyone = pd.concat([accepted, _countable(accepted, validated.quarantined)])
    everyone = everyone.assign(parent_id=resolved_parents(everyone))
    accepted = everyone.loc[accepted.index]
    # In order of the file, whichever rows are quarantined tonight.
    everyone = everyone.sort_index(kind="stable")
    derived = derived_parents(accepted, everyone)
    rows = pd.concat([accepted, derived]) if len(derived) else accepted
    is_derived = (rows.index < 0).astype(bool)
    graph = graph_facts(rows, everyone)
    columns = column_facts(
        rows,
        graph["child_count"],
        everyone=pd.concat([accepted, validated.quarantined]),
        is_derived=is_derived,
        as_of=as_of,
    )
    return Initiatives(
        rows=rows,
        table=FactTable(
            size=len(rows), columns={**columns, **graph}, terms=text_terms(rows, matcher)
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the rest of a portfolio tells about some initiatives of it.

    ``parents`` has the parent of each, by id where another row is meant; ``graph`` are their facts
    of the portfolio graph; ``in_use`` are the columns that any row of the portfolio fills.
    """

    parents: pd.Series[str]
    graph: Mapping[str, FactColumn]
    in_use: frozenset[str]


def derive_part(
    rows: pd.DataFrame, surroundings: Surroundings, matcher: PhraseMatcher, *, as_of: date
) -> Initiatives:
    """Facts of some initiatives whose neighbors in the portfolio graph may be elsewhere.

    Args:
        rows: Accepted rows of a part of a portfolio, or derived initiatives.
        surroundings: What the whole portfolio tells about them.
        matcher: Finds the phrase lists.
        as_of: Day of the run.
    """
    rows = rows.assign(parent_id=surroundings.parents)
    names = ("sponsor", "owner")
    filled = [[name if name in surroundings.in_use else None for name in names]]
    columns = column_facts(
        rows,
        surroundings.graph["child_count"],
        everyone=pd.DataFrame(filled, columns=list(names)),
        is_derived=(rows.index < 0).astype(bool),
        as_of=as_of,
    )
    table = FactTable(
        size=len(rows),
        columns={**columns, **surroundings.graph},
        terms=text_terms(rows, matcher),
    )
    return Initiatives(rows=rows, table=table)


def _countable(accepted: pd.DataFrame, quarantined: pd.DataFrame) -> pd.DataFrame:
    """Quarantined rows that still stand for an initiative of their own, each id once."""
    own = quarantined[~is_among(quarantined["initiative_id"], accepted["initiative_id"])]
    return own.drop_duplicates("initiative_id")
