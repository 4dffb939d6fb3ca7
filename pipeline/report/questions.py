"""What is missing of undecided initiatives, as questions to their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from schemas.report import Questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.explain.missing import Question

_OF_INITIATIVE: Final = ("initiative_id", "name", "business_unit", "owner")


def question_frame(
    initiatives: pd.DataFrame, missing: Mapping[int, tuple[Question, ...]]
) -> pd.DataFrame:
    """One row a question, as ``schemas.report.Questions``.

    Args:
        initiatives: As ``ReportData.initiatives``.
        missing: Questions by position, the most decisive first.
    """
    asked = [
        (position, rank, question)
        for position, questions in sorted(missing.items())
        for rank, question in enumerate(questions, 1)
    ]
    rows = initiatives.iloc[[position for position, _, _ in asked]]
    columns = {
        name: _texts(rows[name].astype(object).where(rows[name].notna(), ""))
        for name in _OF_INITIATIVE
    }
    frame = pd.DataFrame(columns)
    frame["rank"] = [rank for _, rank, _ in asked]
    questions = [question for _, _, question in asked]
    frame["question"] = _texts(question.text for question in questions)
    frame["columns"] = _texts("; ".join(question.columns) for question in questions)
    frame["answers"] = _texts(map(_answers, questions))
    return Questions.validate(frame.astype({"rank": "int64"}))


def _answers(question: Question) -> str:
    told = ((answer.values, answer.verdict) for answer in question.answers)  # noqa: PD011 -- a dataclass
    return "; ".join(f"{values}: {verdict}" for values, verdict in told)


def _texts(values: Iterable[Any]) -> Any:  # noqa: ANN401 -- a pandas string array
    return pd.array([str(value) for value in values], dtype="str")
