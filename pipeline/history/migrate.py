"""Bring a store up to this version of the tables; one of a later version is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    text,
)

from pipeline.history.faults import StoreNewer
from pipeline.history.tables import METADATA

if TYPE_CHECKING:
    from alembic.config import Config

    from pipeline.history.store import Store

HEAD: Final = "0002"
SCRIPTS: Final = Path(__file__).parent / "migrations"
# As Alembic itself makes it.
_STAMP: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def up(store: Store) -> None:
    """Make or migrate the tables, in one transaction; two processes at once do it one by one.

    Raises:
        StoreNewer: The store was migrated by a later version of this program.
    """
    with store.reading() as connection:
        if _version(connection) == HEAD:
            return
    with store.writing() as connection:
        version = _version(connection)  # another process may have been quicker
        if version == HEAD:
            return
        if not version:
            _make(connection)
        else:
            _migrate(connection, version, store.place)


def version_of(connection: Connection, place: str) -> str:
    """The version of the tables of a store, "" where there are none.

    Raises:
        StoreNewer: This program does not know it.
    """
    version = _version(connection)
    if version not in ("", HEAD):
        _known_only(alembic_config(connection), version, place)
    return version


def _make(connection: Connection) -> None:
    """All tables as they are now; a test holds that migrations lead to the same."""
    # A table that is there already is none of ours, so the database may refuse it.
    METADATA.create_all(connection, checkfirst=False)
    _STAMP.create(connection, checkfirst=True)
    connection.execute(insert(_STAMP).values(version_num=HEAD))


def _migrate(connection: Connection, version: str, place: str) -> None:
    # Only now, since it is slow to import and hardly ever needed.
    from alembic import command  # noqa: PLC0415

    config = alembic_config(connection)
    _known_only(config, version, place)
    command.upgrade(config, HEAD)


def _known_only(config: Config, version: str, place: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- slow to import

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version not in known:
        raise StoreNewer(
            f"the history store {place} was made by a later version of this program",
            hint="Use that version, or name another store in [history] url",
        )


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to know of our scripts; they run on ``connection``."""
    from alembic.config import Config  # noqa: PLC0415 -- slow to import

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str:
    """The version of the tables, "" where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
