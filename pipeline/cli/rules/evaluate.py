"""staffing rules evaluate: what is the rulebook worth on labelled initiatives?"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.options import options_from, rules_option


def _pairs(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Column and value of each ``--only``."""
    pairs = [text.partition("=") for text in given]
    for column, sign, _ in pairs:
        if not (column and sign):
            raise click.BadParameter("write COLUMN=VALUE, such as strength=strong")
    return tuple((column, value) for column, _, value in pairs)


@click.command(epilog="Example: staffing rules evaluate labelled.csv --text-only --by source")
@click.argument("labelled", type=click.Path(path_type=Path))
@rules_option
@click.option("--text-only", is_flag=True, help="Read the text alone: no name, no other column.")
@click.option("--lean", is_flag=True, help="Count the lean of the undecided as their verdict.")
@click.option("--by", default="", metavar="COLUMN", help="Measure each value of a column apart.")
@click.option(
    "--only",
    multiple=True,
    callback=_pairs,
    metavar="COLUMN=VALUE",
    help="Rows to measure; again for more.",
)
@click.option("--one-per-group", is_flag=True, help="The first row of each value of column group.")
@click.option(
    "--wrong",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many initiatives to name that a rule is wrong on.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def evaluate(  # noqa: PLR0913 -- one a flag
    *,
    labelled: Path,
    rules: Path | None,
    text_only: bool,
    lean: bool,
    by: str,
    only: tuple[tuple[str, str], ...],
    one_per_group: bool,
    wrong: int,
    form: str,
) -> None:
    """Measure the rules on LABELLED initiatives.

    LABELLED has the columns name, text (or description) and label: project, program or ambiguous.
    Columns of structure, such as Project count, are read, too, where it has them. Told are the
    share of right verdicts, overall and by band of confidence (the calibration), and each rule.
    Intervals are for 95 %.
    """
    options, _ = options_from(labelled, None, {"rules": rules})
    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.ruletools import evaluate as evaluation  # noqa: PLC0415
    from pipeline.ruletools import evaluate_text  # noqa: PLC0415
    from pipeline.ruletools import labelled as reading  # noqa: PLC0415
    from pipeline.ruletools import labelled_choice as choice  # noqa: PLC0415

    ruleset = loader.load(options.rules)
    chosen = choice.selected(reading.read(labelled), only=only, one_per_group=one_per_group)
    found = evaluation.evaluate(
        chosen, ruleset, as_of=options.as_of, text_only=text_only, with_lean=lean, by=by
    )
    if form == "json":
        click.echo(evaluate_text.as_json(found, most_wrong=wrong))
        return
    for line in evaluate_text.lines(found, most_wrong=wrong, by=by):
        click.echo(outlets.printable(line))
