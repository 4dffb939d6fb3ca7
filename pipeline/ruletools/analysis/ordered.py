"""Rules of which the first that matches decides: what none covers, and which never come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import decided_by, holds, subjects
from pipeline.rulebook.rules import Rule
from pipeline.ruletools.analysis import regions, world
from pipeline.ruletools.analysis.findings import Finding
from pipeline.ruletools.analysis.solver import Search
from pipeline.ruletools.set_faults import rule_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import ClusterRule
    from pipeline.ruletools.analysis.regions import Region

UNCOVERED, SHADOWED = "A020", "A021"
REORDER = "Give it a smaller order, narrow the earlier rules, or delete it"

AnyRule = TypeVar("AnyRule", bound=Rule)


def uncovered(rules: Sequence[Rule]) -> list[tuple[Region, Fact]]:
    """Where none of some rules matches, each region with the smallest case of it."""
    conditions = tuple(rule.when for rule in rules)
    none = z3.Not(z3.Or([holds(condition) for condition in conditions]))
    return regions.find(regions.target(none, conditions))


def always_before(rules: Sequence[AnyRule], index: int) -> list[AnyRule]:
    """Earlier rules that together match wherever the rule at ``index`` does; fewest, if any."""
    rule, earlier = rules[index], rules[:index]
    search = Search(world.laws(subjects(*(each.when for each in rules)))[1])

    def is_taken(by: Sequence[AnyRule]) -> bool:
        return not search.possible(decided_by([*by, rule], len(by)))

    return fewest(earlier, is_taken) if is_taken(earlier) else []


def fewest(
    rules: Sequence[AnyRule], is_enough: Callable[[Sequence[AnyRule]], bool]
) -> list[AnyRule]:
    """Rules that cannot be spared, later ones left out first."""
    kept = list(rules)
    for rule in reversed(rules):
        rest = [each for each in kept if each is not rule]
        if is_enough(rest):
            kept = rest
    return kept


def names(rules: Sequence[Rule]) -> str:
    """Ids of some rules, as alternatives."""
    return " or ".join(rule.id for rule in rules)


def clusters(
    rules: Sequence[ClusterRule], alive: Mapping[str, Fact], folder: Path
) -> Iterator[Finding]:
    """Clusters that no rule speaks of, and cluster rules that never decide."""
    in_turn = sorted(rules, key=lambda rule: (rule.order, rule.id))
    for region, example in uncovered(in_turn) if in_turn else ():
        yield Finding(
            code=UNCOVERED,
            severity="error",
            place=folder / "cluster",
            problem=f"no cluster rule covers {region}",
            cure="End rules/cluster/ with a rule that always matches, such as "
            "cluster_member_count gte 1",
            example=example,
        )
    for index, rule in enumerate(in_turn):
        blockers = always_before(in_turn, index) if rule.id in alive else []
        if blockers:
            yield Finding(
                code=SHADOWED,
                severity="error",
                place=rule_file(rule, folder).path,
                rules=(rule.id,),
                problem=f"{rule.id} never decides: every cluster that matches it matches "
                f"{names(blockers)} before it",
                cure=REORDER,
                example=alive[rule.id],
            )
