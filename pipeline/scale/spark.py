"""Parts on the workers of Spark: keys meet by its shuffle, and pandas does the rest in each."""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from pipeline.scale.tables import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd

    from pipeline.ingest.parts import Part
    from pipeline.scale.tables import Columns
    from schemas.settings import Cluster

_TYPES: Final = {"str": "string", "int64": "long", "int32": "int", "bool": "boolean"}
# It warns of pandas 3 in every process; what is used of it here is tested with pandas 3.
_OF_PANDAS: Final = "PySpark does not yet fully support pandas"
_QUIET: Final = f"ignore:{_OF_PANDAS}:FutureWarning"
_BUCKET: Final = "bucket_"
_PLACE: Final[Columns] = {"place": "int64"}


@dataclass(frozen=True, slots=True)
class _Table:
    """A frame of Spark, and the columns that it has for pandas."""

    frame: Any
    columns: Columns


class SparkEngine:
    """Works on a cluster that is there, or within one process of Java on this machine.

    Raises:
        OSError: There is no Java, or no cluster at the address.
    """

    def __init__(self, cluster: Cluster) -> None:
        # Workers must not take another Python than the one that has the pipeline installed.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("PYTHONWARNINGS", _QUIET)
        warnings.filterwarnings("ignore", _OF_PANDAS, FutureWarning)
        self._count = 2 * cluster.workers
        builder = (
            SparkSession.builder.appName("staffing")
            .master(cluster.spark or f"local[{cluster.workers}]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.shuffle.partitions", str(self._count))
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.task.maxFailures", "1")
            .config("spark.executorEnv.PYTHONWARNINGS", _QUIET)
        )
        if cluster.spark is None:
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            builder = builder.config("spark.driver.host", "127.0.0.1")
        try:
            self._spark = builder.getOrCreate()
        except (PySparkException, Py4JError) as error:
            raise ConnectionError(str(error)) from error
        self._spark.sparkContext.setLogLevel("ERROR")

    def each(self, function: Callable[[Part], Any], parts: Sequence[Part]) -> list[Any]:
        """A task for each part."""
        spread = self._spark.sparkContext.parallelize(list(parts), len(parts))
        answers: list[Any] = spread.map(function).collect()
        return answers

    def over(
        self, function: Callable[[Part], pd.DataFrame], parts: Sequence[Part], columns: Columns
    ) -> _Table:
        """A partition for each part."""
        context = self._spark.sparkContext
        places = self._spark.createDataFrame(
            context.parallelize([(place,) for place in range(len(parts))], len(parts)),
            "place long",
        )
        known = tuple(parts)
        # Lambdas, as below: Spark would look for types in anything else.
        made = lambda frames: _over(frames, function, known)  # noqa: E731
        return self._kept(places.mapInPandas(made, _schema(columns)), columns)

    def select(
        self,
        table: _Table,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> _Table:
        """Batch by batch."""
        known = table.columns
        made = lambda frames: _select(frames, function, known)  # noqa: E731
        return _Table(table.frame.mapInPandas(made, _schema(columns)), columns)

    def by_key(
        self,
        table: _Table,
        key: str,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> _Table:
        """All rows of a key meet in one bucket."""
        count = self._count
        if key == "part":  # as evenly as can be: each is much work
            count = max(count, table.frame.rdd.getNumPartitions())
        bucket = sql.pmod(sql.hash(key), sql.lit(count))
        grouped = table.frame.withColumn(_BUCKET, bucket).groupBy(_BUCKET)
        known = table.columns
        made = lambda frame: _by_key(frame, function, known)  # noqa: E731
        return self._kept(grouped.applyInPandas(made, _schema(columns)), columns)

    def union(self, tables: Sequence[_Table]) -> _Table:
        """All rows."""
        first, *others = tables
        frame = first.frame
        for table in others:
            frame = frame.unionByName(table.frame)
        return _Table(frame, first.columns)

    def collect(self, table: _Table) -> pd.DataFrame:
        """The rows, brought here."""
        return _typed(table.frame.toPandas(), table.columns)

    def close(self) -> None:
        """End the session."""
        self._spark.stop()

    def _kept(self, frame: Any, columns: Columns) -> _Table:  # noqa: ANN401
        """Made once, however often it is used."""
        return _Table(frame.persist(), columns)


def _schema(columns: Columns) -> str:
    return ", ".join(f"{name} {_TYPES[kind]}" for name, kind in columns.items())


def _typed(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Rows with the types that our functions know, whatever Spark made of them."""
    if frame.empty:
        return empty(columns)
    return frame[list(columns)].astype(dict(columns)).reset_index(drop=True)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows as Spark takes them: it cannot hand on text that pandas keeps in several pieces."""
    texts = [name for name, kind in frame.dtypes.items() if kind == "str"]
    return frame.astype(dict.fromkeys(texts, object))


def _over(
    frames: Iterable[pd.DataFrame],
    function: Callable[[Part], pd.DataFrame],
    parts: Sequence[Part],
) -> Iterator[pd.DataFrame]:
    for frame in frames:
        for place in _typed(frame, _PLACE)["place"]:
            yield _plain(function(parts[int(place)]))


def _select(
    frames: Iterable[pd.DataFrame],
    function: Callable[[pd.DataFrame], pd.DataFrame],
    columns: Columns,
) -> Iterator[pd.DataFrame]:
    for frame in frames:
        yield _plain(function(_typed(frame, columns)))


def _by_key(
    frame: pd.DataFrame, function: Callable[[pd.DataFrame], pd.DataFrame], columns: Columns
) -> pd.DataFrame:
    return _plain(function(_typed(frame, columns)))
