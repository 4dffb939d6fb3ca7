"""What the list of the page shows of each initiative, and what it is filtered and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.report import words
from pipeline.report.attention import TO_DECIDE
from pipeline.report.cases import cases
from pipeline.report.page.catalogue import Catalogue
from pipeline.report.page.details import Details
from pipeline.report.page.packed import pack
from pipeline.report.safe_text import displayed
from pipeline.report.since import CHANGES, since
from pipeline.report.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.data import ReportData
    from pipeline.report.since import Since
    from pipeline.report.standing import Standing

_NAME_LIMIT = 200
_TEXT_LIMIT = 300
_CHUNK = 1_000
# So many are unpacked when one of them is opened.
_TOGETHER = 50
# A row takes less than this share of its JSON once it is packed with the others.
_PACKED_SHARE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """All that the script gets.

    ``list`` unpacks to ``rules`` [[id, title, aspect]], ``words`` of the codes, ``together`` how
    many initiatives one of ``details`` has, ``has`` which of "changes", "decisions" there are, and
    ``rows`` [[id, name, unit, verdict, lean, confidence, percent, look at, to decide, role today,
    flips, change, decision, state of the decision, numbers of the rules that matched, verdict
    before if it changed]] in the order of attention, as codes. Each of ``details`` unpacks to a
    list as ``details.Details`` makes them. ``shown`` counts the initiatives that are in them.
    """

    list: str
    details: tuple[str, ...]
    shown: int


def pack_rows(data: ReportData, order: Agenda, *, budget: int) -> Packed:
    """The initiatives in the order of attention, as many as fit into ``budget`` bytes."""
    catalogue = Catalogue(data.rules)
    rows: list[list[Any]] = []
    details: list[str] = []
    left = budget
    for some_rows, some_details in _packs(data, order, catalogue):
        packed = pack(some_details)
        left -= len(packed) + sum(map(len, map(str, some_rows))) // _PACKED_SHARE
        if left < 0:
            break
        rows += some_rows
        details.append(packed)
    head = {
        "rules": catalogue.entries,
        "words": {
            "roles": words.VERDICTS,
            "changes": CHANGES,
            "decisions": {code: words.spaced(code) for code in words.DECISION_CODES},
        },
        "together": _TOGETHER,
        "has": {"changes": data.changes is not None, "decisions": data.decisions is not None},
        "rows": rows,
    }
    return Packed(list=pack(head), details=tuple(details), shown=len(rows))


def _packs(
    data: ReportData, order: Agenda, catalogue: Catalogue
) -> Iterator[tuple[list[list[Any]], list[dict[str, Any]]]]:
    decided = standing(data)
    changed = since(data)
    details = Details(data, catalogue, decided)
    # In chunks: who has a million initiatives does not wait for those that do not fit.
    for start in range(0, len(order.order), _CHUNK):
        positions = order.order[start : start + _CHUNK]
        found = cases(data, positions)
        told = details.of(found)
        for first in range(0, len(found), _TOGETHER):
            some = found[first : first + _TOGETHER]
            rows = [
                [
                    *_row(case, order.reasons[case.position], catalogue),
                    changed[case.initiative_id].kind if case.initiative_id in changed else "",
                    *_decision(decided, case),
                    [catalogue.place(rule) for rule in case.evidence_ids.split(";") if rule],
                    _before(changed.get(case.initiative_id)),
                ]
                for case in some
            ]
            yield rows, told[first : first + _TOGETHER]


def _row(case: Case, reason: str, catalogue: Catalogue) -> list[Any]:
    for proof in case.proofs:
        catalogue.place(proof.rule_id, title=proof.title, aspect=proof.aspect)
    return [
        displayed(case.initiative_id),
        displayed(case.name, limit=_NAME_LIMIT),
        displayed(case.unit, limit=_NAME_LIMIT),
        case.verdict,
        case.lean,
        case.confidence_word,
        round(case.confidence * 100),
        reason,
        int(reason in TO_DECIDE),
        case.today,
        displayed("; ".join(case.turns), limit=_TEXT_LIMIT),
    ]


def _before(change: Since | None) -> str:
    return change.before if change and change.kind == "flipped" else ""


def _decision(decided: Mapping[str, Standing], case: Case) -> list[str]:
    found = decided.get(case.initiative_id)
    if found is None:
        return ["", ""]
    return [found.decision, found.state]
