"""staffing rules import: a workbook of rules, read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.options import Day, rules_folder, rules_option
from pipeline.rulebook.packaged import lock_command

DIFFERENT = 3


@click.command(name="import", epilog="Example: staffing rules import rules.xlsx --write")
@click.argument("workbook", type=click.Path(path_type=Path))
@rules_option
@click.option("--write", is_flag=True, help="Write the rule files; without it nothing is written.")
@click.option("--as-of", type=Day(), help="Day that changed rules carry; default: today.")
def import_(workbook: Path, rules: Path | None, write: bool, as_of: dt.date | None) -> int:  # noqa: FBT001 -- a flag of the command line
    """Show what WORKBOOK, an edited export, changes in the rulebook; with --write, change it.

    What `staffing rules check` would refuse is refused here, at the cell that it comes from.

    Exit status: 0 nothing to change or written, 3 differences shown and not written, 4 the
    workbook cannot be read, 5 cells are at fault and each is named.
    """
    from pipeline.ruletools.exchange import importing  # noqa: PLC0415 -- slow to import

    folder = rules_folder(rules)
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    imported = importing.read_workbook(workbook, folder, as_of=as_of or today)
    for line in imported.diff:
        click.echo(line)
    if imported.left:
        left = ", ".join(imported.left)
        click.echo(f"Changed in the rulebook since the export, and left so: {left}", err=True)
    count = len(imported.comparison.changes)
    if not count:
        click.echo("The workbook changes nothing")
        return 0
    files = f"{count} file{'s' if count > 1 else ''} in {click.format_filename(folder)}"
    if not write:
        click.echo(f"Would change {files}; nothing is written without --write")
        return DIFFERENT
    importing.write(imported)
    click.echo(f"Changed {files}; lock them with `{outlets.printable(lock_command(folder))}`")
    return 0
