"""How far rules and verdicts agree with the decisions of the project office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ruletools.measures import Share, wilson
from schemas.facts import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from pipeline.rulebook.rules import EvidenceRule


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An initiative that the project office gave a role, and what the run said of it then.

    ``evidence`` has the ids of the rules that matched.
    """

    initiative_id: str
    role: str
    verdict: str
    evidence: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleAgreement:
    """One evidence rule against the decisions on initiatives that it matched.

    ``precision`` is the share of them that got the role it speaks for; ``base`` that share among
    all decisions. ``lift`` is precision over base with the ends of its interval, base taken as it
    is; all three are ``None`` where the rule never matched or nobody got its role.
    """

    rule: EvidenceRule
    precision: Share
    base: float
    lift: tuple[float, float, float] | None

    @property
    def matches(self) -> int:
        """How many initiatives with a decision it matched."""
        return self.precision.of


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """``given`` counts all decisions, also those that give no role: deferred, agreed undecided."""

    given: int
    judged: tuple[Judged, ...]
    verdicts: Share
    rules: tuple[RuleAgreement, ...]


def judged(decisions: pd.DataFrame) -> tuple[Judged, ...]:
    """The decisions that give a role.

    Args:
        decisions: Text columns initiative_id, decision, verdict and evidence, the last two as they
            were when it was decided.
    """
    names = ("initiative_id", "decision", "verdict", "evidence")
    rows = zip(*(decisions[name].tolist() for name in names), strict=True)
    return tuple(
        Judged(
            initiative_id=key,
            role=verdict if decision == "agree" else decision,
            verdict=verdict,
            evidence=frozenset(filter(None, evidence.split(";"))),
        )
        for key, decision, verdict, evidence in rows
        if (verdict if decision == "agree" else decision) in ROLES
    )


def agreement(decisions: pd.DataFrame, rules: Iterable[EvidenceRule]) -> Agreement:
    """Measure verdicts and rules against decisions; see ``judged`` for their columns."""
    found = judged(decisions)
    decided = [one for one in found if one.verdict in ROLES]
    return Agreement(
        given=len(decisions),
        judged=found,
        verdicts=wilson(sum(one.verdict == one.role for one in decided), len(decided)),
        rules=tuple(_of_rule(rule, found) for rule in rules),
    )


def _of_rule(rule: EvidenceRule, found: Sequence[Judged]) -> RuleAgreement:
    matched = [one for one in found if rule.id in one.evidence]
    precision = wilson(sum(one.role == rule.evidence_for for one in matched), len(matched))
    base = sum(one.role == rule.evidence_for for one in found) / len(found) if found else 0.0
    lift = None
    if base and precision.share is not None:
        share, low, high = precision.share, precision.low or 0.0, precision.high or 0.0
        lift = (share / base, low / base, high / base)
    return RuleAgreement(rule=rule, precision=precision, base=base, lift=lift)
