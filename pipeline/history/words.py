"""Differences between two runs in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.explain.flips import shown
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.rulebook.rules import Ruleset

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


def rules_changed(then: Ruleset, now: Ruleset, ids: Iterable[str]) -> str:
    """What became of the rules that could have to do with a flip, "" if nothing.

    Args:
        then: Rules of the earlier run.
        now: Rules of the later run.
        ids: Evidence rules that match in either run.
    """
    evidence = [text for key in sorted(ids) if (text := _rule_changed(then, now, key))]
    deciding = sorted({rule.id for ruleset in (then, now) for rule in ruleset.verdict})
    verdicts = [text for key in deciding if (text := _rule_changed(then, now, key))]
    lists = [] if evidence else _lists_changed(then, now)
    return _some([*evidence, *lists, *verdicts])


def _rule_changed(then: Ruleset, now: Ruleset, key: str) -> str:
    before, after = then.by_id.get(key), now.by_id.get(key)
    if before is None or after is None:
        return f"{key} is new" if after else f"{key} is gone" if before else ""
    return "" if before.sha256 == after.sha256 else f"{key} was changed"


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

    ``cause`` is of ``schemas.history.CAUSES``; ``why_not`` says why none can be told.
    """

    before: str
    after: str
    fields: str
    rules: str
    began: tuple[str, ...]
    stopped: tuple[str, ...]
    cause: str = ""
    why_not: str = ""


def explained(difference: Difference) -> str:
    """A difference as a sentence or two."""
    if difference.before == difference.after:
        lead = f"The verdict stands ({verdict(difference.after)})"
        lead += f"; {_few(difference.fields)}" if difference.fields else ""
    else:
        turned = f"From {verdict(difference.before)} to {verdict(difference.after)}"
        lead = f"{turned}: {_reason(difference)}"
    return " ".join([f"{lead}.", *_matches(difference)])


def _reason(difference: Difference) -> str:
    fields = f" ({_few(difference.fields)})" if difference.fields else ""
    data = f"its data changed{fields}"
    rules = f"the rules changed ({difference.rules})" if difference.rules else "the rules changed"
    alike = ", which the earlier rules would have answered alike" if difference.rules else ""
    return {
        "data": f"{data}{alike}",
        "rules": f"{rules}, and would have answered the earlier data alike",
        "data or rules": f"{data} and {rules}, and either alone would have done it",
        "data and rules": f"{data} and {rules}; neither alone would have done it",
    }.get(difference.cause, difference.why_not)


def _few(fields: str) -> str:
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
