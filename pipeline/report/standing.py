"""Earlier decisions of the project office, as the workbook and the page show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.report import words
from pipeline.report.columns import texts

if TYPE_CHECKING:
    from pipeline.report.data import ReportData

_NAMES: Final = ("initiative_id", "decision", "decided_by", "decided_on", "comment")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One earlier decision; ``reason`` says why it was opened again, "" while its evidence stands.

    ``verdict`` is that of tonight.
    """

    decision: str
    decided_by: str
    decided_on: str
    comment: str
    reason: str
    verdict: str

    @property
    def state(self) -> Literal["in_force", "waiting", "reopened"]:
        """Waiting is what names no leader: what was deferred, or agreed to be undecided."""
        if self.reason:
            return "reopened"
        agreed_undecided = self.decision == "agree" and self.verdict == "undecided"
        return "waiting" if self.decision == "defer" or agreed_undecided else "in_force"

    @property
    def is_in_force(self) -> bool:
        """Whether it names a leader, on evidence that still is what it was taken on."""
        return self.state == "in_force"

    @property
    def told(self) -> str:
        """The decision in a sentence or two."""
        said = words.DECISION_CODES[self.decision]
        if self.state == "waiting":
            what = "deferred" if self.decision == "defer" else "agreed to be undecided"
            return f"Waiting: {what} by {self.decided_by} on {self.decided_on}."
        if self.is_in_force:
            return f"In force: {said}, by {self.decided_by} on {self.decided_on}."
        return f"Opened again: {said}, by {self.decided_by} on {self.decided_on}. {self.reason}"

    @property
    def told_reason_first(self) -> str:
        """``told``, with what opened it again first, for where its end may be cut off."""
        if not self.reason:
            return self.told
        said = words.DECISION_CODES[self.decision]
        by = f"by {self.decided_by} on {self.decided_on}"
        reason = self.reason.removeprefix("Since it was decided, ")
        return f"Opened again: {reason} Before: {said}, {by}."


def standing(data: ReportData) -> dict[str, Standing]:
    """The latest decision on each initiative that has one."""
    if data.decisions is None:
        return {}
    frame = data.decisions
    names = ("initiative_id", "verdict")
    verdicts = dict(zip(*(texts(data.initiatives, name) for name in names), strict=True))
    columns = zip(
        *(texts(frame, name) for name in (*_NAMES, "state", "reason")),
        strict=True,
    )
    return {
        key: Standing(
            decision=decision,
            decided_by=decided_by,
            decided_on=decided_on,
            comment=comment,
            reason="" if state == "in_force" else reason or "Its evidence has changed.",
            verdict=verdicts.get(key, ""),
        )
        for key, decision, decided_by, decided_on, comment, state, reason in columns
    }


def agreement(data: ReportData) -> dict[str, tuple[int, int]]:
    """For each evidence rule, how many decisions in force agree with it, and of how many.

    Only decisions that give a role count, on initiatives that the rule matches; a rule without any
    is left out. `staffing rules calibrate` measures the same on all decisions ever given.
    """
    pairs = zip(texts(data.evidence, "rule_id"), texts(data.evidence, "evidence_for"), strict=True)
    roles = dict(pairs)
    given = {key: one.decision for key, one in standing(data).items() if one.is_in_force}
    found: dict[str, tuple[int, int]] = {}
    names = ("initiative_id", "verdict", "evidence")
    for key, verdict, evidence in zip(
        *(texts(data.initiatives, name) for name in names), strict=True
    ):
        decision = given.get(key)
        role = verdict if decision == "agree" else decision
        if role not in words.ROLES:
            continue
        for rule in filter(None, evidence.split(";")):
            agreeing, of = found.get(rule, (0, 0))
            found[rule] = agreeing + (roles.get(rule) == role), of + 1
    return found
