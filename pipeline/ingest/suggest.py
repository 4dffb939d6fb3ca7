"""Words for a table without names: what was found, what comes close, what to write."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.ingest.headers import comparable
from pipeline.ingest.refusals import NameMissing
from schemas.aliases import alias_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.errors import Location

_SHOWN = 30
_CLOSE = 0.75


def missing_name(labels: Sequence[str], at: Location) -> NameMissing:
    """Make the refusal of a table in which no header means the name of an initiative.

    Args:
        labels: The headers that were found.
        at: The file, the sheet and the line of the header.
    """
    shown = ", ".join(f"'{label[:60]}'" for label in labels[:_SHOWN])
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    close = _close(labels)
    if close:
        advice = "; ".join(f"'{label[:60]}' comes close to '{alias}'" for label, alias in close)
        example = close[0][0]
    else:
        advice = "None of them comes close to 'Name', 'Project name' or 'Title'"
        example = next((label for label in labels if label), "Project name")
    return NameMissing(
        f"no column holds the name of the initiatives; the headers are {shown or 'none'}{more}",
        hint=(
            f"{advice}. Rename the column to 'Name', or write a mapping file with the line "
            f"'name: {example[:60]}' and pass it with --mapping."
        ),
        at=at,
    )


def _close(labels: Sequence[str]) -> list[tuple[str, str]]:
    column = alias_table().columns["name"]
    known = [alias.header for alias in column.aliases]
    found = []
    for label in labels[:200]:
        key = comparable(label[:200])
        if key not in column.never:
            match = get_close_matches(key, known, n=1, cutoff=_CLOSE)
            found += [(label, match[0])] if match else []
    return found[:5]
