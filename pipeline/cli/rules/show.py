"""staffing rules show: one rule in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import rules_folder, rules_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="Example: staffing rules show SCO-001")
@click.argument("rule_id")
@rules_option
def show(rule_id: str, rules: Path | None) -> None:
    """Show one rule in words: when it matches, what it gives, why, and where it stands."""
    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook.reader import did_you_mean  # noqa: PLC0415
    from pipeline.rulebook.words import in_words  # noqa: PLC0415

    ruleset = loader.load(rules_folder(rules))
    rule = ruleset.by_id.get(rule_id.upper())
    if rule is None:
        hint = did_you_mean(rule_id.upper(), ruleset.by_id, "See `staffing rules list`")
        raise click.UsageError(f"no rule {rule_id!r}. {hint}")
    for line in in_words(rule, ruleset):
        click.echo(line)
