"""Put the page together: what it tells without a script, and the data that its script shows."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Any, Final

from pipeline.report import theme, words
from pipeline.report.attention import REASONS, TO_DECIDE, agenda
from pipeline.report.cases import cases
from pipeline.report.facts_of_run import mapping_rows, sections
from pipeline.report.limits import DECIDE_FIRST, PAGE_BYTES
from pipeline.report.page import links
from pipeline.report.page.changes import shown_changes, shown_decisions
from pipeline.report.page.charts import chart
from pipeline.report.page.demand import shown_demand
from pipeline.report.page.quarantine import shown_quarantine
from pipeline.report.page.rows import pack_rows
from pipeline.report.programs import shown_programs
from pipeline.report.since import CHANGES
from pipeline.report.tally import tallies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.attention import Agenda
    from pipeline.report.cases import Case
    from pipeline.report.data import ReportData

_TEMPLATES = files("pipeline.report").joinpath("templates")
# In this order they are one text, so one hash lets them run.
_SCRIPTS: Final = ("data.js", "detail.js", "list.js", "page.js")


def write_page(data: ReportData, file: IO[bytes]) -> None:
    """Write the page.

    Args:
        data: The run; where its initiatives would take more than ``PAGE_BYTES``, the page has
            those to look at first and says so.
        file: Open for writing bytes.
    """
    order = agenda(data)
    packed = pack_rows(data, order, budget=PAGE_BYTES)
    style = theme.stylesheet() + _template("report.css")
    script = '"use strict";\n{\n' + "".join(map(_template, _SCRIPTS)) + "}\n"
    page = (
        theme.environment("pipeline.report")
        .get_template("page.html.j2")
        .render(
            _told(data, order),
            policy=theme.policy(style, script),
            style=style,
            script=script,
            packed=packed,
            shown=packed.shown,
            links=links,
            words=words,
        )
    )
    file.write(page.encode("utf-8", "replace"))


def _told(data: ReportData, order: Agenda) -> dict[str, Any]:
    """What stands on the page whether or not its script runs."""
    return {
        "manifest": data.manifest,
        "counts": data.counts,
        "charts": [chart(tally, key=f"chart-{key}") for key, tally in enumerate(tallies(data))],
        "first": list(_decide_first(data, order)),
        "changes": shown_changes(data),
        "decisions": shown_decisions(data),
        "programs": shown_programs(data),
        "demand": shown_demand(data),
        "quarantine": shown_quarantine(data),
        "to_decide": order.to_decide,
        "total": order.total,
        "in_parts": data.whole is not None,
        "reasons": [reason for reason in REASONS if reason],
        "change_words": CHANGES,
        "waiting": _waiting(order),
        "sections": sections(data.manifest),
        "mapping": mapping_rows(data.manifest),
    }


def _waiting(order: Agenda) -> list[tuple[str, int, str]]:
    """What needs a decision: reason, how many, and the fragment of the list that shows them."""
    found = Counter(order.looks)
    return [
        (reason, found[reason], links.to_list(look=links.slug(reason)))
        for reason in REASONS
        if reason in TO_DECIDE and found[reason]
    ]


def _decide_first(data: ReportData, order: Agenda) -> Iterator[tuple[Case, str]]:
    positions = [place for place in order.order if order.reasons[place] in TO_DECIDE]
    for case in cases(data, positions[:DECIDE_FIRST]):
        yield case, order.reasons[case.position]


def _template(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text(encoding="utf-8")
