"""An evaluation in lines for a person and as data for a program."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.ruletools.calibration import Band
    from pipeline.ruletools.evaluate import Evaluation, RuleMeasure, Wrong
    from pipeline.ruletools.measures import Headline, Share

_NAME = 60
_ROWS = (
    ("decided", "Decided"),
    ("accuracy", "Right where decided"),
    ("accuracy_with_lean", "Right, lean counted"),
    ("balanced", "Balanced, where decided"),
    ("balanced_with_lean", "Balanced, lean counted"),
    ("undecided", "Ambiguous left undecided"),
)


def lines(evaluation: Evaluation, *, most_wrong: int, by: str = "") -> Iterator[str]:
    """The measures, the confusion table, the rules and what is wrong.

    Args:
        evaluation: What was measured.
        most_wrong: How many initiatives to name for each rule, and over all.
        by: Column that ``evaluation.groups`` were made by.
    """
    left = f", {evaluation.left_out} rows left out" if evaluation.left_out else ""
    yield f"Facts from {evaluation.facts_from}{left}"
    yield from _headline("All", evaluation.overall)
    yield ""
    yield from _confusion(evaluation)
    yield ""
    yield from _calibration(evaluation.calibration)
    for group, headline in evaluation.groups.items():
        yield ""
        yield from _headline(f"{by} {displayed(group, limit=_NAME) or '(empty)'}", headline)
    yield ""
    yield from _rules(evaluation.rules, most_wrong)
    if most_wrong and evaluation.wrong:
        yield ""
        yield f"Wrong verdicts: {len(evaluation.wrong)}"
        yield from _wrong(evaluation.wrong, most_wrong, "  ")


def _headline(title: str, headline: Headline) -> Iterator[str]:
    yield f"{title}: {headline.n} project or program, {headline.ambiguous} ambiguous"
    for name, words in _ROWS:
        share: Share = getattr(headline, name)
        if share.of:
            yield f"  {words:<26}{_share(share)}"


def _share(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return f"     -  of {share.of}"
    interval = f"{100 * share.low:.1f} to {100 * share.high:.1f}"
    return f"{100 * share.share:6.1f} %  ({interval}) {share.count:g} of {share.of}"


def _confusion(evaluation: Evaluation) -> Iterator[str]:
    outcomes = list(next(iter(evaluation.confusion.values())))
    heads = "".join(f"{outcome:>18}" for outcome in outcomes)
    yield f"{'Label, verdict':<18}{heads}"
    for label, counts in evaluation.confusion.items():
        cells = "".join(f"{counts[outcome]:>18}" for outcome in outcomes)
        yield f"{label:<18}{cells}"


def _calibration(bands: Sequence[Band]) -> Iterator[str]:
    """How often verdicts of each band of confidence are right; bands without any are left out."""
    yield f"{'Confidence':<14}{'mean':>6}  right of its verdicts"
    for band in bands:
        if band.mean is not None:
            yield f"{band.least:.2f} to {band.most:.2f}{band.mean:>8.2f}{_share(band.right)}"


def _rules(rules: Sequence[RuleMeasure], most_wrong: int) -> Iterator[str]:
    yield f"{'Rule':<9}{'for':<17}{'weight':>6}{'matches':>9}{'lift':>7}  right of its matches"
    for rule in rules:
        if not rule.matches:
            continue
        lift = f"{rule.lift:7.2f}" if rule.lift is not None else f"{'-':>7}"
        yield (
            f"{rule.id:<9}{rule.evidence_for:<17}{rule.weight:>6}{rule.matches:>9}{lift}"
            f"{_share(rule.precision)}  {rule.title}"
        )
        yield from _wrong(rule.wrong, most_wrong, "           wrong: ")
    silent = [rule.id for rule in rules if not rule.matches]
    if silent:
        yield f"Without a match: {', '.join(silent)}"


def _wrong(wrong: Sequence[Wrong], most: int, indent: str) -> Iterator[str]:
    for item in wrong[:most]:
        lean = f", leans to {item.lean}" if item.verdict == "undecided" and item.lean else ""
        name = displayed(" ".join(item.name.split()), limit=_NAME)
        key = displayed(item.id, limit=_NAME)
        yield f"{indent}{key} {name}: label {item.label}, verdict {item.verdict}{lean}"
    if most and len(wrong) > most:
        yield f"{indent}and {len(wrong) - most} more"


def as_json(evaluation: Evaluation, *, most_wrong: int) -> str:
    """The evaluation as JSON; initiatives that are wrong are cut to ``most_wrong`` a rule."""
    rules = tuple(replace(rule, wrong=rule.wrong[:most_wrong]) for rule in evaluation.rules)
    cut = replace(evaluation, rules=rules, wrong=evaluation.wrong[:most_wrong])
    return json.dumps(asdict(cut), ensure_ascii=False, indent=2)
