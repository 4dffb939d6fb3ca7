"""What the analysis finds: each with its place, its cure and an initiative to see it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.ruletools.analysis.regions import Region

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """Initiatives of a portfolio that a finding touches: how many, and the first few ids."""

    count: int
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing found.

    ``rules`` are the ids concerned, ``example`` the smallest initiative that shows it, ``region``
    all initiatives that it touches; both are ``None`` where there can be none. ``live`` is ``None``
    where no portfolio was looked at.
    """

    code: str
    severity: Severity
    place: Path
    problem: str
    cure: str
    rules: tuple[str, ...] = ()
    example: Fact | None = None
    region: Region | None = None
    live: Live | None = None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first, then by code and place."""
    return sorted(
        findings,
        key=lambda each: (
            SEVERITIES.index(each.severity),
            each.code,
            str(each.place),
            each.rules,
            each.problem,
        ),
    )
