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
_START: Final = {
    "dask": "See whether this machine may start processes and listen on 127.0.0.1",
    "spark": "Install Java 17, or set JAVA_HOME to where it is",
}


class EngineMissing(ConfigError):  # noqa: N818 -- named for what is wrong
    """An engine is asked for that is not installed, cannot be started or cannot be reached."""

    code = "C006"


@contextmanager
def engine_of(name: Name, cluster: Cluster) -> Iterator[Engine]:
    """An engine, for as long as it is needed.

    Raises:
        EngineMissing: It is an extra that is not installed, or its cluster cannot be reached.
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
            f"--engine {name}: it is not installed",
            hint=f"Install the extra, pip install -c constraints.txt -e '.[{name}]'",
        )
    try:
        return _engine(name, cluster)
    except (OSError, ValueError) as error:
        where = cluster.dask if name == "dask" else cluster.spark
        told = str(error).partition("\n")[0].strip(" .") or type(error).__name__
        raise EngineMissing(
            f"--engine {name}: no engine at {where}: {told}"
            if where
            else f"--engine {name}: it does not start: {told}",
            hint=f"Check the address {name} under [cluster], and that the cluster is up"
            if where
            else _START[name],
        ) from error


def _engine(name: Name, cluster: Cluster) -> Engine:
    if name == "dask":
        from pipeline.scale.dask import DaskEngine  # noqa: PLC0415 -- an extra

        return DaskEngine(cluster)
    from pipeline.scale.spark import SparkEngine  # noqa: PLC0415 -- an extra

    return SparkEngine(cluster)
