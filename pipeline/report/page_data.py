"""What the page's script gets: one compact JSON text that no browser takes for anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pipeline.report import words
from pipeline.report.attention import TO_DECIDE
from pipeline.report.cases import cases
from pipeline.report.columns import texts
from pipeline.report.explained import more
from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case, Proof
    from pipeline.report.data import ReportData

_NAME_LIMIT = 200
_TEXT_LIMIT = 500
_CHUNK = 1_000
_ESCAPES: Final = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
# Facts of the initiative that a meeting asks for, shown above its evidence.
_SHOWN_COLUMNS: Final = (
    "description",
    "sponsor",
    "status",
    "start_date",
    "end_date",
    "budget",
    "currency",
)


def dump(value: object) -> str:
    """JSON without spaces, safe inside a ``script`` element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def page_data(data: ReportData, order: Agenda, *, budget: int) -> tuple[str, int]:
    """The JSON for the page, and how many initiatives are in it.

    The initiatives come in the order of attention; those that would make the data larger than
    ``budget`` bytes are left out. Shape: ``rules`` [[id, title, aspect]]; ``columns`` names of the
    facts; ``rows`` [[id, name, unit, verdict, lean, confidence, percent, reason, to decide,
    rationale, flips, role today, project score, program score, advisories, facts, evidence, more]]
    with evidence [[index of rule, role, weight, rationale, facts, passage, source]]; roles in
    words; more [changes, near misses, questions] as lists of texts, a near miss as [index of rule,
    points, [what it fell short of]], 0 where the initiative is not among those explained.
    """
    rules: dict[str, int] = {}
    catalogue: list[list[str]] = []
    rows: list[str] = []
    left = budget
    for row in _rows(data, order, rules, catalogue):
        text = dump(row)
        left -= len(text.encode()) + 1
        if left < 0:
            break
        rows.append(text)
    head = dump({"columns": [words.spaced(name) for name in _SHOWN_COLUMNS], "rules": catalogue})
    return head[:-1] + ',"rows":[' + ",".join(rows) + "]}", len(rows)


def _rows(
    data: ReportData, order: Agenda, rules: dict[str, int], catalogue: list[list[str]]
) -> Iterator[list[Any]]:
    # In chunks: who has a million initiatives does not wait for those that do not fit.
    for start in range(0, len(order.order), _CHUNK):
        positions = order.order[start : start + _CHUNK]
        frame = data.initiatives.iloc[list(positions)]
        facts = zip(*(texts(frame, name) for name in _SHOWN_COLUMNS), strict=True)
        for case, told in zip(cases(data, positions), facts, strict=True):
            explained = data.explanations.get(case.position)
            for miss in explained.why_not if explained else ():
                if miss.rule_id not in rules:
                    rules[miss.rule_id] = len(catalogue)
                    aspect = words.spaced(miss.aspect)
                    catalogue.append([_shown(miss.rule_id), _shown(miss.title), aspect])
            for proof in case.proofs:
                if proof.rule_id not in rules:
                    rules[proof.rule_id] = len(catalogue)
                    aspect = words.spaced(proof.aspect)
                    catalogue.append([_shown(proof.rule_id), _shown(proof.title), aspect])
            row = _row(case, told, order.reasons[case.position], rules)
            yield [*row, more(explained, rules) if explained else 0]


def _row(case: Case, facts: tuple[str, ...], reason: str, rules: dict[str, int]) -> list[Any]:
    return [
        displayed(case.initiative_id),
        displayed(case.name, limit=_NAME_LIMIT),
        displayed(case.unit, limit=_NAME_LIMIT),
        words.role(case.verdict),
        words.role(case.lean),
        case.confidence_word,
        round(case.confidence * 100),
        reason,
        int(reason in TO_DECIDE),
        _shown(case.rationale),
        _shown(case.flips),
        words.role(case.today),
        case.project_score,
        case.program_score,
        [_shown(text) for _, text in case.advisories],
        [_shown(text) for text in facts],
        [_evidence(proof, rules[proof.rule_id]) for proof in case.proofs],
    ]


def _evidence(proof: Proof, rule: int) -> list[Any]:
    return [
        rule,
        words.role(proof.role),
        proof.weight,
        _shown(proof.rationale),
        _shown(proof.facts),
        _shown(proof.passage),
        _shown(proof.source),
    ]


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
