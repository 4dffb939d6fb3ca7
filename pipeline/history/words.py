"""Differences between two runs in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.explain.flips import shown
from pipeline.rulebook.rules import EvidenceRule
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.rulebook.rules import Rule, Ruleset

_VERDICTS: Final = {
    "project_manager": "a Technical Project Manager",
    "program_manager": "a Technical Program Manager",
    "undecided": "undecided",
}
_MOST: Final = 5  # rules or lists named in a sentence
_TERMS: Final = "terms"  # with those of name_terms among them


def verdict(code: str) -> str:
    """A verdict as part of a sentence."""
    return _VERDICTS.get(code, code)


def fields(then: str | None, now: str | None) -> str:
    """The facts that differ: ``project_count 3→1; terms +transformation -one_site``.

    Args:
        then: The facts of an initiative as JSON; ``None`` where its run kept none.
        now: Those of the later run.
    """
    if then is None or now is None or then == now:
        return ""
    before, after = json.loads(then), json.loads(now)
    parts = [
        f"{name} {shown(before.get(name))}→{shown(after.get(name))}"
        for name, spec in VOCABULARY.items()
        if spec.kind != "terms" and before.get(name) != after.get(name)
    ]
    found, lost = (
        sorted(set(one.get(_TERMS, [])) - set(other.get(_TERMS, [])))
        for one, other in ((after, before), (before, after))
    )
    if found or lost:
        signs = [*(f"+{name}" for name in found), *(f"-{name}" for name in lost)]
        parts.append(" ".join([_TERMS, *signs]))
    return "; ".join(parts)


def rules_changed(then: Ruleset, now: Ruleset, ids: Iterable[str], *, is_flip: bool) -> str:
    """What became of the rules that could have to do with a difference, "" if nothing.

    Args:
        then: Rules of the earlier run.
        now: Rules of the later run.
        ids: Evidence rules that match in either run.
        is_flip: Whether the verdict is another one, which verdict rules may have to do with.
    """
    evidence = [text for key in sorted(ids) if (text := _rule_changed(then, now, key))]
    deciding = sorted({rule.id for ruleset in (then, now) for rule in ruleset.verdict if is_flip})
    verdicts = [text for key in deciding if (text := _rule_changed(then, now, key))]
    lists = [] if evidence else _lists_changed(then, now)
    return _some([*evidence, *lists, *verdicts])


def _rule_changed(then: Ruleset, now: Ruleset, key: str) -> str:
    before, after = then.by_id.get(key), now.by_id.get(key)
    if before is None or after is None:
        return f"{key} is new" if after else f"{key} is gone" if before else ""
    if before.sha256 == after.sha256:
        return ""
    step = _step(before, after)
    return f"{key} gives {step} points" if step else f"{key} was changed"


def points(then: Ruleset, now: Ruleset, ids: Iterable[str]) -> str:
    """The evidence rules that match in both runs and give other points: ``SCO-001 2→3; …``."""
    steps = ((key, _step(then.by_id.get(key), now.by_id.get(key))) for key in sorted(ids))
    return "; ".join(f"{key} {step}" for key, step in steps if step)


def _step(before: Rule | None, after: Rule | None) -> str:
    """What an evidence rule gave and gives, ``2→3``; "" if the same, or it is no such rule."""
    if not (isinstance(before, EvidenceRule) and isinstance(after, EvidenceRule)):
        return ""
    if before.evidence_for != after.evidence_for:
        one, other = (rule.evidence_for.replace("_", " ") for rule in (before, after))
        return f"{one} {before.points}→{other} {after.points}"
    return "" if before.points == after.points else f"{before.points}→{after.points}"


def scores(then: str, now: str) -> str:
    """Points for each role before and after, "" where they are the same.

    Args:
        then: As ``compare.Standing.rows`` has them.
        now: Likewise.
    """
    roles = ("project manager", "program manager")
    pairs = zip(roles, then.split(":"), now.split(":"), strict=True)
    return ", ".join(f"{role} {before}→{after}" for role, before, after in pairs if before != after)


def _lists_changed(then: Ruleset, now: Ruleset) -> list[str]:
    names = sorted({*then.phrases, *now.phrases})
    return [
        f"phrases {name} were changed"
        for name in names
        if then.phrases.get(name) != now.phrases.get(name)
    ]


def _some(texts: Sequence[str], sign: str = ", ") -> str:
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return sign.join(texts[:_MOST]) + more


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What differs for one initiative of both runs.

    ``rules`` says what became of the rules, ``points`` which give other points, and ``scores`` how
    their sums changed. ``cause`` is of ``schemas.history.CAUSES``; ``why_not`` says why none can be
    told.
    """

    before: str
    after: str
    fields: str
    rules: str
    points: str
    scores: str
    began: tuple[str, ...]
    stopped: tuple[str, ...]
    cause: str = ""
    why_not: str = ""


def explained(difference: Difference) -> str:
    """A difference as a sentence or two."""
    if difference.before == difference.after:
        lead = "; ".join(
            [f"The verdict stands ({verdict(difference.after)})", *_beside(difference)]
        )
    else:
        turned = f"From {verdict(difference.before)} to {verdict(difference.after)}"
        lead = f"{turned}: {_reason(difference)}"
    return " ".join([f"{lead}.", *_matches(difference)])


def _beside(difference: Difference) -> list[str]:
    """What changed under a verdict that stands."""
    said = [few(difference.fields)] if difference.fields else []
    if difference.rules:
        said.append(f"the rules changed ({difference.rules})")
    elif difference.scores and not (difference.began or difference.stopped):
        said.append(f"the same rules give other points ({difference.scores})")
    if difference.why_not:
        said.append(difference.why_not)
    return said


def _reason(difference: Difference) -> str:
    fields = f" ({few(difference.fields)})" if difference.fields else ""
    data = f"its data changed{fields}"
    rules = f"the rules changed ({difference.rules})" if difference.rules else "the rules changed"
    alike = ", which the earlier rules would have answered alike" if difference.rules else ""
    return {
        "data": f"{data}{alike}",
        "rules": f"{rules}, and would have answered the earlier data alike",
        "data or rules": f"{data} and {rules}, and either alone would have done it",
        "data and rules": f"{data} and {rules}; neither alone would have done it",
    }.get(difference.cause, difference.why_not)


def few(fields: str) -> str:
    """So many of the fields that differ as a reader takes in; the column has all."""
    return _some(fields.split("; "), "; ")


def _matches(difference: Difference) -> list[str]:
    said = []
    if difference.began:
        verb = "match" if len(difference.began) > 1 else "matches"
        said.append(f"{_some(difference.began)} {verb} now.")
    if difference.stopped:
        verb = "match" if len(difference.stopped) > 1 else "matches"
        said.append(f"{_some(difference.stopped)} no longer {verb}.")
    return said


def added(row: Mapping[str, Any]) -> str:
    """An initiative that the earlier run did not have."""
    return f"New since then: {verdict(row['verdict'])}."


def gone(row: Mapping[str, Any], *, is_quarantined: bool) -> str:
    """An initiative that the later run does not have."""
    why = "Its row is quarantined now" if is_quarantined else "No longer in the portfolio"
    return f"{why}; it was {verdict(row['verdict'])}."
