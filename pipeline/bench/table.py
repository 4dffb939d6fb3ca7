"""What was measured, as a Markdown table and as a drawing."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

from pipeline.bench.run import ENGINES, growth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.bench.run import Measure

_WIDTH, _HEIGHT, _LEFT, _FOOT, _LEGEND = 900, 460, 70, 50, 290
_SVG: Final = "http://www.w3.org/2000/svg"
_FONT: Final = 'font-family="sans-serif" font-size="13"'
_COLORS: Final = (
    *("#0b5cad", "#b3261e", "#2e7d32", "#7b1fa2", "#e07b00", "#00838f"),
    *("#5d4037", "#ad1457", "#616161", "#9e9d24", "#283593", "#000000"),
)


def markdown(found: Sequence[Measure]) -> str:
    """A table for each number of rules, the quickest first, and how time grows with rows."""
    parts = ["# Decision step: facts to verdict, with every rule that matched", ""]
    for rules in sorted({each.rules for each in found}):
        for rows in sorted({each.rows for each in found if each.rules == rules}):
            mine = [each for each in found if (each.rules, each.rows) == (rules, rows)]
            parts += [f"## {rows:,} rows, {rules} rules", "", *_table(mine), ""]
    parts += ["## Growth of time with rows (1 is linear)", "", *_growth(found), ""]
    parts += ["## Ours: time by rules, at the most rows of each", "", *_by_rules(found), ""]
    return "\n".join(parts)


def _table(mine: Sequence[Measure]) -> Iterator[str]:
    ours = next((each for each in mine if each.engine == ENGINES[0].name), None)
    yield "| engine | rows/s | ours is as fast | process peak MiB |"
    yield "|---|---:|---:|---:|"
    for each in sorted(mine, key=lambda each: -each.rate):
        ratio = f"{ours.rate / each.rate:,.2f} times" if ours else "not measured"
        yield f"| {each.engine} | {each.rate:,.0f} | {ratio} | {each.peak:,} |"


def _growth(found: Sequence[Measure]) -> Iterator[str]:
    yield "| engine | rules | exponent |"
    yield "|---|---:|---:|"
    for engine, rules in dict.fromkeys((each.engine, each.rules) for each in found):
        mine = [each for each in found if (each.engine, each.rules) == (engine, rules)]
        exponent = growth(mine)
        if exponent is not None:
            yield f"| {engine} | {rules} | {exponent:.2f} |"


def _by_rules(found: Sequence[Measure]) -> Iterator[str]:
    yield "| rows | rules | seconds |"
    yield "|---:|---:|---:|"
    mine = [each for each in found if each.engine == ENGINES[0].name]
    for each in sorted(mine, key=lambda each: (each.rows, each.rules)):
        yield f"| {each.rows:,} | {each.rules} | {each.seconds:.3f} |"


def drawing(found: Sequence[Measure], rules: int) -> str:
    """Rows a second over rows, both in powers of ten, as an SVG image."""
    mine = [each for each in found if each.rules == rules]
    xs = [math.log10(each.rows) for each in mine]
    ys = [math.log10(each.rate) for each in mine]
    scales = (math.floor(min(xs)), math.ceil(max(xs))), (math.floor(min(ys)), math.ceil(max(ys)))
    parts = [
        f'<svg xmlns="{_SVG}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" {_FONT}>',
        f"<title>Rows a second by rows, {rules} rules</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_grid(*scales),
    ]
    for number, name in enumerate(dict.fromkeys(each.engine for each in mine)):
        color = _COLORS[number % len(_COLORS)]
        points = [
            _place(math.log10(each.rows), math.log10(each.rate), *scales)
            for each in sorted(mine, key=lambda each: each.rows)
            if each.engine == name
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in points]
        top = 24 + 20 * number
        left = _WIDTH - _LEGEND + 20
        parts.append(f'<rect x="{left}" y="{top - 9}" width="12" height="12" fill="{color}"/>')
        parts.append(f'<text x="{left + 18}" y="{top + 2}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


_Ends = tuple[int, int]


def _place(x: float, y: float, across: _Ends, up: _Ends) -> tuple[float, float]:
    wide, high = _WIDTH - _LEFT - _LEGEND, _HEIGHT - _FOOT - 20
    return (
        _LEFT + wide * (x - across[0]) / max(across[1] - across[0], 1),
        20 + high * (up[1] - y) / max(up[1] - up[0], 1),
    )


def _grid(across: _Ends, up: _Ends) -> Iterator[str]:
    for power in range(across[0], across[1] + 1):
        x, y = _place(power, up[0], across, up)
        yield f'<line x1="{x:.1f}" y1="20" x2="{x:.1f}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="middle">{10**power:,}</text>'
    for power in range(up[0], up[1] + 1):
        x, y = _place(across[0], power, across, up)
        end = _WIDTH - _LEGEND
        yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{end}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
    middle = _LEFT + (_WIDTH - _LEFT - _LEGEND) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">rows</text>'
    yield '<text x="14" y="200" transform="rotate(-90 14 200)" text-anchor="middle">rows/s</text>'
