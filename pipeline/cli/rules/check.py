"""staffing rules check: is the rulebook sound?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Day, options_from, rules_folder, rules_option

if TYPE_CHECKING:
    import datetime as dt


@click.command(epilog="Example: staffing rules check --fail-on warning portfolio.csv")
@click.argument("portfolio", type=click.Path(path_type=Path), required=False)
@rules_option
@click.option("--profile", help="Exporter whose headers to expect, such as jira.")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="YAML file that maps headers to canonical columns.",
)
@click.option("--sheet", help="Sheet of a workbook; default: the best match.")
@click.option("--as-of", type=Day(), help="Leave out rules not in force on that day.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "notice"]),
    default="error",
    show_default=True,
    help="Least severity that makes the exit status 5.",
)
@click.option("--no-analysis", is_flag=True, help="Skip the analysis of the whole set, and z3.")
def check(
    portfolio: Path | None,
    rules: Path | None,
    as_of: dt.date | None,
    format_: str,
    fail_on: Any,  # noqa: ANN401 -- click has checked it
    no_analysis: bool,  # noqa: FBT001
    **reading: Any,  # noqa: ANN401
) -> int:
    """Check the rulebook: every file, every example, then the whole set by a solver.

    The analysis looks at every initiative there could be: rules that can never match, that repeat
    or contradict each other, verdict rules that never decide, gaps. With PORTFOLIO each finding
    says how many of its initiatives it touches.

    Exit status: 0 all is well, 5 with every fault listed.
    """
    from pipeline.ruletools.analysis import command  # noqa: PLC0415 -- slow to import

    folder = rules_folder(rules)
    flags = {**reading, "as_of": as_of, "rules": folder}
    options = options_from(portfolio, None, flags)[0] if portfolio and not no_analysis else None
    text, status = command.check(
        command.Request(
            folder=folder,
            portfolio=options,
            as_of=as_of,
            is_analysed=not no_analysis,
            is_json=format_ == "json",
            fail_on=fail_on,
        )
    )
    click.echo(text)
    return status
