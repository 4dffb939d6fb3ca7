"""staffing rules schema: what a rule file may hold, for editors."""

from __future__ import annotations

import click


@click.command(epilog="Example: staffing rules schema > schemas/rule.schema.json")
def schema() -> None:
    """Print the JSON schema of a rule file; editors check and complete rule files by it."""
    from pipeline.rulebook import json_schema  # noqa: PLC0415 -- slow to import

    click.echo(json_schema.text(), nl=False)
