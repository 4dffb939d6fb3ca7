"""Reads ``schemas/demand.yaml``: words of the staffing demand, headers and problems of a roster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterProblemKind:
    """One reason for a row of a roster not to count."""

    meaning: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DemandWords:
    """What ``schemas/demand.yaml`` says, as it stands there; whoever compares folds."""

    closed: tuple[str, ...]
    headers: Mapping[str, tuple[str, ...]]
    grades: frozenset[str]
    problems: Mapping[str, RosterProblemKind]


@cache
def demand_words() -> DemandWords:
    """Read the file, once."""
    text = files("schemas").joinpath("demand.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = strict_yaml.load(text, name="demand.yaml")
    return DemandWords(
        closed=tuple(data["closed"]),
        headers={column: tuple(headers) for column, headers in data["roster"].items()},
        grades=frozenset(map(str, data["grades"])),
        problems={code: RosterProblemKind(**kind) for code, kind in data["problems"].items()},
    )
