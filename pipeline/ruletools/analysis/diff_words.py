"""A difference of two rulebooks for the terminal and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.report.safe_text import displayed
from pipeline.ruletools.analysis.words import plain, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.ruletools.analysis.diff import Cases, ChangedRule, RulebookDiff
    from pipeline.ruletools.analysis.shifts import Shift


def lines(found: RulebookDiff) -> Iterator[str]:
    """The difference, one thing a line, examples below."""
    if found.old_version != found.new_version:
        yield f"version {found.old_version} → {found.new_version}"
    for rule_id, title in found.gone:
        yield f"- {rule_id}  {title}"
    for rule_id, title in found.added:
        yield f"+ {rule_id}  {title}"
    for rule in found.changed:
        yield from _rule(rule)
    for phrases in found.phrases:
        yield f"~ phrase list {phrases.id}: whom that touches, only a simulation can tell"
        yield from (f"    + {phrase}" for phrase in phrases.added)
        yield from (f"    - {phrase}" for phrase in phrases.gone)
        for verb, found_in in (("now", phrases.gained), ("no longer", phrases.lost)):
            yield from (f"    {verb} found in {displayed(text)!r}" for text in found_in)
    for shift in found.ratings:
        yield f"Complexity, {shift.of}: {shift.before} → {shift.after} where {shift.region}"
        yield f"    for example: {shown(shift.example)}"
    yield from _verdicts(found)


def _rule(rule: ChangedRule) -> Iterator[str]:
    yield f"~ {rule.id}  {rule.title}"
    for name, (before, after) in rule.attributes.items():
        yield f"    {name}: {before} → {after}"
    if rule.old_when == rule.new_when:
        return
    if not rule.gained and not rule.lost:
        yield "    condition written anew, proved to match the same initiatives"
    for verb, cases in (("now matches", rule.gained), ("no longer matches", rule.lost)):
        for region, example in cases:
            yield f"    {verb}: {region}"
            yield f"        for example: {shown(example)}"


def _verdicts(found: RulebookDiff) -> Iterator[str]:
    for shift in found.verdicts:
        yield f"Verdict {shift.before} → {shift.after}, with nothing else known: {shift.region}"
        yield f"    for example: {shown(shift.example)}"
        yield f"    {shift.old} → {shift.new}"
    for each in found.unproved:
        yield f"Verdict {each.before} → {each.after}: too hard to settle"
    if not found.verdicts and not found.unproved:
        yield "Verdicts: proved the same for every initiative that mentions the same phrase lists"


def as_json(found: RulebookDiff) -> dict[str, Any]:
    """The difference by name."""
    return {
        "versions": [found.old_version, found.new_version],
        "differs": found.differs,
        "added": [{"id": rule_id, "title": title} for rule_id, title in found.added],
        "gone": [{"id": rule_id, "title": title} for rule_id, title in found.gone],
        "changed": [
            {
                "id": rule.id,
                "title": rule.title,
                "attributes": {name: list(pair) for name, pair in rule.attributes.items()},
                "when": [rule.old_when, rule.new_when],
                "gained": _cases(rule.gained),
                "lost": _cases(rule.lost),
            }
            for rule in found.changed
        ],
        "phrases": [
            {
                "id": each.id,
                "added": list(each.added),
                "gone": list(each.gone),
                "gained": list(each.gained),
                "lost": list(each.lost),
            }
            for each in found.phrases
        ],
        "verdicts": {
            "proved_same": not found.verdicts and not found.unproved,
            "shifts": [_shift(shift) for shift in found.verdicts],
            "unsettled": [[each.before, each.after] for each in found.unproved],
        },
        "ratings": [{"factor": shift.of, **_shift(shift)} for shift in found.ratings],
    }


def _cases(cases: Cases) -> list[dict[str, Any]]:
    return [{"region": str(region), "example": plain(example)} for region, example in cases]


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "before": shift.before,
        "after": shift.after,
        "region": str(shift.region),
        "example": plain(shift.example),
        "how": [shift.old, shift.new],
    }
