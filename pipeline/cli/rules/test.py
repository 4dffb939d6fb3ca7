"""staffing rules test: do the examples hold the rules in place?"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.options import options_from, rules_option


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
    "--suggest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the missing examples to this YAML file, ready to paste.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def test(
    portfolio: Path | None, rules: Path | None, threshold: float, suggest: Path | None, form: str
) -> int:
    """Test the rules: run every example, change every rule a little, and see who notices.

    Every threshold, operator, choice, condition, phrase list and phrase is changed in turn; an
    example must come out otherwise. Every comparison must be seen to decide on its own, true and
    false; with PORTFOLIO, that is also told of its initiatives.

    Exit status: 0 all is well, 5 an example fails or too little is noticed.
    """
    from pipeline.errors import RulebookError  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook import loader  # noqa: PLC0415
    from pipeline.ruletools import rule_tests, rule_tests_text, suggestion_file  # noqa: PLC0415
    from pipeline.whole_file import writing  # noqa: PLC0415

    options, _ = options_from(portfolio or Path(), None, {"rules": rules})
    ruleset = loader.load(options.rules)
    classified = None
    if portfolio is not None:
        from pipeline.ruletools.deciding import decided  # noqa: PLC0415

        classified = decided(options, ruleset)
    result = rule_tests.rulebook_result(ruleset, options.rules, classified)
    if suggest is not None:
        with writing(suggest) as draft:
            draft.write_text(suggestion_file.as_yaml(result, options.rules), encoding="utf-8")
    if form == "json":
        click.echo(rule_tests_text.as_json(result, threshold=threshold))
    else:
        for line in rule_tests_text.lines(result, threshold=threshold):
            click.echo(outlets.printable(line))
    return 0 if result.passes(threshold) else RulebookError.exit_status
