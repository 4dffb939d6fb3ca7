"""A calibration in lines for a person, and as data for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ruletools.agreement import RuleAgreement
    from pipeline.ruletools.calibrate import Calibration
    from pipeline.ruletools.measures import Share


def lines(calibration: Calibration) -> Iterator[str]:
    """Agreement of verdicts and of each rule, what is proposed, and what it would do."""
    measured = calibration.agreement
    yield f"{measured.given} decisions, {len(measured.judged)} of them give a role"
    yield f"Verdicts that agree: {_share(measured.verdicts)}"
    weights = {proposal.rule.id: proposal.weight for proposal in calibration.proposed}
    matched = [rule for rule in measured.rules if rule.matches]
    if matched:
        yield ""
        yield (
            f"{'Rule':<9}{'For':<17}{'Weight':>6}{'Matches':>9}  "
            f"{'Precision':<20}{'Lift':<19}{'Proposed':>8}"
        )
        for rule in sorted(matched, key=lambda each: (-each.matches, each.rule.id)):
            yield _rule(rule, weights.get(rule.rule.id))
    yield ""
    yield from _proposed(calibration)


def _proposed(calibration: Calibration) -> Iterator[str]:
    if calibration.too_few:
        yield calibration.too_few
        return
    if calibration.effect is None:
        yield "No weight is proposed: each lies within what the decisions say."
        return
    found = calibration.effect
    changed = sum(found.transitions.values())
    yield (
        f"Expected effect on run {found.run_id}: {changed} of {found.initiatives} verdicts "
        "would change"
    )
    for transition, count in found.transitions.items():
        yield f"  {count:>5}  {transition.replace('_', ' ')}"
    yield f"Agreement there: {_share(found.before)} now, {_share(found.after)} then"


def _rule(measured: RuleAgreement, weight: int | None) -> str:
    rule = measured.rule
    lift = ""
    if measured.lift is not None:
        middle, low, high = measured.lift
        lift = f"{middle:.2f} ({low:.2f}–{high:.2f})"  # noqa: RUF001 -- a range
    role = rule.evidence_for.replace("_", " ")
    return (
        f"{rule.id:<9}{role:<17}{rule.weight:>6}{measured.matches:>9}  "
        f"{_percent(measured.precision):<20}{lift:<19}{weight or '':>8}"
    ).rstrip()


def _share(share: Share) -> str:
    if share.share is None:
        return "none to measure"
    return f"{share.count:.0f} of {share.of}, {_percent(share)}"


def _percent(share: Share) -> str:
    if share.share is None:
        return ""
    low, high = share.low or 0.0, share.high or 0.0
    return f"{share.share:.0%} ({low:.0%}–{high:.0%})"  # noqa: RUF001 -- a range


def as_json(calibration: Calibration) -> str:
    """The same as a JSON object."""
    measured, found = calibration.agreement, calibration.effect
    told = {
        "given": measured.given,
        "judged": len(measured.judged),
        "verdicts": _data(measured.verdicts),
        "rules": [
            {
                "rule": rule.rule.id,
                "role": rule.rule.evidence_for,
                "weight": rule.rule.weight,
                "matches": rule.matches,
                "precision": _data(rule.precision),
                "lift": rule.lift and dict(zip(("share", "low", "high"), rule.lift, strict=True)),
            }
            for rule in measured.rules
        ],
        "too_few": calibration.too_few,
        "proposed": {proposal.rule.id: proposal.weight for proposal in calibration.proposed},
        "effect": found
        and {
            "run_id": found.run_id,
            "initiatives": found.initiatives,
            "transitions": dict(found.transitions),
            "before": _data(found.before),
            "after": _data(found.after),
        },
    }
    return json.dumps(told, indent=2)


def _data(share: Share) -> dict[str, Any]:
    return {
        "count": share.count,
        "of": share.of,
        "share": share.share,
        "low": share.low,
        "high": share.high,
    }
