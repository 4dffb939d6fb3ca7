"""Parents that are named by another id of the same export, such as Jira's issue id, not the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipeline.ingest.mapping import Mapped


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondKeys:
    """Ids that count, by the other id of the same row, where ``parent`` names parents by it."""

    parent: str
    other: str
    first_of: Mapping[str, str]

    def read(self, cells: pd.DataFrame) -> pd.DataFrame:
        """The rows with their parents named by the ids that count."""
        named = cells[self.parent].str.strip()
        return cells.assign(**{self.parent: named.map({"": "", **self.first_of}).astype("str")})

    @property
    def notice(self) -> Problem:
        """What was done, for those who look into the file."""
        value = f"named by '{self.other}'"
        return Problem(source_line=0, code="parent-by-second-key", column=self.parent, value=value)


def key_labels(mapped: Mapped) -> tuple[str, ...]:
    """The id that counts, the parent, the other ids; empty where there is nothing to ask."""
    columns = {column.canonical: column.headers for column in mapped.columns}
    if not mapped.other_keys or not {"initiative_id", "parent_id"} <= columns.keys():
        return ()
    return (columns["initiative_id"][0], columns["parent_id"][0], *mapped.other_keys)


def second_keys(cells: pd.DataFrame, labels: tuple[str, ...]) -> SecondKeys | None:
    """Find out whether parents are named by another id.

    Nothing is guessed: they are only where not all of them are ids that count, and all of them are
    found in one other id column that tells its rows apart.

    Args:
        cells: The rows of the whole file, at least under ``labels``.
        labels: As ``key_labels`` gives them.
    """
    if not labels or not set(labels) <= set(cells.columns):
        return None
    first, named = (cells[label].str.strip() for label in labels[:2])
    parents = set(named) - {""}
    if not parents or parents <= set(first):
        return None
    for other in labels[2:]:
        second = cells[other].str.strip()
        said = second[second != ""]
        keys = dict(zip(second[first != ""], first[first != ""], strict=True))
        if parents <= keys.keys() and not said.duplicated().any():
            kept = {parent: keys[parent] for parent in parents}
            return SecondKeys(parent=labels[1], other=other, first_of=kept)
    return None
