"""What is said of one fact: its type, unit, meaning and origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FactKind = Literal["integer", "number", "boolean", "choice", "terms"]
Family = Literal["structure", "graph", "text", "size", "context", "tally", "outcome", "cluster"]

ROLES = ("project_manager", "program_manager")


@dataclass(frozen=True, kw_only=True, slots=True)
class FactSpec:
    """One fact name.

    ``columns`` are the canonical columns it is made from. ``actionable`` marks facts that a PMO can
    change or correct, in steps of ``step`` (in ``unit``) between ``least`` and ``most``; only these
    may be named in a counterfactual. Unknown is always the absence of the fact; ``terms`` alone is
    never unknown, only empty. ``question`` asks the owner for it; "" where no owner could answer.
    """

    name: str
    kind: FactKind
    family: Family
    meaning: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    actionable: bool = False
    step: float = 1
    least: float = 0
    most: float = 1_000_000
    question: str = ""
