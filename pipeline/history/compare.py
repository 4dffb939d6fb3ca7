"""What differs between two runs, and why each verdict flipped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pipeline.errors import RulebookError
from pipeline.history import attribution, words
from pipeline.history.attribution import Side
from pipeline.rulebook import kept
from schemas.history import Changes as ChangesModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.rulebook.rules import Ruleset

_ORDER: Final = {"flipped": 0, "added": 1, "gone": 2, "evidence": 3}
_NO_FACTS: Final = "the facts of one of the two runs were not kept, so no cause can be told"
_PROGRAM: Final = "this program decides otherwise now than the version that ran then"
_NOT_COVERED: Final = "the rules of one run do not cover the data of the other"

_DECIDED_ON: Final = itemgetter("verdict", "rules", "points")

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One run as far as a comparison needs it.

    ``rows`` has ``initiative_id, name, verdict, rules, points`` of each initiative; the points are
    those for a project and for a program manager, ``5:3``. ``facts`` has ``facts`` and
    ``description`` of those that differ, by initiative, as the table facts has them. Without a
    ``ruleset``, ``why`` says why there is none.
    """

    rows: Mapping[str, Row]
    facts: Mapping[str, Mapping[str, Any]]
    ruleset: Ruleset | None
    why: str = ""


def loaded(files: Mapping[str, str], as_of: str) -> tuple[Ruleset | None, str]:
    """The rules of a run of the past, or why they cannot be had."""
    if not files:
        return None, "the rules of an earlier run were not kept, so no cause can be told"
    try:
        return kept.load(files, as_of=as_of), ""
    except RulebookError:
        return None, "this version of the program cannot run the rules of then"


def rows_of(verdicts: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, Row]:
    """``Standing.rows`` of the frames of a state, or of the rows of the tables as of a run."""
    rules = dict(zip(evidence["initiative_id"], evidence["rules"], strict=True))
    names = ("initiative_id", "name", "verdict", "project_score", "program_score")
    return {
        key: {
            "initiative_id": key,
            "name": name,
            "verdict": given,
            "rules": rules.get(key, ""),
            "points": f"{project}:{program}",
        }
        for key, name, given, project, program in zip(
            *(verdicts[name].tolist() for name in names), strict=True
        )
    }


def differing(then: Mapping[str, Row], now: Mapping[str, Row]) -> list[str]:
    """Initiatives of both runs that a decision would be opened again for, in order of the later.

    Those whose verdict differs, the rules that match, or the points that these give.
    """
    return [
        key
        for key, row in now.items()
        if key in then and _DECIDED_ON(row) != _DECIDED_ON(then[key])
    ]


def compare(
    then: Standing, now: Standing, *, quarantined: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """The differences: a frame of ``schemas.history.Changes``.

    Args:
        then: The earlier run.
        now: The later run.
        quarantined: Initiatives that the later run set aside.
    """
    both = differing(then.rows, now.rows)
    rows = [
        *_told(then, now, both),
        *(_one_sided("added", row) for key, row in now.rows.items() if key not in then.rows),
        *(
            _one_sided("gone", row, is_quarantined=key in quarantined)
            for key, row in then.rows.items()
            if key not in now.rows
        ),
    ]
    rows.sort(key=lambda row: _ORDER[row["change"]])
    frame = pd.DataFrame(rows, columns=list(ChangesModel.to_schema().columns)).astype("str")
    return ChangesModel.validate(frame)


def _one_sided(change: str, row: Row, *, is_quarantined: bool = False) -> Row:
    is_added = change == "added"
    return {
        "initiative_id": row["initiative_id"],
        "name": row["name"],
        "change": change,
        "verdict_before": "" if is_added else row["verdict"],
        "verdict_after": row["verdict"] if is_added else "",
        **dict.fromkeys(("cause", "fields", "rules_began", "rules_stopped", "points"), ""),
        "explanation": words.added(row)
        if is_added
        else words.gone(row, is_quarantined=is_quarantined),
    }


def _told(then: Standing, now: Standing, keys: Sequence[str]) -> Iterable[Row]:
    flipped = [key for key in keys if then.rows[key]["verdict"] != now.rows[key]["verdict"]]
    causes = _causes(then, now, flipped)
    for key in keys:
        difference = _difference(then, now, key)
        cause, why_not = causes.get(key) or _cause_of_evidence(then, now, key, difference)
        difference = replace(difference, cause=cause, why_not=why_not)
        yield {
            "initiative_id": key,
            "name": now.rows[key]["name"],
            "change": "flipped" if key in causes else "evidence",
            "verdict_before": difference.before,
            "verdict_after": difference.after,
            "cause": difference.cause,
            "fields": difference.fields,
            "rules_began": ";".join(difference.began),
            "rules_stopped": ";".join(difference.stopped),
            "points": difference.points,
            "explanation": words.explained(difference),
        }


def _difference(then: Standing, now: Standing, key: str) -> words.Difference:
    earlier, later = then.rows[key], now.rows[key]
    before, after = (set(filter(None, row["rules"].split(";"))) for row in (earlier, later))
    facts = [side.facts[key]["facts"] if key in side.facts else None for side in (then, now)]
    rules, points = "", ""
    if then.ruleset and now.ruleset and then.ruleset is not now.ruleset:
        is_flip = earlier["verdict"] != later["verdict"]
        rules = words.rules_changed(then.ruleset, now.ruleset, before | after, is_flip=is_flip)
        points = words.points(then.ruleset, now.ruleset, before & after)
    return words.Difference(
        before=earlier["verdict"],
        after=later["verdict"],
        fields=words.fields(*facts),
        rules=rules,
        points=points,
        scores=words.scores(earlier["points"], later["points"]),
        began=tuple(sorted(after - before)),
        stopped=tuple(sorted(before - after)),
    )


def _cause_of_evidence(
    then: Standing, now: Standing, key: str, difference: words.Difference
) -> tuple[str, str]:
    """What made evidence another one though the verdict stands, as far as that is sure."""
    is_same_data = _is_same_data(then, now, key)
    if not (difference.began or difference.stopped):
        # The same rules match, so only their weights can give other sums.
        is_known = then.ruleset is not None and now.ruleset is not None
        return ("", _PROGRAM) if is_known and not difference.points else ("rules", "")
    if then.ruleset is None or now.ruleset is None:
        return "", ""
    if attribution.is_same(then.ruleset, now.ruleset):
        return ("", _PROGRAM) if is_same_data else ("data", "")
    return ("rules", "") if is_same_data else ("", "")


def _is_same_data(then: Standing, now: Standing, key: str) -> bool:
    if key not in then.facts or key not in now.facts:
        return False
    one, other = (
        (side.facts[key]["facts"], side.facts[key]["description"], side.rows[key]["name"])
        for side in (then, now)
    )
    return one == other


def _causes(then: Standing, now: Standing, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Cause of each flip, or "" and why none can be told."""
    if then.ruleset is None or now.ruleset is None:
        return dict.fromkeys(keys, ("", then.why or now.why))
    causes = dict.fromkeys(keys, ("", _NO_FACTS))
    known = [key for key in keys if key in then.facts and key in now.facts]
    if not known:
        return causes
    sides = [
        Side(ruleset=ruleset, data=[_remembered(side, key) for key in known])
        for side, ruleset in ((then, then.ruleset), (now, now.ruleset))
    ]
    try:
        crossing = attribution.cross(*sides)
    except RulebookError:
        return dict.fromkeys(keys, ("", _NOT_COVERED))
    for key, crossed in zip(known, crossing, strict=True):
        is_as_then = crossed.then_by_then == then.rows[key]["verdict"]
        is_as_now = crossed.now_by_now == now.rows[key]["verdict"]
        causes[key] = (crossed.cause, "") if is_as_then and is_as_now else ("", _PROGRAM)
    return causes


def _remembered(side: Standing, key: str) -> attribution.Remembered:
    kept = side.facts[key]
    return attribution.remembered(kept["facts"], side.rows[key]["name"], kept["description"])
