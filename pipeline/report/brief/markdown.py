"""The brief as Markdown: for mails, wikis and terminals."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from pipeline.report.brief.content import brief
from pipeline.report.page.links import to_initiative
from pipeline.report.safe_text import in_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.brief.content import Brief, Decision
    from pipeline.report.data import ReportData


def write_markdown(data: ReportData, file: IO[bytes]) -> None:
    """Write the brief; its links lead into ``report.html``, which lies beside it.

    Args:
        data: The run.
        file: Open for writing bytes.
    """
    file.write("\n".join(_lines(brief(data))).encode("utf-8", "replace"))


def _lines(told: Brief) -> Iterator[str]:
    yield from (f"# {told.headline}", "", in_markdown(told.summary), "")
    if told.decisions:
        yield from ("## Decide", "")
        for place, decision in enumerate(told.decisions, start=1):
            yield f"{place}. {_decision(decision)}"
        if told.left:
            yield from ("", f"{told.left:,} more in [the report](report.html#?look=decide).")
        yield ""
    for title, lines in told.sections:
        yield from (f"## {in_markdown(title)}", "")
        yield from (f"- {in_markdown(line)}" for line in lines)
        yield ""
    yield (
        f"Run {in_markdown(told.run_id)}. Evidence: [report.html](report.html), to fill in: "
        "[report.xlsx](report.xlsx)."
    )
    yield ""


def _decision(decision: Decision) -> str:
    where = ", ".join(filter(None, (decision.initiative_id, decision.unit)))
    link = f"[{in_markdown(decision.name)}](report.html{to_initiative(decision.initiative_id)})"
    told = [f"**{link}** ({in_markdown(where)}):", in_markdown(_ended(decision.question))]
    if decision.why:
        told.append(in_markdown(_ended(decision.why)))
    if decision.flips:
        told.append(f"Would flip with {in_markdown(_ended(decision.flips))}")
    return " ".join(told)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
