"""staffing rules lock: write rules.lock.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import rules_folder, rules_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="Example: staffing rules lock")
@rules_option
def lock(rules: Path | None) -> None:
    """Write rules.lock.json; refused where a rule changed its meaning and kept its version."""
    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook import lock as locking  # noqa: PLC0415

    folder = rules_folder(rules)
    written = locking.write(loader.load(folder), folder)
    click.echo(f"Locked {written} rules")
