"""staffing classify: the whole run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from pipeline import outlets, progress
from pipeline.cli.options import (
    QUARANTINED,
    Name,
    options_from,
    portfolio_options,
    roster_option,
    rules_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.options import Options
    from pipeline.summary import Summary

_LOOK: Final = "Look before you rely on it"


@click.command(epilog="Example: staffing classify portfolio.xlsx --sheet Initiatives --output out")
@portfolio_options
@rules_option
@roster_option
@click.option(
    "--output",
    type=Name(),
    help="Folder that runs are published in; default: out.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many published runs stay; default: 0, all of them.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Seconds to wait for a portfolio that is still being written; default: 60.",
)
@click.option(
    "--accept-strange",
    is_flag=True,
    help="Publish although the thresholds of the configuration would refuse this night.",
)
@click.option("--verbose", is_flag=True, default=None, help="Show the lines of run.log as well.")
@click.option("--brief", is_flag=True, default=None, help="One line when all went well.")
@click.option(
    "--verify",
    type=click.IntRange(min=0),
    metavar="N",
    help="Decide N initiatives once more, one by one, and compare; default: 0.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask", "spark"]),
    help="Who works on a portfolio in parts; default: local, this process.",
)
@click.option(
    "--chunk-rows",
    type=click.IntRange(min=0),
    metavar="N",
    help="Read a CSV or Parquet file N rows at a time; default: 0, all at once.",
)
@click.option("--quiet", is_flag=True, default=None, help="Print nothing when all went well.")
def classify(portfolio: Path, config: Path | None, accept_strange: bool, **flags: Any) -> int:  # noqa: ANN401, FBT001 -- as click hands them over
    """Classify every initiative in PORTFOLIO (CSV, Excel or Parquet) and publish a report.

    A folder of CSV or Parquet files is one portfolio, read in parts. A run in parts publishes each
    table as a folder with a file for every part; workbook, page and questions have the 5,000
    initiatives to look at first, counts and demand are of all. It looks for no programs; how many
    verdicts changed since last night is counted for the thresholds, which ones is not told.

    Exit status: 0 all rows classified or undecided, 3 some rows, of the portfolio or the roster,
    quarantined; others: see `staffing --help`, nothing is published.
    """
    options, settings = options_from(portfolio, config, flags)
    from pipeline import run  # noqa: PLC0415 -- slow to import
    from pipeline.night import word  # noqa: PLC0415

    with (
        word.told(settings.notify, settings.health) as night,
        progress.shown(quiet=settings.quiet or settings.verbose) as begins,
    ):
        summary = run.classify(replace(options, accept_strange=accept_strange), begins)
        night.outcome = word.Outcome(
            text=_in_a_line(summary),
            calls_for_attention=bool(summary.oddities or summary.counts.quarantined),
        )
    for complaint in _dropped_faults(options, summary):
        outlets.complain(complaint)
    if summary.trouble:
        outlets.complain(f"The report is published, but not remembered: {summary.trouble}")
    if not settings.quiet:
        outlets.tell(_in_a_line(summary) if settings.brief else _told(options, summary))
    for oddity in summary.oddities:
        if not oddity.is_told:
            outlets.complain(f"{_LOOK}: {oddity.sentence}")
    return QUARANTINED if summary.counts.quarantined or summary.roster_set_aside else 0


def _dropped_faults(options: Options, summary: Summary) -> Iterator[str]:
    """What somebody has to see to in the drop folder."""
    dropped, folder = summary.dropped, options.review.drop_folder
    if dropped is None or folder is None:
        return
    if dropped.refused:
        count = len(dropped.refused)
        yield (
            f"{'A workbook was' if count == 1 else f'{count} workbooks were'} refused, in part or "
            f"as a whole: see {click.format_filename(folder / 'refused')}"
        )
    if dropped.left:
        yield f"Left for the next night, since somebody has them open: {', '.join(dropped.left)}"
    if dropped.trouble:
        yield f"The drop folder could not be emptied: {dropped.trouble}"


def _in_a_line(summary: Summary) -> str:
    counts = summary.counts
    return (
        f"{summary.run_id}: {counts.read:,} rows read, "
        f"{counts.project_manager:,} project managers, "
        f"{counts.program_manager:,} program managers, {counts.undecided:,} undecided, "
        f"{counts.quarantined:,} quarantined"
    )


def _report(summary: Summary) -> str:
    if summary.parts:
        parts = "1 part" if summary.parts == 1 else f"{summary.parts:,} parts"
        return f"{click.format_filename(summary.folder / 'report.html')}, report.xlsx, {parts}"
    return f"{click.format_filename(summary.folder / 'report.html')} and report.xlsx"


def _told(options: Options, summary: Summary) -> str:
    width = max(4, len(f"{summary.counts.read:,}"))
    return "\n".join(
        [
            f"{click.format_filename(options.portfolio)}, as of {options.as_of}",
            "",
            *(f"  {count:>{width},}  {what}" for count, what in _counted(summary)),
            "",
            *_afterwards(summary),
        ]
    )


def _counted(summary: Summary) -> Iterator[tuple[int, str]]:
    """What was counted, and of what."""
    counts, dropped, changes = summary.counts, summary.dropped, summary.changes
    yield counts.read, "rows read"
    yield counts.project_manager, "need a Technical Project Manager"
    yield counts.program_manager, "need a Technical Program Manager"
    yield counts.undecided, "undecided"
    yield counts.quarantined, "quarantined"
    if counts.totals_rows:
        yield counts.totals_rows, "totals, repeated headers and footnotes skipped"
    if counts.derived:
        noun = "parent" if counts.derived == 1 else "parents"
        yield counts.derived, f"{noun} without a row, classified besides"
    if counts.warnings:
        yield counts.warnings, "warnings, in warnings.csv"
    if summary.verified:
        yield summary.verified, "decided once more, one by one: the same"
    if dropped is not None and dropped.taken:
        noun = "decision" if dropped.taken == 1 else "decisions"
        yield dropped.taken, f"{noun} taken over from the drop folder"
    if changes is not None:
        noun = "verdict" if changes.flipped == 1 else "verdicts"
        yield changes.flipped, f"{noun} changed since {changes.since_as_of}, see changes.csv"


def _afterwards(summary: Summary) -> Iterator[str]:
    """Where to look now, and how it went."""
    yield f"Report: {_report(summary)}"
    if summary.counts.quarantined:
        yield "What to mend: quarantine.csv there"
    if summary.roster_set_aside:
        set_aside = summary.roster_set_aside
        yield f"Rows of the roster set aside: {set_aside:,}, see roster_quarantine.csv"
    yield from (f"{_LOOK}: {oddity.sentence}" for oddity in summary.oddities if oddity.is_told)
    if summary.pruned:
        yield f"Old runs taken away: {summary.pruned:,}"
    again = "" if summary.is_new else ", nothing has changed since it was published"
    yield f"Done in {summary.seconds:.1f} s{again}"
