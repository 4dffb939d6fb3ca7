"""Bar charts as geometry: where each bar goes; the page's template draws them as inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.report import words
from pipeline.report.page.links import to_list
from pipeline.report.tally import NOT_STATED

if TYPE_CHECKING:
    from pipeline.report.tally import Bar, Tally

WIDTH: Final = 440
_LABEL_WIDTH = 175
_VALUE_WIDTH = 55  # at least; the longest total takes as much as it needs
_DIGIT_WIDTH = 9
_ROW_HEIGHT = 26
_BAR_HEIGHT = 16
_LABEL_LIMIT = 21
_CLASSES: Final = {word: code.replace("_", "-") for code, word in words.VERDICTS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One rectangle; ``css_class`` names the verdict that colours it."""

    x: float
    width: float
    css_class: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One bar: its label, the text that tells all its counts, its rectangles, its total.

    ``link`` is the fragment that lists what the bar counts; "" where the list has no such filter.
    """

    y: int
    label: str
    told: str
    segments: tuple[Segment, ...]
    total: str
    total_x: float
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One chart, in units of its own view box; ``told`` says it all to who cannot see it."""

    key: str
    title: str
    told: str
    height: int
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str], ...]
    label_x: int = _LABEL_WIDTH - 8
    bar_height: int = _BAR_HEIGHT
    width: int = WIDTH


def chart(tally: Tally, *, key: str) -> Chart:
    """Lay out one chart; ``key`` is unique on the page."""
    most = max((sum(bar.counts) for bar in tally.bars), default=0) or 1
    value_width = max(_VALUE_WIDTH, _DIGIT_WIDTH * (len(f"{most:,}") + 1))
    scale = (WIDTH - _LABEL_WIDTH - value_width) / most
    rows = tuple(_row(tally, bar, number, scale) for number, bar in enumerate(tally.bars))
    legend = tuple((_CLASSES[name], name) for name in tally.series if name in _CLASSES)
    return Chart(
        key=key,
        title=tally.title,
        told=". ".join(row.told for row in rows),
        height=_ROW_HEIGHT * len(rows) + 8,
        rows=rows,
        legend=legend,
    )


def _row(tally: Tally, bar: Bar, number: int, scale: float) -> Row:
    segments = []
    x = float(_LABEL_WIDTH)
    for name, count in zip(tally.series, bar.counts, strict=True):
        if count:
            width = round(count * scale, 2)
            css_class = _CLASSES.get(name) or _CLASSES.get(bar.label, "undecided")
            segments.append(Segment(x=round(x, 2), width=width, css_class=css_class))
            x += width
    return Row(
        y=4 + _ROW_HEIGHT * number,
        label=_short(bar.label),
        told=_told(tally, bar),
        segments=tuple(segments),
        total=f"{sum(bar.counts):,}",
        total_x=round(x + 6, 2),
        link=_link(tally, bar) if sum(bar.counts) else "",
    )


def _link(tally: Tally, bar: Bar) -> str:
    if bar.label in _CLASSES:
        return to_list(verdict=_CLASSES[bar.label].replace("-", "_"))
    if bar.label in words.CONFIDENCES:
        return to_list(confidence=bar.label.lower())
    if tally.label != "Business unit":
        return ""
    if bar.label == NOT_STATED and not bar.unit:
        return to_list(unit="")
    return to_list(unit=bar.unit) if bar.unit else ""


def _told(tally: Tally, bar: Bar) -> str:
    if len(tally.series) == 1:
        return f"{bar.label}: {bar.counts[0]:,}"
    parts = (
        f"{count:,} {name.lower()}"
        for name, count in zip(tally.series, bar.counts, strict=True)
        if count
    )
    return f"{bar.label}: {', '.join(parts) or 'none'}"


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_LIMIT else label[: _LABEL_LIMIT - 1].rstrip() + "…"
