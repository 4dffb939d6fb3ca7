"""Parts on the workers of Dask: tables are its data frames, keys meet by its shuffle."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import dask
import dask.dataframe as dd
from distributed import Client, LocalCluster

from pipeline.scale.tables import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from pipeline.ingest.parts import Part
    from pipeline.scale.tables import Columns
    from schemas.settings import Cluster

# Keys are spread over so many more partitions than there are parts.
_MOST_PARTITIONS = 256


class DaskEngine:
    """Works on a cluster that is there, or starts processes of its own on this machine.

    Raises:
        OSError: There is no cluster at the address.
        ValueError: It is no address.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._config = dask.config.set({"dataframe.convert-string": False})
        self._config.__enter__()
        self._cluster: Any = None
        if cluster.dask is None:
            self._cluster = LocalCluster(
                n_workers=cluster.workers,
                threads_per_worker=1,  # durable_rules takes one thread
                dashboard_address=None,
                host="127.0.0.1",
                silence_logs=logging.CRITICAL,
                # Whoever reaches a scheduler can have it run anything under this account.
                security=True,
                protocol="tls://",
            )
        self._client: Any = None
        try:
            self._client = Client(cluster.dask if self._cluster is None else self._cluster)
        except BaseException:
            self.close()
            raise

    def each(self, function: Callable[[Part], Any], parts: Sequence[Part]) -> list[Any]:
        """A task for each part."""
        answers: list[Any] = self._client.gather(self._client.map(function, parts, pure=False))
        return answers

    def over(
        self, function: Callable[[Part], pd.DataFrame], parts: Sequence[Part], columns: Columns
    ) -> Any:  # noqa: ANN401 -- a frame of Dask
        """A partition for each part."""
        return self._kept(dd.from_map(function, list(parts), meta=empty(columns)))

    def select(
        self,
        table: Any,  # noqa: ANN401
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> Any:  # noqa: ANN401
        """Partition by partition."""
        return table.map_partitions(function, meta=empty(columns))

    def by_key(
        self,
        table: Any,  # noqa: ANN401
        key: str,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> Any:  # noqa: ANN401
        """All rows of a key meet in one partition."""
        count = min(max(table.npartitions, 1), _MOST_PARTITIONS)
        met = table.shuffle(on=key, npartitions=count, shuffle_method="tasks")
        return self._kept(met.map_partitions(function, meta=empty(columns)))

    def union(self, tables: Sequence[Any]) -> Any:  # noqa: ANN401
        """Partitions of all tables."""
        return dd.concat(list(tables), interleave_partitions=False)

    def collect(self, table: Any) -> pd.DataFrame:  # noqa: ANN401
        """The rows, brought here."""
        frame: pd.DataFrame = table.compute()
        return frame.reset_index(drop=True)

    def close(self) -> None:
        """Leave the cluster, and end it if it is ours."""
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()
        self._config.__exit__(None, None, None)

    def _kept(self, table: Any) -> Any:  # noqa: ANN401
        """Made once, however often it is used."""
        return table.persist()
