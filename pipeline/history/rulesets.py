"""The rules of every run, kept so that later data can be decided by earlier rules."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, insert, select

from pipeline.history.tables import RULESETS
from pipeline.rulebook import loader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.rulebook.rules import Ruleset

# Where a file may be put when a ruleset is laid out again; a database is not ours alone to write.
_PATH: Final = re.compile(r"(?:[A-Za-z0-9_]+/)?[A-Za-z0-9_.-]+\.yaml")

_TIMED: Final = "effective_"  # of a rule that is in force for some time only
_SOME_DAY: Final = date.min.isoformat()


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


def load(files: Mapping[str, str], *, as_of: str) -> Ruleset:
    """The ruleset as it was in force on a day; asked for again, it is the very same.

    Raises:
        RulebookError: Today's program cannot run it.
    """
    day = as_of if is_timed(files) else _SOME_DAY
    return _laid_out(tuple(sorted(files.items())), day)


def is_timed(files: Mapping[str, str]) -> bool:
    """Whether other rules of the same files may be in force on another day."""
    return any(_TIMED in text for text in files.values())


# One night or one story compares runs of few rulesets, over and over.
@lru_cache(maxsize=4)
def _laid_out(files: tuple[tuple[str, str], ...], as_of: str) -> Ruleset:
    with tempfile.TemporaryDirectory(prefix="staffing-rules-") as folder:
        root = Path(folder)
        for name, text in files:
            if _PATH.fullmatch(name):
                path = root / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return loader.load(root, as_of=date.fromisoformat(as_of))
