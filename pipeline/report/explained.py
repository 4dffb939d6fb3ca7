"""What the page shows of an explanation beside the evidence: changes, near misses, questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.explain.in_words import asked, changes, fell_short
from pipeline.report.safe_text import displayed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.explain.record import Explanation

_TEXT_LIMIT: Final = 500


def more(explanation: Explanation, rules: Mapping[str, int]) -> list[Any]:
    """Changes and questions as texts, near misses as [index of rule, points, [shortfalls]].

    Args:
        explanation: Of one initiative.
        rules: Index of each rule that it names.
    """
    found = explanation.counterfactual
    return [
        [_shown(text) for text in changes(explanation.verdict, found)] if found else [],
        [
            [
                rules[miss.rule_id],
                miss.points,
                [_shown(fell_short(failed)) for failed in miss.failed],
            ]
            for miss in explanation.why_not
        ],
        [_shown(asked(question)) for question in explanation.missing],
    ]


def _shown(text: str) -> str:
    return displayed(text, limit=_TEXT_LIMIT)
