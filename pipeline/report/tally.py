"""Count the initiatives of a run for the summaries: by verdict, business unit and confidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report import whole, words
from pipeline.report.safe_text import displayed
from schemas.report import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.data import ReportData

NOT_STATED = "Not stated"
_UNITS_SHOWN = 12
_LABEL_LIMIT = 34


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar of a chart: a label, and a count for each of the chart's series.

    ``unit`` is the business unit that it counts, whole; "" where it counts none, or several.
    """

    label: str
    counts: tuple[int, ...]
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """A chart's worth of counts: ``series`` names what the counts of each bar stand for."""

    title: str
    label: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]


def tallies(data: ReportData) -> tuple[Tally, Tally, Tally]:
    """Counts of all initiatives, derived ones too: by verdict, business unit, confidence."""
    units = whole.units(data)
    return (_by_verdict(units), _by_unit(units), _by_confidence(whole.confidences(data)))


def _by_verdict(units: Mapping[tuple[str, str], int]) -> Tally:
    found: Counter[str] = Counter()
    for (_, verdict), count in units.items():
        found[verdict] += count
    bars = tuple(Bar(label=words.role(code), counts=(found[code],)) for code in VERDICTS)
    return Tally(title="By role", label="Verdict", series=("Initiatives",), bars=bars)


def _by_unit(found: Mapping[tuple[str, str], int]) -> Tally:
    sizes: Counter[str] = Counter()
    for (unit, _), count in found.items():
        sizes[unit] += count
    ranked = sorted((unit for unit in sizes if unit), key=lambda unit: (-sizes[unit], unit))
    shown = ranked[:_UNITS_SHOWN]
    groups = [(displayed(unit, limit=_LABEL_LIMIT), [unit]) for unit in shown]
    if others := ranked[_UNITS_SHOWN:]:
        groups.append((words.counted(len(others), "other unit"), others))
    if sizes[""]:
        groups.append((NOT_STATED, [""]))
    bars = tuple(
        Bar(
            label=label,
            counts=tuple(sum(found.get((unit, code), 0) for unit in members) for code in VERDICTS),
            unit=members[0] if len(members) == 1 else "",
        )
        for label, members in groups
    )
    series = tuple(words.VERDICTS.values())
    return Tally(title="By business unit", label="Business unit", series=series, bars=bars)


def _by_confidence(found: Mapping[tuple[str, str], int]) -> Tally:
    bars = tuple(
        Bar(label=band, counts=tuple(found.get((band, code), 0) for code in words.ROLES))
        for band in words.CONFIDENCES
    )
    series = tuple(words.ROLES.values())
    return Tally(title="Decided, by confidence", label="Confidence", series=series, bars=bars)
