"""staffing rules check: is the rulebook sound?"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import rules_folder, rules_option


@click.command(epilog="Example: staffing rules check")
@rules_option
def check(rules: Path | None) -> int:
    """Load every rule file, check the whole set, and run every example through the engine.

    Exit status: 0 all is well, 5 with every fault listed.
    """
    from pipeline.ruletools import whole_set  # noqa: PLC0415 -- slow to import

    result = whole_set.check(rules_folder(rules))
    click.echo(
        f"{result.rules} rules, {result.phrase_lists} phrase lists, {result.examples} examples: "
        "all is well"
    )
    return 0
