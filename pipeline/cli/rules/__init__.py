"""staffing rules: the rulebook's tools, one module a command."""

from __future__ import annotations

import click

from pipeline.cli.rules.check import check
from pipeline.cli.rules.list import list_
from pipeline.cli.rules.lock import lock
from pipeline.cli.rules.show import show


@click.group(epilog="Example: staffing rules check --rules rules")
def rules() -> None:
    """Tools of the rulebook."""


for _command in (check, list_, show, lock):
    rules.add_command(_command)
