"""What two rulebooks decide differently: proved equal, or shown by an initiative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped, unused-ignore]

from pipeline.formulas import holds
from pipeline.ruletools.analysis import regions
from pipeline.ruletools.analysis.diff_phrases import ChangedPhrases, changed_phrases
from pipeline.ruletools.analysis.regions import Region
from pipeline.ruletools.analysis.shifts import Shift, Unproved, ratings, verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.facts.table import Fact
    from pipeline.rulebook.rules import Rule, Ruleset

Cases = tuple[tuple[Region, "Fact"], ...]

# What a rule does besides its condition.
_ATTRIBUTES = (
    "status",
    "aspect",
    "evidence_for",
    "weight",
    "decisive",
    "factor",
    "level",
    "order",
    "verdict",
    "at_least",
    "at_most",
    "severity",
    "recommendation",
    "effective_from",
    "effective_until",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedRule:
    """A rule of both rulebooks whose meaning differs.

    ``attributes`` maps a name to its old and new value. ``gained`` and ``lost`` are the regions
    that only the new and only the old condition match; both empty means that the two conditions are
    proved to match the same initiatives.
    """

    id: str
    title: str
    attributes: Mapping[str, tuple[str, str]]
    old_when: str
    new_when: str
    gained: Cases
    lost: Cases

    @property
    def differs(self) -> bool:
        """Whether it matches other initiatives, or does something else with them."""
        return bool(self.attributes or self.gained or self.lost)


@dataclass(frozen=True, kw_only=True, slots=True)
class RulebookDiff:
    """Everything that differs.

    ``verdicts`` has the smallest initiative for each change of verdict there is; where it and
    ``unproved`` are empty, both rulebooks are proved to give every initiative the same verdict, as
    long as it mentions the same phrase lists. ``ratings`` is the same for factors of complexity.
    """

    old_version: str
    new_version: str
    added: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]
    changed: tuple[ChangedRule, ...]
    phrases: tuple[ChangedPhrases, ...]
    verdicts: tuple[Shift, ...]
    ratings: tuple[Shift, ...]
    unproved: tuple[Unproved, ...]

    @property
    def differs(self) -> bool:
        """Whether anything differs in meaning; what is not proved to be the same does."""
        several = (self.added, self.gone, self.phrases, self.verdicts, self.ratings, self.unproved)
        return any(several) or any(rule.differs for rule in self.changed)


def compare(old: Ruleset, new: Ruleset) -> RulebookDiff:
    """Compare two rulebooks by what they mean, not by how they are written."""
    shifts, unproved = verdicts(old, new)
    both = [rule_id for rule_id in old.by_id if rule_id in new.by_id]
    return RulebookDiff(
        old_version=old.version,
        new_version=new.version,
        added=_only_in(new, old),
        gone=_only_in(old, new),
        changed=tuple(
            _changed(old.by_id[rule_id], new.by_id[rule_id])
            for rule_id in sorted(both)
            if old.by_id[rule_id].sha256 != new.by_id[rule_id].sha256
        ),
        phrases=tuple(changed_phrases(old, new)),
        verdicts=shifts,
        ratings=ratings(old, new),
        unproved=unproved,
    )


def _only_in(one: Ruleset, other: Ruleset) -> tuple[tuple[str, str], ...]:
    return tuple(
        (rule_id, rule.title)
        for rule_id, rule in sorted(one.by_id.items())
        if rule_id not in other.by_id
    )


def _changed(old: Rule, new: Rule) -> ChangedRule:
    before = {name: str(getattr(old, name, "")) for name in _ATTRIBUTES}
    after = {name: str(getattr(new, name, "")) for name in _ATTRIBUTES}
    return ChangedRule(
        id=new.id,
        title=new.title,
        attributes={
            name: (before[name], after[name]) for name in _ATTRIBUTES if before[name] != after[name]
        },
        old_when=str(old.when),
        new_when=str(new.when),
        gained=_only_matched_by(new, old),
        lost=_only_matched_by(old, new),
    )


def _only_matched_by(one: Rule, other: Rule) -> Cases:
    if one.when == other.when:
        return ()
    formula = z3.And(holds(one.when), z3.Not(holds(other.when)))
    return tuple(regions.find(regions.target(formula, (one.when, other.when))))
