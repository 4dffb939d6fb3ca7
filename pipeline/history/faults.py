"""Why the history store could not be used. No message holds a password of its URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import URL


class HistoryError(InputError):
    """The history store cannot be used."""

    code = "H000"


class StoreUrlFaulty(HistoryError):  # noqa: N818 -- each is named for what is wrong
    """The URL of the store is no URL, or of a kind of database that is not supported."""

    code = "H001"


class StoreUnusable(HistoryError):  # noqa: N818
    """The store is damaged, unreachable, locked for too long, or not ours to read or write."""

    code = "H002"


class StoreNewer(HistoryError):  # noqa: N818
    """A later version of this program has migrated the store."""

    code = "H003"


class SwitchedOff(HistoryError):  # noqa: N818
    """Nothing is remembered, by configuration."""

    code = "H005"


class NoStore(HistoryError):  # noqa: N818
    """Nothing is remembered yet."""

    code = "H004"


def shown(url: URL) -> str:
    """A URL as it may be told: without its password, and without its query, which may hold one."""
    return url.set(query={}).render_as_string(hide_password=True)
