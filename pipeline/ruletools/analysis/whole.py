"""Every analysis of the whole set, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.ruletools.analysis import (
    factors,
    gaps,
    ordered,
    pairs,
    reach,
    single,
    unused,
    verdicts,
)
from pipeline.ruletools.analysis.findings import SEVERITIES, Finding, Live, Severity, in_order
from pipeline.ruletools.analysis.solver import Unsettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.facts.table import FactTable
    from pipeline.rulebook.rules import Ruleset
    from pipeline.ruletools.analysis.reach import Reach
    from pipeline.ruletools.analysis.regions import Region

BROKEN_OFF = "A090"
_MOST_IDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What was found, the worst first, and how far each role's score reaches, if settled."""

    findings: tuple[Finding, ...]
    reach: tuple[Reach, ...]

    def at_least(self, severity: Severity) -> bool:
        """Whether anything found is as bad as that."""
        worst = SEVERITIES.index(severity)
        return any(SEVERITIES.index(each.severity) <= worst for each in self.findings)


def analyse(ruleset: Ruleset, folder: Path) -> Analysis:
    """Examine a rulebook over every initiative there could be.

    Args:
        ruleset: A rulebook that has been loaded.
        folder: Where it was loaded from, to name files by.
    """
    alive = single.smallest_matches(ruleset.rules)
    known = pairs.Pairs(alive)
    try:
        reached = reach.reaches(ruleset)
    except Unsettled:
        reached = ()
    searches: dict[str, Iterable[Finding]] = {
        "rules that can never match": single.dead(ruleset.rules, alive, folder),
        "rules that always match": single.always(ruleset.rules, folder),
        "pairs of evidence rules": pairs.evidence(ruleset.evidence, known, alive, folder),
        "pairs of advisories": pairs.advisories(ruleset.advisory, known, alive, folder),
        "aspects": gaps.aspects(ruleset, alive, folder),
        "bands that say nothing": gaps.bands(ruleset, folder),
        "what usual columns cannot tell": gaps.usual(ruleset, folder),
        "verdicts": verdicts.analyse(ruleset, verdicts.Tallies(ruleset), alive, folder),
        "advisories never shown": verdicts.advisories(ruleset, alive, folder),
        "cluster rules": ordered.clusters(ruleset.cluster, alive, folder),
        "levels of complexity": factors.analyse(ruleset, known, alive, folder),
        "what nobody reads": unused.analyse(ruleset, alive, folder),
        "reach of the scores": reach.tilt(reached, folder),
    }
    found = [each for name, search in searches.items() for each in _settled(name, search, folder)]
    return Analysis(findings=tuple(in_order(found)), reach=reached)


def _settled(name: str, search: Iterable[Finding], folder: Path) -> Iterator[Finding]:
    """What a search finds, and that it was broken off where the solver gave up."""
    try:
        yield from search
    except Unsettled:
        yield Finding(
            code=BROKEN_OFF,
            severity="notice",
            place=folder,
            problem=f"the search for {name} was too hard to finish",
            cure="Make the rules simpler; nesting and many thresholds of one fact are hard",
        )


def with_live(analysis: Analysis, table: FactTable, ids: Sequence[str]) -> Analysis:
    """Count the initiatives of a portfolio that each finding touches.

    Args:
        analysis: What was found.
        table: Facts of the initiatives, with their tally and outcome.
        ids: Their ids, in the same order.
    """
    return replace(
        analysis,
        findings=tuple(
            replace(each, live=_live(each.region, table, ids)) if each.region else each
            for each in analysis.findings
        ),
    )


def _live(region: Region, table: FactTable, ids: Sequence[str]) -> Live:
    places = region.where(table).nonzero()[0].tolist()
    return Live(count=len(places), ids=tuple(ids[place] for place in places[:_MOST_IDS]))
