"""The rules of every run, kept so that later data can be decided by earlier rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from pipeline.history.tables import RULESETS

if TYPE_CHECKING:
    from collections.abc import Mapping


def keep(connection: Connection, sha256: str, files: Mapping[str, str]) -> None:
    """Keep the files of a ruleset, once."""
    known = connection.execute(select(RULESETS.c.sha256).where(RULESETS.c.sha256 == sha256))
    if files and known.first() is None:
        text = json.dumps(dict(files), sort_keys=True)
        connection.execute(insert(RULESETS), [{"sha256": sha256, "files": text}])


def files_of(connection: Connection, sha256: str) -> dict[str, str]:
    """The files of a ruleset by their paths; none where nobody kept them."""
    query = select(RULESETS.c.files).where(RULESETS.c.sha256 == sha256)
    text = connection.execute(query).scalar()
    return {} if text is None else dict(json.loads(text))
