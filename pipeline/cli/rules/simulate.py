"""staffing rules simulate: what would another rulebook change?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import outlets
from pipeline.cli.options import options_from, portfolio_options, rules_option

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.ruletools.analysis.diff import RulebookDiff

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
    "--cases",
    is_flag=True,
    help="Also the cases that this portfolio has none of, by the solver; they count, too.",
)
@click.option("--verdicts", is_flag=True, help="Let the exit status count verdicts alone.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file; default: the terminal.",
)
def simulate(  # noqa: PLR0913 -- one a flag
    *,
    portfolio: Path,
    config: Path | None,
    against: Path,
    form: str,
    cases: bool,
    verdicts: bool,
    output: Path | None,
    **flags: Any,  # noqa: ANN401
) -> int:
    """Decide PORTFOLIO with two rulebooks and show which verdicts would change, and why.

    Initiatives that keep their verdict with other scores, another confidence or other rules are
    counted, and are rows of the CSV.

    Exit status: 0 none of all this changes, 3 some of it does: so it can guard a merge. With
    --verdicts 3 means that a verdict changes.
    """
    if cases and form == "csv":
        raise click.UsageError("--cases are no rows of a table; ask for --format text or json")
    options, _ = options_from(portfolio, config, flags)
    from pipeline.ruletools import simulate as simulation  # noqa: PLC0415 -- slow to import
    from pipeline.ruletools import simulate_text  # noqa: PLC0415
    from pipeline.whole_file import writing  # noqa: PLC0415

    found = simulation.simulate(options, against)
    beyond = _beyond(options.rules, against, options.as_of) if cases else None
    match form:
        case "csv":
            shown = simulate_text.as_csv(found).decode()
        case "json":
            shown = simulate_text.as_json(found, beyond) + "\n"
        case _:
            told = "\n".join(simulate_text.lines(found, beyond)) + "\n"
            shown = outlets.printable(told)
    if output is None:
        click.echo(shown, nl=False)
    else:
        with writing(output) as draft:
            draft.write_text(shown, encoding="utf-8", newline="")
    counted = found.changes if verdicts else (*found.changes, *found.others)
    return CHANGES if counted or (beyond is not None and beyond.verdicts) else 0


def _beyond(champion: Path, challenger: Path, as_of: dt.date) -> RulebookDiff:
    """Every case that the two decide differently; the solver is asked only for this."""
    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.ruletools.analysis.missing import require_solver  # noqa: PLC0415

    require_solver(otherwise=", or leave --cases out")
    from pipeline.ruletools.analysis import diff  # noqa: PLC0415

    return diff.compare(loader.load(champion, as_of=as_of), loader.load(challenger, as_of=as_of))
