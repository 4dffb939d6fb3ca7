"""Open the history store: an SQLite file by default, PostgreSQL where a URL names one."""

from __future__ import annotations

import errno
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pandera.errors import SchemaError, SchemaErrors
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from pipeline.history import decisions, migrate, past, runs
from pipeline.history.faults import StoreUnusable, StoreUrlFaulty, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from sqlalchemy import URL

NAME: Final = "history.sqlite"
FILE_MODE: Final = 0o640
PATIENCE: Final = 30  # seconds to wait for another process that writes
_DRIVERS: Final = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_DATABASE_SIZE: Final = text("SELECT pg_database_size(current_database())")
# Any number, as long as every process of ours takes the same.
_WRITER: Final = 7_164_015_112


class Store:
    """An open history store; each method is one transaction, and none leaves a connection open."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    @property
    def place(self) -> str:
        """The store's URL, without secrets."""
        return self._place

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; writers do not wait for it to be taken.

        Raises:
            StoreUnusable: The database refuses.
        """
        reader = self._engine.execution_options(is_reader=True)
        with _refusals(self._place), reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, one writer at a time; undone if anything is raised in it.

        Raises:
            StoreUnusable: The database refuses, or another writer keeps it for too long.
        """
        with _refusals(self._place), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER})
            yield connection

    def record_decisions(self, run_id: str, rows: pd.DataFrame) -> int:
        """Record what was decided in the workbook of a run; see ``decisions.record``."""
        with self.writing() as connection:
            return decisions.record(connection, run_id, rows)

    def decisions_in_force(self, standing: pd.DataFrame) -> pd.DataFrame:
        """The latest decision on each initiative; see ``decisions.in_force``."""
        with self.reading() as connection:
            return decisions.in_force(connection, standing)

    def decided_in(self, run_id: str) -> pd.DataFrame | None:
        """What a run decided, ``None`` if it is not remembered; see ``past.decided``."""
        with self.reading() as connection:
            run = runs.find(connection, run_id)
            return None if run is None else past.decided(connection, run.number)

    def decisions_given(self) -> pd.DataFrame:
        """Every latest decision and what it was taken on; see ``decisions.given``."""
        with self.reading() as connection:
            return decisions.given(connection)


def connect(url: str | Path) -> Store:
    """Open a store, make it where there is none, and bring it up to this version.

    Args:
        url: A database URL of SQLite or PostgreSQL, or the path of an SQLite file.

    Raises:
        StoreUrlFaulty: It is no URL, or of another kind of database.
        StoreUnusable: The store is damaged, unreachable or not ours to write.
        StoreNewer: A later version of this program made it.
    """
    parsed = _parsed(url)
    place = shown(parsed)
    with _refusals(place):
        if parsed.get_backend_name() == "sqlite":
            _make_private(parsed)
        store = Store(_engine(parsed), place)
        migrate.up(store)
    return store


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A store as it stands; ``version`` is that of its tables, "" where none are made yet."""

    place: str
    version: str
    runs: int
    size: int

    @property
    def is_current(self) -> bool:
        """Whether its tables are those of this program."""
        return self.version == migrate.HEAD


def look(url: str | Path) -> Look | None:
    """See how a store stands; nothing is made, migrated or written.

    Args:
        url: As for ``connect``.

    Returns:
        ``None`` where there is no such file yet.

    Raises:
        StoreUrlFaulty: It is no URL, or of another kind of database.
        StoreUnusable: The store is damaged, unreachable or not ours to write.
        StoreNewer: A later version of this program made it.
    """
    parsed = _parsed(url)
    place = shown(parsed)
    path = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    if path is not None:
        if not os.path.lexists(path):
            return None
        with _refusals(place):
            _may_write(path)
    store = Store(_engine(parsed), place)
    with store.reading() as connection:
        version = migrate.version_of(connection, place)
        runs = connection.execute(text("SELECT count(*) FROM run")).scalar() if version else 0
        size = path.stat().st_size if path else connection.execute(_DATABASE_SIZE).scalar()
    return Look(place=place, version=version, runs=int(runs or 0), size=int(size or 0))


def _may_write(path: Path) -> None:
    """A journal is made beside the file, so the folder has to be ours to write, too."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link")
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _parsed(url: str | Path) -> URL:
    if isinstance(url, Path):
        return make_url("sqlite://").set(database=str(url))
    try:
        parsed = make_url(url)
        driver = _DRIVERS[parsed.drivername]
    except (ArgumentError, KeyError, ValueError):
        # The text itself is not shown: what is no URL may still hold a password.
        raise StoreUrlFaulty(
            "the URL of the history store is none of SQLite or PostgreSQL",
            hint="Write sqlite:///folder/history.sqlite or postgresql://user@host/database",
        ) from None
    return parsed.set(drivername=driver)


def _engine(url: URL) -> Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    waits: dict[str, Any] = {"timeout": PATIENCE} if is_sqlite else {"connect_timeout": PATIENCE}
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=waits, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreUrlFaulty(
            f"{shown(url)} needs the driver {error.name}, which is not installed",
            hint="Install it: pip install 'staffing-classifier[postgresql]'",
        ) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: object) -> None:  # noqa: ANN401 -- of the driver
    """Leave transactions to us: the driver would begin none before a change of tables.

    The journal stays SQLite's default, not the write-ahead log: one file holds everything, readers
    need no right to write, and it works on a network disk.
    """
    raw.isolation_level = None
    raw.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    is_reader = connection.get_execution_options().get("is_reader", False)
    # A writer waits for its turn here: one that had read first could not wait any more.
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


def _make_private(url: URL) -> None:
    """A new SQLite file gets our mode, whatever the umask; a link is never followed."""
    if not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link")
    if path.exists():
        return
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, FILE_MODE)
    except FileExistsError:
        return  # another process was quicker
    try:
        os.fchmod(handle, FILE_MODE)
    finally:
        os.close(handle)


@contextmanager
def _refusals(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unusable(place, error.strerror or type(error).__name__) from error
    except DBAPIError as error:
        # Its own text has the statement; what the driver says has no value of ours in it.
        raise _unusable(place, str(error.orig).strip().splitlines()[0]) from None
    except (json.JSONDecodeError, SchemaError, SchemaErrors) as error:
        raise _unusable(place, "it holds what this program never wrote") from error
    except SQLAlchemyError as error:
        raise _unusable(place, type(error).__name__) from None


def _unusable(place: str, reason: str) -> StoreUnusable:
    return StoreUnusable(
        f"the history store {place} cannot be used: {reason}",
        hint="Mend or move it away; `staffing history backfill` fills a new one from run folders",
    )
