"""What is counted over all initiatives of a run, also where a report shows some of them alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report import set_aside, words
from pipeline.report.columns import first, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from pipeline.report.data import ReportData
    from pipeline.report.set_aside import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """Counts of a portfolio that is too large for one frame.

    ``looks`` counts initiatives by the reason to look at them (``attention.REASONS``), ``units`` by
    business unit, "" for none, and verdict, ``confidences`` by confidence in one word and verdict.
    ``problems`` counts those of quarantined rows by code, ``set_aside`` tells of the same rows;
    ``warnings`` is how many warnings there are.
    """

    looks: Mapping[str, int]
    units: Mapping[tuple[str, str], int]
    confidences: Mapping[tuple[str, str], int]
    problems: Mapping[str, int]
    set_aside: Sequence[Reason]
    warnings: int


def units_of(initiatives: pd.DataFrame) -> Counter[tuple[str, str]]:
    """How many initiatives there are by business unit and verdict."""
    units = [" ".join(unit.split()) for unit in texts(initiatives, "business_unit")]
    return Counter(zip(units, texts(initiatives, "verdict"), strict=True))


def confidences_of(initiatives: pd.DataFrame) -> Counter[tuple[str, str]]:
    """How many initiatives there are by confidence in one word and verdict."""
    confidences = first(initiatives, "confidence").tolist()
    verdicts = texts(initiatives, "verdict")
    return Counter(
        (words.confidence(verdict, confidence), verdict)
        for verdict, confidence in zip(verdicts, confidences, strict=True)
    )


def problems_of(problems: pd.DataFrame) -> Counter[str]:
    """How many problems there are by code."""
    return Counter(texts(problems, "problem"))


def units(data: ReportData) -> Mapping[tuple[str, str], int]:
    """All initiatives of a run by business unit and verdict."""
    return data.whole.units if data.whole else units_of(data.initiatives)


def confidences(data: ReportData) -> Mapping[tuple[str, str], int]:
    """All initiatives of a run by confidence in one word and verdict."""
    return data.whole.confidences if data.whole else confidences_of(data.initiatives)


def problems(data: ReportData) -> Mapping[str, int]:
    """All problems of quarantined rows by code."""
    return data.whole.problems if data.whole else problems_of(data.quarantine)


def reasons(data: ReportData) -> Sequence[Reason]:
    """Why rows were set aside, all of them."""
    return data.whole.set_aside if data.whole else set_aside.reasons(data.quarantine)


def warnings(data: ReportData) -> int:
    """How many warnings a run has."""
    return data.whole.warnings if data.whole else len(data.warnings)
