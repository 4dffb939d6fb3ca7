"""Engines that work on whole columns: ours, pandas, Polars, DuckDB."""

from __future__ import annotations

import functools
import itertools
import operator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipeline.bench.outcome import Outcome, scored
from pipeline.bench.workload import column_of, fold
from pipeline.engine.decide import Engine
from pipeline.tally import tally
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.bench.workload import Workload
    from pipeline.facts.table import FactColumn
    from pipeline.rulebook.conditions import Comparison

    Decide = Callable[[], Outcome]

_COMPARE: Final[dict[str, Any]] = {
    "equals": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_SIGNS: Final = {"equals": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def ours(work: Workload) -> Decide:
    """The decision step of a run: every class decided anew, nothing remembered from before."""
    engine, verdict_engine = Engine(work.evidence), Engine(work.verdict)
    # What is handed over, and what the verdict rules read.
    names = sorted({"project_score", "program_score"} | verdict_engine.facts)

    def decide() -> Outcome:
        engine.forget()
        verdict_engine.forget()
        evidence = engine.decide(work.table)
        fired = [evidence.matched(rule.id) for rule in work.evidence]
        sums = tally(evidence, names)
        rules = verdict_engine.decide(sums.distinct)
        chosen = np.full(sums.distinct.size, -1, np.int8)
        for place, rule in reversed([*enumerate(work.verdict)]):
            np.putmask(chosen, rules.matched(rule.id), place)
        return Outcome(
            fired=fired,
            project=sums.columns["project_score"].values,
            program=sums.columns["program_score"].values,
            verdict=chosen.take(sums.of),
        )

    return decide


def pandas_masks(work: Workload) -> Decide:
    """Each rule as masks on the columns of a frame, as a notebook would have it."""
    import pandas as pd  # noqa: PLC0415 -- each engine with its own

    table = work.table
    columns = {name: _typed(name, column) for name, column in table.columns.items()}
    frame = pd.DataFrame(columns | {name: found for (_, name), found in table.terms.items()})

    def leaf(comparison: Comparison) -> Any:  # noqa: ANN401 -- a mask
        column = frame[column_of(comparison)]
        match comparison.operator:
            case "mentions_any":
                return column
            case "exists":
                return column.notna() if comparison.value else column.isna()
            case other:
                return _COMPARE[other](column, comparison.value).fillna(value=False).astype(bool)

    def decide() -> Outcome:
        masks = [fold(rule.when, leaf, _every, _some) for rule in work.evidence]
        return scored([mask.to_numpy(bool) for mask in masks], work.evidence)

    return decide


def _every(parts: Any) -> Any:  # noqa: ANN401 -- masks or expressions
    return functools.reduce(operator.and_, parts)


def _some(parts: Any) -> Any:  # noqa: ANN401
    return functools.reduce(operator.or_, parts)


def _typed(name: str, column: FactColumn) -> Any:  # noqa: ANN401 -- a column
    """A fact as pandas holds it best: choices as categories, unknown as missing."""
    import pandas as pd  # noqa: PLC0415

    spec, values = VOCABULARY[name], column.values  # noqa: PD011 -- a column of our own
    if spec.choices:
        codes: Any = np.where(column.known, values, -1)
        return pd.Categorical.from_codes(codes, categories=pd.Index(spec.choices))
    made = pd.arrays.BooleanArray if spec.kind == "boolean" else pd.arrays.IntegerArray
    return made(values, ~column.known)


def _polars_frame(work: Workload) -> Any:  # noqa: ANN401 -- a Polars frame
    """The facts as Polars holds them best: choices as an Enum, unknown as null."""
    import polars as pl  # noqa: PLC0415

    table = work.table
    made = {}
    for name, column in table.columns.items():
        values, choices = pl.Series(column.values), VOCABULARY[name].choices
        if choices:
            values = pl.Series(choices, dtype=pl.Enum(choices)).gather(values)
        unknown = pl.Series([None], dtype=values.dtype).new_from_index(0, table.size)
        made[name] = values.zip_with(pl.Series(column.known), unknown)
    return pl.DataFrame(made | {name: found for (_, name), found in table.terms.items()})


def _expression(comparison: Comparison) -> Any:  # noqa: ANN401 -- a Polars expression
    import polars as pl  # noqa: PLC0415

    column = pl.col(column_of(comparison))
    match comparison.operator:
        case "mentions_any":
            return column
        case "exists":
            return column.is_not_null() if comparison.value else column.is_null()
        case "equals":
            return column.eq_missing(comparison.value)
        case other:
            return _COMPARE[other](column, comparison.value).fill_null(value=False)


def polars_expressions(work: Workload) -> Decide:
    """Each rule as one Polars expression, all of them in one call."""
    frame = _polars_frame(work)
    wanted = [fold(rule.when, _expression, _every, _some).alias(rule.id) for rule in work.evidence]

    def decide() -> Outcome:
        found = frame.select(wanted)
        return scored([found[rule.id].to_numpy() for rule in work.evidence], work.evidence)

    return decide


def polars_and_numpy(work: Workload) -> Decide:
    """By hand: every distinct comparison once by Polars, joined and summed by numpy."""
    frame = _polars_frame(work)
    every: list[Comparison] = []
    for rule in work.evidence:
        read: list[Comparison] = fold(rule.when, lambda atom: [atom], _listed, _listed)
        every += read
    atoms = {atom: f"atom {number}" for number, atom in enumerate(dict.fromkeys(every))}
    wanted = [_expression(atom).alias(name) for atom, name in atoms.items()]

    def decide() -> Outcome:
        found = frame.select(wanted)
        arrays = {atom: found[name].to_numpy() for atom, name in atoms.items()}
        fired = [fold(rule.when, arrays.__getitem__, _every, _some) for rule in work.evidence]
        return scored(fired, work.evidence)

    return decide


def _listed(parts: list[list[Comparison]]) -> list[Comparison]:
    return list(itertools.chain.from_iterable(parts))


def duckdb_sql(work: Workload) -> Decide:
    """All rules as the columns of one SQL query."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect()
    connection.register("given", _polars_frame(work).to_arrow())
    connection.execute("create table facts as select * from given")
    columns = ", ".join(
        f'coalesce({fold(rule.when, _sql, _all_of, _any_of)}, false) as "{rule.id}"'
        for rule in work.evidence
    )

    def decide() -> Outcome:
        found = connection.execute(f"select {columns} from facts").fetchnumpy()  # noqa: S608 -- ours
        return scored([np.asarray(found[rule.id], bool) for rule in work.evidence], work.evidence)

    return decide


def _sql(comparison: Comparison) -> str:
    name = column_of(comparison)
    match comparison.operator:
        case "mentions_any":
            return name
        case "exists":
            return f"({name} is {'not ' if comparison.value else ''}null)"
        case other:
            value = comparison.value
            text = f"'{value}'" if isinstance(value, str) else str(value).lower()
            return f"({name} {_SIGNS[other]} {text})"


def _all_of(parts: Any) -> str:  # noqa: ANN401 -- texts
    return f"({' and '.join(parts)})"


def _any_of(parts: Any) -> str:  # noqa: ANN401
    return f"({' or '.join(parts)})"
