"""The brief as one slide of A4 size: to project, to print, and to edit before the meeting."""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile
from typing import IO, TYPE_CHECKING, Any, Final

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Mm, Pt

from pipeline.report.brief.content import DECISIONS, LEADS, brief
from pipeline.report.safe_text import displayed, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.brief.content import Brief, Decision
    from pipeline.report.data import ReportData

_TITLE_ONLY: Final = 5  # its place among the layouts of the library's own template
_WIDTH, _HEIGHT = Mm(297), Mm(210)
_MARGIN, _TOP = Mm(12), Mm(34)
_TABLE_COLUMNS: Final = (Mm(47), Mm(62), Mm(81))
_SIDE_LEFT, _SIDE_WIDTH = Mm(208), Mm(77)
# Ten rows fill the page: two lines of name, evidence and change, four of the question, at most.
_NAME_MOST, _WHERE_MOST, _QUESTION_MOST, _LINES_MOST = 40, 26, 120, 100
_MORE_AT_MOST: Final = 1.6  # times as much text where fewer rows leave room for it
# What the side holds, in points: letters of a line, heights of a line, a gap and a heading.
_SIDE_LETTERS, _SIDE_LINE, _SIDE_GAP, _SIDE_HEADING, _SIDE_HEIGHT = 40, 11, 2, 23, 445
_SIDE_LIMITS: Final = (190, 150, 120, 100, 80, 60)
_INK, _FAINT, _HEAD, _BAND, _PAPER = map(
    RGBColor.from_string, ("1F2933", "55606E", "DFE6EE", "F4F6F9", "FFFFFF")
)
_SMALL, _PLAIN, _TINY, _SECTION = Pt(9), Pt(8.5), Pt(7.5), Pt(11)
# Entries of a ZIP file have a time; the oldest that the format knows says nothing.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def write_slide(data: ReportData, file: IO[bytes]) -> None:
    """Write the brief as a presentation of one slide.

    Args:
        data: The run; equal runs give equal bytes.
        file: Open for writing bytes.
    """
    told = brief(data)
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    _title(slide, told)
    _decisions(slide, told)
    _sections(slide, told)
    _properties(deck, told)
    made = io.BytesIO()
    deck.save(made)
    _same_bytes(made, file)


def _title(slide: Any, told: Brief) -> None:  # noqa: ANN401 -- the library is not typed
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = _MARGIN, Mm(9), _WIDTH - 2 * _MARGIN, Mm(13)
    _text(title.text_frame, [(told.headline, Pt(26), True)])
    _box(slide, (_MARGIN, Mm(22), _WIDTH - 2 * _MARGIN, Mm(10)), [(told.summary, Pt(11), False)])


def _decisions(slide: Any, told: Brief) -> None:  # noqa: ANN401
    if not told.decisions:
        return
    place = (_MARGIN, _TOP, Emu(sum(_TABLE_COLUMNS)), Mm(10))
    shape = slide.shapes.add_table(len(told.decisions) + 1, len(_TABLE_COLUMNS), *place)
    shape.name = "Decisions to take"
    table = shape.table
    # The style of the template bands its rows in colours that mean nothing here.
    table.horz_banding = False
    for column, width in zip(table.columns, _TABLE_COLUMNS, strict=True):
        column.width = width
    for cell, text in zip(table.rows[0].cells, ("Initiative", "Decide", "Why"), strict=True):
        _cell(cell, [(text, _SMALL, True)], _HEAD)
    more = min(DECISIONS / len(told.decisions), _MORE_AT_MOST)
    for number, decision in enumerate(told.decisions, start=1):
        for cell, runs in zip(table.rows[number].cells, _columns(decision, more), strict=True):
            _cell(cell, runs, _PAPER if number % 2 else _BAND)
    for row in table.rows:
        row.height = Mm(6)


def _columns(decision: Decision, more: float) -> Sequence[Sequence[tuple[str, Any, bool]]]:
    where = " · ".join(filter(None, (decision.initiative_id, decision.unit)))
    flips = f"Would flip with {decision.flips}" if decision.flips else ""
    return (
        [
            (displayed(decision.name, limit=_NAME_MOST), _SMALL, True),
            (displayed(where, limit=_WHERE_MOST), _TINY, False),
        ],
        [(shortened(decision.question, int(_QUESTION_MOST * more)), _PLAIN, False)],
        [
            (shortened(text, int(_LINES_MOST * more)), _TINY, False)
            for text in (decision.why, flips)
            if text
        ],
    )


def _sections(slide: Any, told: Brief) -> None:  # noqa: ANN401
    left = [f"{told.left:,} more need a decision: report.html has them."] if told.left else []
    runs: list[tuple[str, Any, bool]] = []
    for title, lines in _fitted(told):
        runs += [(title, _SECTION, True), *((line, _SMALL, False) for line in lines)]
    runs += [(line, _SMALL, False) for line in left]
    _box(slide, (_SIDE_LEFT, _TOP, _SIDE_WIDTH, _HEIGHT - _TOP - Mm(16)), runs)
    foot = f"Run {told.run_id}. Evidence in report.html, decisions go into report.xlsx."
    _box(slide, (_MARGIN, _HEIGHT - Mm(9), _WIDTH - 2 * _MARGIN, Mm(6)), [(foot, _TINY, False)])


def _fitted(told: Brief) -> list[tuple[str, list[str]]]:
    """The sections with as much of each line as the side has room for; the need for leads whole."""
    sections: list[tuple[str, list[str]]] = []
    for limit in _SIDE_LIMITS:
        sections = [
            (
                title,
                [line if title.startswith(LEADS) else shortened(line, limit) for line in lines],
            )
            for title, lines in told.sections
        ]
        texts = [line for _, lines in sections for line in lines]
        rows = sum(math.ceil(len(line) / _SIDE_LETTERS) for line in texts)
        height = rows * _SIDE_LINE + len(texts) * _SIDE_GAP + len(sections) * _SIDE_HEADING
        if height <= _SIDE_HEIGHT:
            break
    return sections


def _box(
    slide: Any,  # noqa: ANN401
    place: tuple[Any, Any, Any, Any],
    runs: Sequence[tuple[str, Any, bool]],
) -> None:
    _text(slide.shapes.add_textbox(*place).text_frame, runs)


def _cell(cell: Any, runs: Sequence[tuple[str, Any, bool]], fill: RGBColor) -> None:  # noqa: ANN401
    cell.fill.solid()
    cell.fill.fore_color.rgb = fill
    cell.margin_left = cell.margin_right = Mm(1)
    cell.margin_top = cell.margin_bottom = Mm(0.6)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    _text(cell.text_frame, runs)


def _text(frame: Any, runs: Sequence[tuple[str, Any, bool]]) -> None:  # noqa: ANN401
    """Paragraphs of text, size and weight; text is set as text, so nothing in it does anything."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Mm(0.5)
    for place, (text, size, is_bold) in enumerate(runs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = 1
        if size == _SECTION and place:
            paragraph.space_before = Pt(9)
        elif size == _SMALL and place:
            paragraph.space_before = Pt(2)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = size, is_bold
        run.font.color.rgb = _FAINT if size == _TINY and not is_bold else _INK


def _properties(deck: Any, told: Brief) -> None:  # noqa: ANN401
    known = deck.core_properties
    known.title, known.subject = "Staffing recommendations", f"Run {told.run_id}"
    known.author = known.last_modified_by = "staffing"
    known.keywords = known.comments = ""
    day = dt.datetime.fromisoformat(told.as_of).replace(tzinfo=None)
    known.created = known.modified = day
    known.revision = 1


def _same_bytes(made: IO[bytes], file: IO[bytes]) -> None:
    """Copy a ZIP file without the times of its entries."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
