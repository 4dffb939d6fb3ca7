"""staffing template: an empty portfolio workbook."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets


@click.command(epilog="Example: staffing template portfolio.xlsx")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Write an empty portfolio workbook to FILE, with every column, its meaning and drop-downs."""
    from pipeline.template import write_template  # noqa: PLC0415 -- slow to import

    write_template(file)
    outlets.tell(f"Wrote {click.format_filename(file)}")
