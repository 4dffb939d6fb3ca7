"""What the brief says: headline, ten decisions, programs, demand, changes; all as plain text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report import whole, words
from pipeline.report.attention import (
    ADVISORY,
    DIFFERS,
    OPENED_AGAIN,
    TO_DECIDE,
    VERDICT_CHANGED,
    WAITING,
    agenda,
)
from pipeline.report.cases import cases
from pipeline.report.columns import texts
from pipeline.report.page.demand import needs
from pipeline.report.safe_text import displayed, shortened
from pipeline.report.since import CHANGES, since
from pipeline.report.standing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.cases import Case
    from pipeline.report.data import ReportData

DECISIONS: Final = 10
LEADS: Final = "Leads needed"
_PROGRAMS: Final = 4
_FLIPS: Final = 3
_QUARTERS: Final = 4
_PROOFS: Final = 2
_NAME_LIMIT: Final = 60
_QUESTION_LIMIT: Final = 190
_FLIP_LIMIT: Final = 100
_TEXT_LIMIT: Final = 190
_NOT_COMPARED: Final = "Which verdicts changed is not told, since the portfolio was read in parts."
_NOTHING_BEFORE: Final = "Nothing to compare with: no earlier run is known."


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One item of the agenda; ``flips`` is "" where no single fact turns the verdict."""

    initiative_id: str
    name: str
    unit: str
    question: str
    why: str
    flips: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """``sections`` are titles and their lines, at least one each; ``left`` decisions are not here.

    Every text is one line, without characters that steer or reorder; markup in it is text.
    """

    headline: str
    summary: str
    decisions: tuple[Decision, ...]
    left: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    run_id: str
    as_of: str


def brief(data: ReportData) -> Brief:
    """The brief of a run."""
    order = agenda(data)
    positions = [place for place in order.order if order.reasons[place] in TO_DECIDE]
    told = _told(data)
    return Brief(
        headline=_headline(order.to_decide),
        summary=_summary(data),
        decisions=tuple(
            _decision(case, order.reasons[case.position], told)
            for case in cases(data, positions[:DECISIONS])
        ),
        left=max(0, order.to_decide - DECISIONS),
        sections=(
            ("Programs nobody declared", _programs(data)),
            *_demand(data),
            *_changes(data),
        ),
        run_id=_line(str(data.manifest["run_id"])),
        as_of=_line(str(data.manifest["as_of"])),
    )


def _headline(count: int) -> str:
    if not count:
        return "No initiative needs a decision"
    return f"{words.counted(count, 'initiative')} {'needs' if count == 1 else 'need'} a decision"


def _summary(data: ReportData) -> str:
    counts = data.counts
    verdicts: Counter[str] = Counter()
    for (_, verdict), count in whole.units(data).items():
        verdicts[verdict] += count
    name = _line(str(data.manifest.get("input", {}).get("name", "")))
    told = ", ".join(f"{verdicts[code]:,} {words.role(code).lower()}" for code in words.VERDICTS)
    return (
        f"{name}, as of {_line(str(data.manifest['as_of']))}: "
        f"{words.counted(verdicts.total(), 'initiative')} ({told}); "
        f"{words.counted(counts.quarantined, 'row')} quarantined."
    )


def _told(data: ReportData) -> dict[str, str]:
    """What changed of each initiative; of one with a decision, why that is open again."""
    changed = {key: change.explanation for key, change in since(data).items()}
    return changed | {key: each.told_reason_first for key, each in standing(data).items()}


def _decision(case: Case, reason: str, told: Mapping[str, str]) -> Decision:
    return Decision(
        initiative_id=displayed(case.initiative_id),
        name=_line(case.name or case.initiative_id, limit=_NAME_LIMIT),
        unit=_line(case.unit, limit=_NAME_LIMIT),
        question=_line(_question(case, reason, told), limit=_QUESTION_LIMIT),
        why=_line(_why(case)),
        flips=_line(
            "; ".join(turn[:1].lower() + turn[1:] for turn in case.turns), limit=_FLIP_LIMIT
        ),
    )


def _why(case: Case) -> str:
    """The strongest evidence, each with the points that it gives to a role."""
    told = (
        f"{(proof.rationale or proof.title).rstrip('.')} "
        f"(+{proof.weight} {words.role(proof.role).lower()})"
        for proof in case.strongest[:_PROOFS]
    )
    return "; ".join(told) or case.rationale


def _question(case: Case, reason: str, told: Mapping[str, str]) -> str:
    """What the meeting is asked, as a statement to agree to or not."""
    if reason in {OPENED_AGAIN, VERDICT_CHANGED}:
        return told[case.initiative_id]
    if reason == WAITING:
        before = told[case.initiative_id].removeprefix("Waiting: ")
        return f"{before[:1].upper()}{before[1:]} {_question(case, '', told)}"
    points = words.counted(case.project_score, "point")
    score = f"{points} for project, {case.program_score} for program"
    if case.verdict == "undecided":
        lean = f"leans to {words.role(case.lean).lower()}" if case.lean else "leans to neither"
        return f"Undecided, {lean}: {score}"
    role = words.role(case.verdict)
    if reason == DIFFERS:
        return f"{role}; led by a {words.role(case.today).lower()} today"
    if reason == ADVISORY and case.advisories:
        text = next((t for severity, t in case.advisories if severity == "attention"), "")
        return f"{role}. {text or case.advisories[0][1]}"
    return f"{role}, {case.confidence_word.lower()} confidence: {score}"


def _programs(data: ReportData) -> tuple[str, ...]:
    if data.programs is None:
        return ("Not looked for, since the portfolio was read in parts.",)
    found = data.programs.clusters
    acting = found[found["recommendation"] == "program_manager"]
    if acting.empty:
        return ("None found that needs a program manager.",)
    names = ("name", "cluster_id", "member_count", "rationale")
    rows = zip(*(texts(acting.head(_PROGRAMS), name) for name in names), strict=True)
    told = [_line(f"{name} ({key}), {count} initiatives: {why}") for name, key, count, why in rows]
    if len(acting) > _PROGRAMS:
        told.append(f"{len(acting) - _PROGRAMS:,} more in programs.csv.")
    return tuple(told)


def _demand(data: ReportData) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if data.demand is None or data.demand.totals.empty:
        return ()
    lines = []
    for quarter, found in list(needs(data.demand).items())[:_QUARTERS]:
        told = "; ".join(
            f"{words.role(role).lower()}s {need.told}"
            + (f", there {need.there}: {need.coverage}" if need.there else "")
            for role, need in zip(words.ROLES, found, strict=True)
        )
        lines.append(_line(f"{quarter}: {told}"))
    title = LEADS if data.demand.staffing is None else f"{LEADS}, and there"
    return ((title, tuple(lines)),)


def _changes(data: ReportData) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = data.changes
    if found is None:
        return (("Changed", (_NOT_COMPARED if data.whole else _NOTHING_BEFORE,)),)
    kinds = texts(found.frame, "change")
    counts = ", ".join(f"{label.lower()} {kinds.count(code):,}" for code, label in CHANGES.items())
    flipped = found.frame[found.frame["change"] == "flipped"].head(_FLIPS)
    names = ("name", "initiative_id", "verdict_before", "verdict_after", "fields", "explanation")
    told = [
        _line(
            f"{name or key} ({key}): {words.role(before).lower()} → {words.role(after).lower()}. "
            f"{explanation or fields}"
        )
        for name, key, before, after, fields, explanation in zip(
            *(texts(flipped, each) for each in names), strict=True
        )
    ]
    title = f"Changed since {_line(found.since_as_of)}"
    return ((title, (f"{counts[:1].upper()}{counts[1:]}.", *told)),)


def _line(text: str, *, limit: int = _TEXT_LIMIT) -> str:
    return shortened(" ".join(text.split()), limit)
