"""What moves rows about: on this machine alone, or on the workers of Dask or Spark.

An engine has a handful of operations, and all that is computed is computed by the functions that it
is given, which are the same for every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.ingest.parts import Part
    from pipeline.scale.tables import Columns


class Engine(Protocol):
    """Tables of an engine are its own; functions get and give frames of pandas.

    Every function may run in another process, and more than once: it can be pickled, reads the
    portfolio itself, and what it writes it may write again.
    """

    def each(self, function: Callable[[Part], Any], parts: Sequence[Part]) -> list[Any]:
        """Small answers about every part, in order."""

    def over(
        self, function: Callable[[Part], pd.DataFrame], parts: Sequence[Part], columns: Columns
    ) -> Any:  # noqa: ANN401 -- a table of the engine
        """A table of what a function makes of every part."""

    def select(
        self,
        table: Any,  # noqa: ANN401
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> Any:  # noqa: ANN401
        """A table of what a function makes of any rows of another."""

    def by_key(
        self,
        table: Any,  # noqa: ANN401
        key: str,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> Any:  # noqa: ANN401
        """A table of what a function makes of all rows of some keys; of each key once."""

    def union(self, tables: Sequence[Any]) -> Any:  # noqa: ANN401
        """All rows of some tables of the same columns."""

    def collect(self, table: Any) -> pd.DataFrame:  # noqa: ANN401
        """A small table as a frame."""

    def close(self) -> None:
        """Give back what the engine holds."""


class LocalEngine:
    """This process alone: tables are frames, and parts are read one after the other."""

    def each(self, function: Callable[[Part], Any], parts: Sequence[Part]) -> list[Any]:
        """One after the other."""
        return [function(part) for part in parts]

    def over(
        self, function: Callable[[Part], pd.DataFrame], parts: Sequence[Part], columns: Columns
    ) -> pd.DataFrame:
        """One after the other."""
        return pd.concat([function(part) for part in parts], ignore_index=True)[list(columns)]

    def select(
        self,
        table: pd.DataFrame,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> pd.DataFrame:
        """All at once."""
        return function(table)[list(columns)]

    def by_key(
        self,
        table: pd.DataFrame,
        key: str,  # noqa: ARG002 -- all keys are here
        function: Callable[[pd.DataFrame], pd.DataFrame],
        columns: Columns,
    ) -> pd.DataFrame:
        """All at once."""
        return function(table)[list(columns)]

    def union(self, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """One below the other."""
        return pd.concat(tables, ignore_index=True)

    def collect(self, table: pd.DataFrame) -> pd.DataFrame:
        """The frame itself."""
        return table

    def close(self) -> None:
        """Nothing is held."""
