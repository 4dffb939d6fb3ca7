"""staffing generate: an invented portfolio of any size."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets


@click.command(epilog="Example: staffing generate big.csv --rows 100000 --seed 7")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="How many initiatives.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same bytes.",
)
def generate(file: Path, rows: int, seed: int) -> None:
    """Write an invented portfolio to FILE (.csv or .parquet), for trying out and measuring."""
    from pipeline.generate import write  # noqa: PLC0415 -- slow to import

    write(file, rows=rows, seed=seed)
    outlets.tell(f"Wrote {rows:,} initiatives to {click.format_filename(file)}")
