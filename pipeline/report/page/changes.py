"""What changed since the run before, and earlier decisions, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report.columns import texts
from pipeline.report.page.links import to_initiative, to_list, to_rule
from pipeline.report.safe_text import displayed
from pipeline.report.since import CHANGES
from pipeline.report.standing import standing

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

# More than a meeting reads; the list and changes.csv have all.
_MOST: Final = 25
_TEXT_LIMIT: Final = 500
_NAMES: Final = ("initiative_id", "name", "change", "verdict_before", "verdict_after", "cause")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One initiative that differs; ``link`` is "" where it is gone. Rules are (id, link).

    ``points`` has those that give other points: ``SCO-001 2→3``.
    """

    initiative_id: str
    name: str
    link: str
    kind: str
    before: str
    after: str
    cause: str
    told: str
    began: list[tuple[str, str]]
    stopped: list[tuple[str, str]]
    points: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownChanges:
    """``counts`` are (label, how many, fragment of the list that shows them)."""

    since_run: str
    since_day: str
    counts: list[tuple[str, int, str]]
    listed: list[Change]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownDecisions:
    """How many decisions stand; ``reopened`` are id, name, link and what is told of it.

    ``waiting`` counts those that name no leader.
    """

    in_force: int
    waiting: int
    reopened_total: int
    reopened: list[tuple[str, str, str, str]]


def shown_changes(data: ReportData) -> ShownChanges | None:
    """The changes, flips first; ``None`` where there is no earlier run."""
    found = data.changes
    if found is None:
        return None
    kinds = texts(found.frame, "change")
    frame = found.frame.head(_MOST)
    columns = (*_NAMES, "explanation", "rules_began", "rules_stopped", "points")
    rows = zip(*(texts(frame, name) for name in columns), strict=True)
    return ShownChanges(
        since_run=displayed(found.since_run_id),
        since_day=displayed(found.since_as_of),
        counts=[
            (label, kinds.count(code), "" if code == "gone" else to_list(changed=code))
            for code, label in CHANGES.items()
        ],
        listed=[
            Change(
                initiative_id=displayed(key),
                name=_shown(name),
                link="" if kind == "gone" else to_initiative(key),
                kind=CHANGES[kind],
                before=before,
                after=after,
                cause=cause,
                told=_shown(told),
                began=_rules(began),
                stopped=_rules(stopped),
                points=_shown(points),
            )
            for key, name, kind, before, after, cause, told, began, stopped, points in rows
        ],
        total=len(kinds),
    )


def shown_decisions(data: ReportData) -> ShownDecisions | None:
    """Earlier decisions; ``None`` where nobody took one."""
    found = standing(data)
    if not found:
        return None
    names = dict(
        zip(texts(data.initiatives, "initiative_id"), texts(data.initiatives, "name"), strict=True)
    )
    reopened = [(key, each) for key, each in found.items() if each.reason]
    return ShownDecisions(
        in_force=sum(each.is_in_force for each in found.values()),
        waiting=sum(each.state == "waiting" for each in found.values()),
        reopened_total=len(reopened),
        reopened=[
            (displayed(key), _shown(names.get(key, "")), to_initiative(key), _shown(each.told))
            for key, each in reopened[:_MOST]
        ],
    )


def _rules(ids: str) -> list[tuple[str, str]]:
    return [(displayed(rule), to_rule(rule)) for rule in ids.split(";") if rule]


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
