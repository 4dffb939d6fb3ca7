"""staffing history: what is remembered of earlier runs, one module a command."""

from __future__ import annotations

import click

from pipeline.cli.history.backfill import backfill
from pipeline.cli.history.diff import diff
from pipeline.cli.history.list import list_
from pipeline.cli.history.show import show


@click.group(epilog="Example: staffing history list --output out")
def history() -> None:
    """Look at earlier runs; how to set up where they are remembered, README.md says."""


for _command in (backfill, diff, list_, show):
    history.add_command(_command)
