"""Every engine on the same workloads, in one process: time, ratio, growth, memory."""

from __future__ import annotations

import importlib.util
import math
import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.bench import clips, columns, rows
from pipeline.bench.outcome import assert_equal
from pipeline.bench.workload import workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.bench.outcome import Outcome
    from pipeline.bench.workload import Workload


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """What is measured; ``needs`` is the module it lives in, ``most_cells`` rows times rules."""

    name: str
    make: Callable[[Workload], Callable[[], Outcome]]
    needs: str = "pandas"
    most_cells: int = 700_000_000


_SLOW: Final = 4_000_000
ENGINES: Final = (
    Engine(name="this project (durable_rules as truth tables)", make=columns.ours),
    Engine(name="Polars + numpy, by hand", make=columns.polars_and_numpy, needs="polars"),
    Engine(name="Polars expressions", make=columns.polars_expressions, needs="polars"),
    Engine(name="pandas masks", make=columns.pandas_masks, most_cells=70_000_000),
    Engine(name="DuckDB SQL", make=columns.duckdb_sql, needs="duckdb", most_cells=70_000_000),
    Engine(name="plain Python functions", make=rows.plain_python, most_cells=4_000_000),
    Engine(name="durable_rules, row by row", make=rows.durable_row_by_row, most_cells=_SLOW),
    Engine(name="rule-engine", make=rows.rule_engine, needs="rule_engine", most_cells=_SLOW),
    Engine(name="json-logic", make=rows.json_logic, needs="json_logic", most_cells=_SLOW),
    Engine(
        name="business-rules", make=rows.business_rules, needs="business_rules", most_cells=_SLOW
    ),
    Engine(name="zen-engine", make=rows.zen_engine, needs="zen", most_cells=_SLOW),
    Engine(name="CLIPS (clipspy)", make=clips.clips_rules, needs="clips", most_cells=_SLOW),
)
_REPEATS: Final = 15
_LONG: Final = 2.0  # seconds after which it has been repeated often enough


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One engine on one workload: the least of several times, in seconds.

    ``rows`` is smaller than asked for where the engine is too slow for more. ``peak`` is the most
    memory that the process had until then, in MiB.
    """

    engine: str
    rows: int
    rules: int
    seconds: float
    peak: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def installed() -> list[Engine]:
    """The engines that can run here."""
    return [engine for engine in ENGINES if importlib.util.find_spec(engine.needs)]


def measure(
    sizes: Sequence[int], rule_counts: Sequence[int], tell: Callable[[str], None]
) -> Iterator[Measure]:
    """Measure every installed engine, and compare its outcome with ours, row by row.

    Raises:
        EnginesDiffer: An engine gives another outcome.
    """
    for rules in rule_counts:
        for rows_ in sizes:
            done: set[tuple[str, int]] = set()
            for engine in installed():
                count = _rows(engine, rows_, rules)
                if count < rows_ and count < max(sizes) and rows_ != min(sizes):
                    continue  # measured at a smaller size already, or will be
                if (engine.name, count) not in done:
                    done.add((engine.name, count))
                    found = _measured(engine, count, rules)
                    tell(f"{found.rate:>12,.0f} rows/s  {count:>9,} x {rules:<3} {engine.name}")
                    yield found


def _rows(engine: Engine, rows_: int, rules: int) -> int:
    return max(1, min(rows_, engine.most_cells // rules))


def _measured(engine: Engine, rows_: int, rules: int) -> Measure:
    work = workload(rows_, rules)
    decide = engine.make(work)
    taken: list[float] = []
    while len(taken) < _REPEATS and sum(taken) < _LONG:
        started = time.perf_counter()
        outcome = decide()
        taken.append(time.perf_counter() - started)
    assert_equal(columns.ours(work)(), outcome, engine.name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Measure(engine=engine.name, rows=rows_, rules=rules, seconds=min(taken), peak=peak)


def growth(found: Sequence[Measure]) -> float | None:
    """The exponent of time over rows of one engine, by least squares; ``None`` for one size."""
    points = [(math.log(each.rows), math.log(each.seconds)) for each in found]
    if len({x for x, _ in points}) < 2:  # noqa: PLR2004 -- a line takes two points
        return None
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    over: float = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum([(x - mean_x) ** 2 for x, _ in points], 0.0)
