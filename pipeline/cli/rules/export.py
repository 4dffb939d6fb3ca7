"""staffing rules export: the rulebook as a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import rules_folder, rules_option


@click.command(epilog="Example: staffing rules export rules.xlsx")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@rules_option
def export(file: Path, rules: Path | None) -> None:
    """Write the rulebook to FILE (.xlsx): a decision table for each aspect, one row a rule.

    Its first sheet says how to fill it in; `staffing rules import` reads it back.
    """
    from pipeline.ruletools.exchange.export import export_workbook  # noqa: PLC0415 -- slow

    count = export_workbook(rules_folder(rules), file)
    click.echo(f"Wrote {count} rules to {click.format_filename(file)}")
