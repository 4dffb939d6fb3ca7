"""staffing validate: ingest to validation only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline import outlets
from pipeline.cli.options import QUARANTINED, options_from, portfolio_options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.assemble import Checked


@click.command(epilog="Example: staffing validate portfolio.csv --profile jira")
@portfolio_options
def validate(portfolio: Path, config: Path | None, **flags: Any) -> int:  # noqa: ANN401
    """Check PORTFOLIO: print how its columns were understood and every problem; write nothing.

    Exit status: 0 all rows can be classified, 3 some would be quarantined.
    """
    options, _ = options_from(portfolio, config, flags)
    from pipeline import run  # noqa: PLC0415 -- slow to import
    from pipeline.runlog import RunLog  # noqa: PLC0415

    checked = run.check(options, RunLog())
    for line in _told(checked):
        click.echo(outlets.printable(line))
    return QUARANTINED if len(checked.validated.quarantined) else 0


def _told(checked: Checked) -> Iterator[str]:
    raw = checked.raw
    source = raw.source
    place = ", ".join(
        part
        for part in (
            source.format,
            f"sheet {source.sheet!r}" if source.sheet else "",
            source.encoding,
            f"header in {'column' if source.transposed else 'row'} {source.header_line}",
            "turned on its side" if source.transposed else "",
            f"profile {raw.profile}" if raw.profile else "",
        )
        if part
    )
    yield f"{source.name}: {place}"
    yield ""
    yield "Columns"
    for column in raw.mapping:
        unit = f", in {column.unit:,}" if column.unit else ""
        currency = f" {column.currency}" if column.currency else ""
        headers = ", ".join(map(repr, column.headers))
        yield f"  {column.canonical:<20} from {headers} (by {column.by}{unit}{currency})"
    if raw.unmapped:
        yield f"  not used: {', '.join(map(repr, raw.unmapped))}"
    yield ""
    yield from _problems(checked)
    rows = len(raw.cells)
    quarantined = len(checked.validated.quarantined)
    skipped = f"; {raw.blank_rows} blank and {raw.totals_rows} totals rows skipped"
    yield f"{rows} rows read, {rows - quarantined} accepted, {quarantined} quarantined{skipped}"


def _problems(checked: Checked) -> Iterator[str]:
    problems = sorted(checked.validated.problems, key=lambda problem: problem.source_line)
    if not problems:
        return
    yield "Problems"
    for problem in problems:
        line = f"row {problem.source_line}" if problem.source_line else "file"
        value = f" {problem.value!r}" if problem.value else ""
        column = f" {problem.column}" if problem.column else ""
        yield f"  {line}:{column}{value}: [{problem.severity}: {problem.code}] {problem.cure}"
    yield ""
