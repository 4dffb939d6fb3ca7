"""A published run read back: its manifest, its initiatives, its facts."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import manifest
from pipeline.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

INITIATIVES: Final = "initiatives.parquet"


class RunUnreadable(InputError):  # noqa: N818 -- named for what it is
    """A folder has a manifest but not what a run publishes."""

    code = "I096"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run.

    Raises:
        RunUnreadable: It is none.
    """
    path = folder / manifest.NAME
    try:
        published: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(published["as_of"])
        _ = published["run_id"], published["ruleset"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunUnreadable(
            "this is no manifest of a run",
            hint="Name a folder that `staffing classify` published, or a portfolio",
            at=Location(path=path),
        ) from error
    return published


def part_with(folder: Path, initiative_id: str) -> str:
    """The file of an initiative in the tables of a run in parts; "" where each table is one file.

    Raises:
        RunUnreadable: A file is damaged.
    """
    path = folder / INITIATIVES
    if not path.is_dir():
        return ""
    for part in sorted(path.iterdir()):
        ids = read_initiatives(folder, part.name, columns=["initiative_id"])
        if (ids["initiative_id"] == initiative_id).any():
            return part.name
    return ""


def read_initiatives(
    folder: Path, part: str = "", columns: list[str] | None = None
) -> pd.DataFrame:
    """The rows of initiatives.parquet, or of one part of it; all columns if none are named.

    Raises:
        RunUnreadable: The file is missing or damaged.
    """
    path = folder / INITIATIVES / part
    try:
        frame: pd.DataFrame = pq.read_table(path, columns=columns).to_pandas()
    except (OSError, pa.ArrowInvalid) as error:
        raise RunUnreadable(
            "the initiatives of this run cannot be read",
            hint="Run `staffing classify` again on its portfolio",
            at=Location(path=path),
        ) from error
    return frame


def check_whole(folder: Path, published: Mapping[str, Any], name: str) -> None:
    """Make sure that a file of a run is still what its manifest says.

    Raises:
        RunUnreadable: It is missing or was changed.
    """
    path = folder / name
    listed = {entry.get("name"): entry.get("sha256") for entry in published.get("outputs", ())}
    try:
        with path.open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == listed.get(name)
    except OSError:
        is_whole = False
    if not is_whole:
        raise RunUnreadable(
            "this is not the file that the run published",
            hint="Restore the folder from a copy, or leave it out",
            at=Location(path=path),
        )
