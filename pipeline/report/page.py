"""The web page: one file that loads nothing, for a browser, a printer or a screen reader."""

from __future__ import annotations

from importlib.resources import files
from typing import IO, TYPE_CHECKING

from pipeline.report import theme, words
from pipeline.report.attention import REASONS, TO_DECIDE, agenda
from pipeline.report.cases import cases
from pipeline.report.charts import chart
from pipeline.report.facts_of_run import mapping_rows, sections
from pipeline.report.limits import DECIDE_FIRST, PAGE_BYTES
from pipeline.report.page_data import page_data
from pipeline.report.programs import shown_programs
from pipeline.report.safe_text import displayed
from pipeline.report.tally import tallies

if TYPE_CHECKING:
    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.data import ReportData

_TEMPLATES = files("pipeline.report").joinpath("templates")


def write_page(data: ReportData, file: IO[bytes]) -> None:
    """Write the page.

    Args:
        data: The run; where its initiatives would take more than ``PAGE_BYTES``, the page has
            those to look at first and says so.
        file: Open for writing bytes.
    """
    order = agenda(data)
    blob, shown = page_data(data, order, budget=PAGE_BYTES)
    style, script = theme.stylesheet(), _template("page.js")
    template = theme.environment().from_string(_template("page.html.j2"))
    page = template.render(
        policy=theme.policy(style, script),
        style=style,
        script=script,
        blob=blob,
        manifest=data.manifest,
        counts=data.counts,
        charts=[chart(tally, key=f"chart-{key}") for key, tally in enumerate(tallies(data))],
        first=_decide_first(data, order),
        programs=shown_programs(data),
        to_decide=order.to_decide,
        total=len(data.initiatives),
        shown=shown,
        reasons=[reason for reason in REASONS if reason],
        sections=sections(data.manifest),
        mapping=mapping_rows(data.manifest),
        words=words,
        displayed=displayed,
    )
    file.write(page.encode("utf-8", "replace"))


def _decide_first(data: ReportData, order: Agenda) -> list[tuple[Case, str]]:
    positions = [place for place in order.order if order.reasons[place] in TO_DECIDE]
    shown = cases(data, positions[:DECIDE_FIRST])
    return [(case, order.reasons[case.position]) for case in shown]


def _template(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text(encoding="utf-8")
