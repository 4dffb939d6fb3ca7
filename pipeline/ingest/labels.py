"""A name for every column of a table, told apart from all others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.header_row import Found


def labels_of(found: Found, filled: Sequence[bool] | None = None) -> tuple[str, ...]:
    """Make a unique label for every column; "" for one without header and cells.

    Args:
        found: The table and its header.
        filled: Which columns have cells, where not all rows of the table are at hand.
    """
    if filled is None:
        filled = filled_below(found)
    width = header_width(found)
    labels: list[str] = []
    taken: Counter[str] = Counter()
    for place, text in enumerate(found.texts):
        label = " ".join(text.split())
        if place >= width:
            # Cells to the right of the header are surplus, and reported row by row.
            labels.append("")
            continue
        if not label:
            if not filled[place]:
                labels.append("")
                continue
            label = f"column {place + 1}"
        base, number = label, taken[label]
        while label in labels:
            number += 1
            label = f"{base} ({number + (number == 1)})"
        taken[base] = number
        labels.append(label)
    return tuple(labels)


def filled_below(found: Found) -> list[bool]:
    """Which columns have a cell below the header that is not blank."""
    below = found.table.cells.iloc[found.last + 1 :]
    return [bool((below[place].str.strip() != "").any()) for place in below.columns]


def header_width(found: Found) -> int:
    """How many cells the header has, empty ones included."""
    return int(found.table.widths[found.first : found.last + 1].max())
