"""What else changes when one fact does, and which values a fact cannot take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipeline.facts.table import Bools, FactTable, Scalar

# Facts that are made of another one and become unknown with it.
GONE_WITH: dict[str, tuple[str, ...]] = {"has_end_date": ("duration_days", "days_to_end")}
# Facts that are there as soon as another one is.
COME_WITH: dict[str, dict[str, Scalar]] = {"duration_days": {"has_end_date": True}}
# Counts that cannot be lower than what the portfolio itself shows.
AT_LEAST: dict[str, str] = {"project_count": "child_count"}


def changed(table: FactTable, name: str, value: Scalar | None) -> tuple[FactTable, tuple[str, ...]]:
    """The table with one fact set everywhere, ``None`` for unknown, and the names that changed."""
    names = [name]
    after = table.with_constant(name, value)
    if value is None:
        for other in GONE_WITH.get(name, ()):
            after = after.with_constant(other, None)
            names.append(other)
    else:
        for other, stated in COME_WITH.get(name, {}).items():
            after = after.with_constant(other, stated)
            names.append(other)
    return after, tuple(names)


def possible(table: FactTable, name: str, value: Scalar | None) -> Bools:
    """Where a fact could take a value: no correction of a count hides rows that are there."""
    floor = table.columns.get(AT_LEAST.get(name, ""))
    if floor is None:
        return np.ones(table.size, bool)
    least = np.where(floor.known, floor.values, 0)
    allowed: Bools = (least <= 0) if value is None else (least <= int(value))
    return allowed
