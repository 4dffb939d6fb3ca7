"""staffing rules simulate: what would another rulebook change?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline import outlets
from pipeline.cli.options import options_from, portfolio_options, rules_option

CHANGES = 3


@click.command(epilog="Example: staffing rules simulate --against proposed/rules portfolio.csv")
@portfolio_options
@rules_option
@click.option(
    "--against",
    required=True,
    type=click.Path(path_type=Path),
    help="Rules folder of the challenger; --rules is the champion.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file; default: the terminal.",
)
def simulate(
    *,
    portfolio: Path,
    config: Path | None,
    against: Path,
    form: str,
    output: Path | None,
    **flags: Any,  # noqa: ANN401
) -> int:
    """Decide PORTFOLIO with two rulebooks and show which verdicts would change, and why.

    Exit status: 0 no verdict changes, 3 some do: so it can guard a merge.
    """
    options, _ = options_from(portfolio, config, flags)
    from pipeline.ruletools import simulate as simulation  # noqa: PLC0415 -- slow to import
    from pipeline.ruletools import simulate_text  # noqa: PLC0415
    from pipeline.whole_file import writing  # noqa: PLC0415

    found = simulation.simulate(options, against)
    match form:
        case "csv":
            shown = simulate_text.as_csv(found).decode()
        case "json":
            shown = simulate_text.as_json(found) + "\n"
        case _:
            told = "\n".join(simulate_text.lines(found)) + "\n"
            shown = outlets.printable(told)
    if output is None:
        click.echo(shown, nl=False)
    else:
        with writing(output) as draft:
            draft.write_text(shown, encoding="utf-8", newline="")
    return CHANGES if found.changes else 0
