"""Which engine works on the parts, and how it is started and given back."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import ConfigError
from pipeline.scale.engine import Engine, LocalEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings import Cluster

Name = Literal["local", "dask", "spark"]
_NEEDED: Final = {"dask": "distributed", "spark": "pyspark"}


class EngineMissing(ConfigError):  # noqa: N818 -- named for what is wrong
    """An engine is asked for that is not installed, or cannot be reached."""

    code = "C006"


@contextmanager
def engine_of(name: Name, cluster: Cluster) -> Iterator[Engine]:
    """An engine, for as long as it is needed.

    Raises:
        EngineMissing: It is an extra that is not installed.
    """
    engine = _started(name, cluster)
    try:
        yield engine
    finally:
        engine.close()


def _started(name: Name, cluster: Cluster) -> Engine:
    if name == "local":
        return LocalEngine()
    if find_spec(_NEEDED[name]) is None:
        raise EngineMissing(
            f"the engine {name} is not installed",
            hint=f"Install the extra, pip install 'staffing-classifier[{name}]'",
        )
    if name == "dask":
        from pipeline.scale.dask import DaskEngine  # noqa: PLC0415 -- an extra

        return DaskEngine(cluster)
    from pipeline.scale.spark import SparkEngine  # noqa: PLC0415 -- an extra

    return SparkEngine(cluster)
