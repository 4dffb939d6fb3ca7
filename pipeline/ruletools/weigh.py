"""Propose weights that fit the decisions of the project office, and say what they would change.

A rule is worth what it tells: the odds of its role among the initiatives it matched, over the odds
among all decisions. Up to about three times the odds it is a hint (1), up to ten typical (2), and
beyond that strong (3). A weight moves by one step at a time, and only where the whole interval of
the odds lies beyond the band of the weight it has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import TYPE_CHECKING, Final

from pipeline import verdict
from pipeline.engine.decide import Engine
from pipeline.rulebook.rules import EvidenceRule
from pipeline.ruletools.measures import Share, wilson
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.engine.decide import Decisions
    from pipeline.facts.store import Stored
    from pipeline.rulebook.rules import Rule, Ruleset
    from pipeline.ruletools.agreement import Agreement, Judged, RuleAgreement

LEAST_DECISIONS: Final = 20
LEAST_OF_A_ROLE: Final = 5
LEAST_MATCHES: Final = 10
_TYPICAL_FROM: Final = sqrt(10)
_STRONG_FROM: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Another weight for one rule. ``odds`` is what a match multiplies the odds by, low to high."""

    rule: EvidenceRule
    weight: int
    odds: tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What the proposed weights would do to a run.

    ``transitions`` counts verdicts that change, as "before → after". ``before`` and ``after`` are
    the shares of verdicts that agree with the decisions on initiatives of that run.
    """

    run_id: str
    initiatives: int
    transitions: Mapping[str, int]
    before: Share
    after: Share


def too_few(agreement: Agreement) -> str:
    """Why nothing can be said yet; "" where there is enough to go by."""
    counted = Counter(one.role for one in agreement.judged)
    if len(agreement.judged) < LEAST_DECISIONS:
        return (
            f"Too few decisions: {len(agreement.judged)} give a role, "
            f"{LEAST_DECISIONS} are needed to propose weights."
        )
    for role in ROLES:
        if counted[role] < LEAST_OF_A_ROLE:
            return (
                f"Too few decisions for a {role.replace('_', ' ')}: {counted[role]}, "
                f"{LEAST_OF_A_ROLE} are needed to propose weights."
            )
    return ""


def proposals(agreement: Agreement) -> tuple[Proposal, ...]:
    """Weights that fit better, in order of rule; none where there are too few decisions."""
    if too_few(agreement):
        return ()
    found = (_proposal(measured) for measured in agreement.rules)
    return tuple(proposal for proposal in found if proposal is not None)


def _proposal(measured: RuleAgreement) -> Proposal | None:
    rule, precision = measured.rule, measured.precision
    if rule.status != "stable" or measured.matches < LEAST_MATCHES or measured.base in {0.0, 1.0}:
        return None
    base = _odds(measured.base)
    low, high = _odds(precision.low or 0.0) / base, _odds(precision.high or 0.0) / base
    if _fitting(low) > rule.weight:
        return Proposal(rule=rule, weight=rule.weight + 1, odds=(low, high))
    if _fitting(high) < rule.weight:
        return Proposal(rule=rule, weight=rule.weight - 1, odds=(low, high))
    return None


def _odds(share: float) -> float:
    return inf if share >= 1 else share / (1 - share)


def _fitting(odds: float) -> int:
    if odds >= _STRONG_FROM:
        return 3
    return 2 if odds >= _TYPICAL_FROM else 1


def effect(
    ruleset: Ruleset,
    stored: Stored,
    judged: Sequence[Judged],
    proposed: Sequence[Proposal],
    *,
    run_id: str,
) -> Effect:
    """Decide the initiatives of a run anew, with the weights as they are and as proposed.

    Args:
        ruleset: The rules of that run.
        stored: Its facts.
        judged: What the project office decided.
        proposed: The weights to try.
        run_id: To tell of.
    """
    decisions = Engine(ruleset.evidence).decide(stored.table)
    engine = Engine(ruleset.verdict)
    weights = {proposal.rule.id: proposal.weight for proposal in proposed}
    before, after = (
        [
            verdict.OUTCOMES[place]
            for place in verdict.decide(ruleset, engine, verdict.tally(made)).verdict.tolist()
        ]
        for made in (decisions, _reweighted(decisions, weights))
    )
    pairs = zip(before, after, strict=True)
    moved = Counter(f"{old} → {new}" for old, new in pairs if old != new)
    roles = {one.initiative_id: one.role for one in judged}
    return Effect(
        run_id=run_id,
        initiatives=len(before),
        transitions=dict(sorted(moved.items())),
        before=_agreeing(stored.ids, before, roles),
        after=_agreeing(stored.ids, after, roles),
    )


def _reweighted(decisions: Decisions, weights: Mapping[str, int]) -> Decisions:
    """The same matches with other weights: what matches does not depend on them."""

    def changed(rule: Rule) -> Rule:
        if isinstance(rule, EvidenceRule) and rule.id in weights:
            return replace(rule, weight=weights[rule.id])
        return rule

    shards = tuple(
        replace(shard, rules=tuple(map(changed, shard.rules))) for shard in decisions.shards
    )
    return replace(decisions, shards=shards)


def _agreeing(ids: Sequence[str], verdicts: Sequence[str], roles: Mapping[str, str]) -> Share:
    """Of the verdicts that name a role and have a decision, those that name the same."""
    both = [
        (outcome, roles[key])
        for key, outcome in zip(ids, verdicts, strict=True)
        if key in roles and outcome in ROLES
    ]
    return wilson(sum(one == other for one, other in both), len(both))
