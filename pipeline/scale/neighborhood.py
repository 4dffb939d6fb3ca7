"""What every part must know of the others: first what cells mean, then who is linked to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any

from pipeline.errors import Location, PipelineError
from pipeline.ingest.refusals import RowsMissing
from pipeline.ingest.rows import are_cut_short
from pipeline.scale import links, look, settle
from pipeline.scale.tables import ANSWERS, ASKS, ENDS, NODES, SETTLED, SHARES, TOTALS, made

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.scale.engine import Engine
    from pipeline.scale.look import Job, Lesson


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighborhood:
    """``job`` knows the whole portfolio; ``shares`` is a table of what each part is told besides.

    ``derived`` are the shares of parents without a row.
    """

    job: Job
    shares: Any
    derived: pd.DataFrame


def learn(engine: Engine, job: Job) -> Job:
    """Look at every part once, and add up what it tells about all of them.

    Raises:
        InputError: A part cannot be read, or there is no row in any.
    """
    lessons: list[Lesson | PipelineError] = engine.each(
        partial(look.learn, job=job), job.outline.parts
    )
    faults = [each for each in lessons if isinstance(each, PipelineError)]
    if faults:
        raise faults[0]
    told = [each for each in lessons if not isinstance(each, PipelineError)]
    rows = sum(each.rows for each in told)
    if not rows:
        raise RowsMissing(
            "there is a header and no row below it",
            hint="Export the portfolio again.",
            at=Location(path=job.outline.parts[0].path, line=job.outline.source.header_line),
        )
    short = are_cut_short(sum(each.short_rows for each in told), rows)
    return replace(
        job,
        outline=replace(job.outline, cuts_short=short),
        learned=reduce(add, (each.learned for each in told)),
        in_use=frozenset(name for each in told for name in each.in_use),
    )


def connect(engine: Engine, job: Job) -> Neighborhood:
    """Find out which rows are accepted, and join all links between them."""
    parts = job.outline.parts
    asks = engine.over(partial(look.asks, job=job), parts, ASKS)
    answers = engine.by_key(asks, "key", settle.answer, ANSWERS)
    del asks  # of a large portfolio even these are large; so below
    nodes = engine.by_key(answers, "part", partial(look.nodes, job=job), NODES)
    settled = engine.by_key(nodes, "id", settle.settle, SETTLED)
    del nodes
    named = _parents(engine, settled)
    ends = engine.union(
        [
            engine.select(settled, links.ends_of_rows, ENDS),
            engine.select(named, links.ends_of_children, ENDS),
        ]
    )
    gathered = engine.by_key(ends, "key", links.gather, SHARES)
    del ends
    children = engine.collect(engine.select(named, _children, TOTALS))["count"].sum()
    dependencies = engine.collect(engine.select(gathered, _dependencies, TOTALS))["count"].sum()
    shares = engine.union(
        [
            engine.select(answers, settle.shares_of_answers, SHARES),
            engine.select(settled, settle.shares_of_ids, SHARES),
            engine.select(named, links.shares_of_parents, SHARES),
            engine.select(gathered, _of_rows, SHARES),
        ]
    )
    return Neighborhood(
        job=replace(
            job,
            has_children=bool(children),
            has_dependencies=bool(dependencies),
        ),
        shares=shares,
        derived=engine.collect(engine.select(gathered, _of_derived, SHARES)),
    )


def _parents(engine: Engine, settled: Any) -> Any:  # noqa: ANN401 -- tables of the engine
    """Every parent that a row names, by id where another row is meant."""
    ends = engine.select(settled, links.ids_and_parents, ENDS)
    named = engine.by_key(ends, "key", links.parents, ENDS)
    open_ = engine.select(named, links.lost, ENDS)
    if not engine.collect(engine.select(open_, _count, TOTALS))["count"].sum():
        return named
    titled = engine.union([engine.select(settled, links.titles, ENDS), open_])
    meant = engine.by_key(titled, "key", links.found, ENDS)
    return engine.union([engine.select(named, links.known, ENDS), meant])


def _count(rows: pd.DataFrame) -> pd.DataFrame:
    return made(TOTALS, count=[len(rows)])


def _children(ends: pd.DataFrame) -> pd.DataFrame:
    return made(TOTALS, count=[int((ends["parent"] != "").sum())])


def _dependencies(shares: pd.DataFrame) -> pd.DataFrame:
    return made(TOTALS, count=[int(shares["dependencies"].sum())])


def _of_rows(shares: pd.DataFrame) -> pd.DataFrame:
    return shares[shares["part"] != links.DERIVED]


def _of_derived(shares: pd.DataFrame) -> pd.DataFrame:
    return shares[shares["part"] == links.DERIVED]
