"""Bring a store up to this version of the tables; one of a later version is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from pipeline.history.faults import StoreNewer

if TYPE_CHECKING:
    from pipeline.history.store import Store

HEAD: Final = "0001"
SCRIPTS: Final = Path(__file__).parent / "migrations"


def up(store: Store) -> None:
    """Make or migrate the tables, in one transaction; two processes at once do it one by one.

    Raises:
        StoreNewer: The store was migrated by a later version of this program.
    """
    with store.reading() as connection:
        if _version(connection) == HEAD:
            return
    # Only now, since it is slow to import and hardly ever needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with store.writing() as connection:
        version = _version(connection)  # another process may have been quicker
        if version not in ("", *known):
            raise StoreNewer(
                f"the history store {store.place} was made by a later version of this program",
                hint="Use that version, or name another store in [history] url",
            )
        if version != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)


def _version(connection: Connection) -> str:
    """The version of the tables, "" where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
