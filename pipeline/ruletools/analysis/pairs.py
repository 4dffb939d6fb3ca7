"""Two rules that say the same, the one within the other, or the opposite of each other."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.engine import reference
from pipeline.formulas import holds, subjects
from pipeline.rulebook.rules import AdvisoryRule, EvidenceRule, Rule
from pipeline.ruletools.analysis import world
from pipeline.ruletools.analysis.findings import Finding, Severity
from pipeline.ruletools.analysis.regions import Region
from pipeline.ruletools.analysis.solver import Search
from pipeline.ruletools.set_faults import rule_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.facts.table import Fact

SAME, WITHIN, CONFLICT, OVERRULED = "A003", "A004", "A005", "A006"

AnyRule = TypeVar("AnyRule", bound=Rule)


class Pairs:
    """Which rule implies which.

    Args:
        alive: The smallest initiative that matches each rule that can match.
    """

    def __init__(self, alive: Mapping[str, Fact]) -> None:
        self._alive = alive
        self._known: dict[tuple[str, str], bool] = {}

    def implies(self, one: Rule, other: Rule) -> bool:
        """Whether every initiative that matches ``one`` matches ``other``; false for dead rules."""
        key = (one.id, other.id)
        if key not in self._known:
            self._known[key] = self._prove(one, other)
        return self._known[key]

    def _prove(self, one: Rule, other: Rule) -> bool:
        if one.id not in self._alive or other.id not in self._alive:
            return False
        # Nearly every pair ends here: one initiative is enough to tell them apart.
        if not reference.holds(other.when, self._alive[one.id]):
            return False
        return implies(one, other)

    def both(self, rules: Iterable[AnyRule]) -> Iterator[tuple[AnyRule, AnyRule]]:
        """Pairs that are in force together at some time, and of which one implies the other.

        The narrower one comes first, of two that match alike the one of the smaller id.
        """
        for one, other in combinations(rules, 2):
            if not _overlap(one, other):
                continue
            if self.implies(one, other):
                yield one, other
            elif self.implies(other, one):
                yield other, one

    def are_same(self, one: Rule, other: Rule) -> bool:
        """Whether two rules match the same initiatives."""
        return self.implies(one, other) and self.implies(other, one)


def implies(one: Rule, other: Rule) -> bool:
    """Whether no initiative matches ``one`` and not ``other``."""
    _, laws = world.laws(subjects(one.when, other.when))
    return not Search([*laws, holds(one.when), z3.Not(holds(other.when))]).possible()


def _overlap(one: Rule, other: Rule) -> bool:
    """Whether both are in force on some day."""
    return not _ends_before(one, other) and not _ends_before(other, one)


def _ends_before(one: Rule, other: Rule) -> bool:
    return bool(
        one.effective_until and other.effective_from and one.effective_until < other.effective_from
    )


def evidence(
    rules: Iterable[EvidenceRule], pairs: Pairs, alive: Mapping[str, Fact], folder: Path
) -> Iterator[Finding]:
    """Pairs of evidence rules that count one thing twice, or for both roles."""
    for narrow, wide in pairs.both(rules):
        same = pairs.are_same(narrow, wide)
        found = (
            _one_role(narrow, wide, same=same)
            if narrow.evidence_for == wide.evidence_for
            else _two_roles(narrow, wide, same=same)
        )
        if found:
            code, severity, problem, cure = found
            yield _finding(code, severity, (narrow, wide), problem, cure, alive, folder)


def _one_role(
    narrow: EvidenceRule, wide: EvidenceRule, *, same: bool
) -> tuple[str, Severity, str, str] | None:
    if same and narrow.aspect == wide.aspect:
        problem = f"{wide.id} matches exactly the initiatives that {narrow.id} does"
        return SAME, "error", problem, "Delete one, or make them differ"
    if same:
        problem = (
            f"{wide.id} matches exactly the initiatives that {narrow.id} does, "
            "so one thing counts under two aspects"
        )
        return SAME, "notice", problem, "Delete one, unless both aspects shall count it"
    if narrow.aspect != wide.aspect:
        return None
    if not narrow.points:
        problem = (
            f"{narrow.id} adds nothing: {wide.id} matches wherever it does, and it has no points"
        )
        return WITHIN, "warning", problem, "Delete it, or give it a meaning of its own"
    problem = (
        f"wherever {narrow.id} matches, {wide.id} does, so together they give "
        f"{narrow.points + wide.points} points"
    )
    return WITHIN, "notice", problem, "Leave it where that is meant; else let the two bands part"


def _two_roles(
    narrow: EvidenceRule, wide: EvidenceRule, *, same: bool
) -> tuple[str, Severity, str, str] | None:
    if same:
        problem = f"{narrow.id} and {wide.id} match the same initiatives and speak for both roles"
        return CONFLICT, "error", problem, "Decide which role it speaks for; delete the other"
    if not narrow.points or wide.points < narrow.points:
        return None
    if wide.points == narrow.points:
        problem = (
            f"{narrow.id} does no more than level {wide.id}: wherever it matches, each gives "
            f"{wide.points} to its role"
        )
        return OVERRULED, "notice", problem, "Leave it where that is meant; else weigh it more"
    problem = (
        f"{narrow.id} can never tip a verdict: wherever it matches, {wide.id} gives "
        f"{wide.points} to the other role against its {narrow.points}"
    )
    return OVERRULED, "warning", problem, "Narrow the wider rule, or weigh the narrower one more"


def advisories(
    rules: Iterable[AdvisoryRule], pairs: Pairs, alive: Mapping[str, Fact], folder: Path
) -> Iterator[Finding]:
    """Advisories that always come together."""
    for one, other in pairs.both(rules):
        if pairs.are_same(one, other):
            problem = f"{other.id} is shown for exactly the initiatives that {one.id} is shown for"
            cure = "Make one advisory of them, or make them differ"
            yield _finding(SAME, "warning", (one, other), problem, cure, alive, folder)


def _finding(  # noqa: PLR0913, PLR0917 -- every part of a finding about a pair
    code: str,
    severity: Severity,
    pair: tuple[Rule, Rule],
    problem: str,
    cure: str,
    alive: Mapping[str, Fact],
    folder: Path,
) -> Finding:
    first, second = pair
    return Finding(
        code=code,
        severity=severity,
        place=rule_file(first, folder).path,
        rules=(first.id, second.id),
        problem=problem,
        cure=cure,
        example=alive[first.id],
        region=Region(conditions=(first.when,)),
    )
