"""staffing rules docs: the handbook of the rules."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import rules_folder, rules_option


@click.command(epilog="Example: staffing rules docs --output handbook")
@rules_option
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("handbook"),
    show_default=True,
    help="Folder to write handbook.html and handbook.md into; made where it is missing.",
)
def docs(rules: Path | None, output: Path) -> None:
    """Write the handbook: how a verdict is made, every rule, phrase list, fact and source.

    Files of an earlier handbook are replaced; the same rules give the same bytes.
    """
    from pipeline.ruletools.handbook import write_handbook  # noqa: PLC0415 -- slow to import

    for path in write_handbook(rules_folder(rules), output):
        click.echo(f"Wrote {click.format_filename(path)}")
