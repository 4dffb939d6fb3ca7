"""staffing rules test: do the examples hold the rules in place?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import outlets
from pipeline.cli.options import options_from, rules_option

if TYPE_CHECKING:
    from pipeline.assemble import Classified
    from pipeline.rulebook.rules import Ruleset
    from pipeline.run import Options


@click.command(epilog="Example: staffing rules test --threshold 95 --suggest missing.yaml")
@click.argument("portfolio", required=False, type=click.Path(path_type=Path))
@rules_option
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    default=100,
    show_default=True,
    help="Least percent of mutants killed, and of conditions shown to decide.",
)
@click.option(
    "--portfolio-threshold",
    "portfolio_least",
    type=click.FloatRange(0, 100),
    default=0,
    show_default=True,
    help="Least percent of conditions that the initiatives of PORTFOLIO show both ways.",
)
@click.option(
    "--suggest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the missing examples to this YAML file, ready to paste.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def test(
    *,
    portfolio: Path | None,
    rules: Path | None,
    threshold: float,
    portfolio_least: float,
    suggest: Path | None,
    form: str,
) -> int:
    """Test the rules: run every example, change every rule a little, and see who notices.

    Every threshold, operator, choice, condition, phrase list and phrase is changed in turn; an
    example must come out otherwise. Every comparison must be seen to decide on its own, true and
    false; with PORTFOLIO, that is also told of its initiatives, and can be asked for.

    Exit status: 0 all is well, 5 an example fails or too little is noticed.
    """
    from pipeline.errors import RulebookError  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook import loader  # noqa: PLC0415
    from pipeline.ruletools import rule_tests, rule_tests_text, suggestion_file  # noqa: PLC0415
    from pipeline.whole_file import writing  # noqa: PLC0415

    if portfolio_least and portfolio is None:
        raise click.UsageError("--portfolio-threshold needs a PORTFOLIO")
    asked = rule_tests.Asked(examples=threshold, portfolio=portfolio_least)
    options, _ = options_from(portfolio or Path(), None, {"rules": rules})
    ruleset = loader.load(options.rules)
    classified = _decided(options, ruleset) if portfolio is not None else None
    result = rule_tests.rulebook_result(ruleset, options.rules, classified)
    if suggest is not None:
        with writing(suggest) as draft:
            draft.write_text(suggestion_file.as_yaml(result, options.rules), encoding="utf-8")
    if form == "json":
        click.echo(rule_tests_text.as_json(result, asked=asked))
    else:
        for line in rule_tests_text.lines(result, asked=asked):
            click.echo(outlets.printable(line))
    return 0 if result.passes(asked) else RulebookError.exit_status


def _decided(options: Options, ruleset: Ruleset) -> Classified:
    from pipeline.ruletools.deciding import decided  # noqa: PLC0415 -- slow to import

    return decided(options, ruleset)
