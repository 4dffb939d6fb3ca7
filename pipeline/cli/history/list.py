"""staffing history list: the runs that are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline import outlets
from pipeline.cli.history.options import asking_options, store_of, tell_json

if TYPE_CHECKING:
    from pathlib import Path

_WIDE = 200  # columns, where no terminal limits them
_COUNTS = ("read", "project_manager", "program_manager", "undecided", "quarantined")


@click.command(name="list", epilog="Example: staffing history list --output /data/staffing")
@asking_options
def list_(output: Path | None, config: Path | None, layout: str) -> None:
    """List the runs that are remembered, oldest first."""
    from pipeline.history import story  # noqa: PLC0415 -- slow to import

    found = story.list_runs(store_of(config, output))
    if layout == "json":
        tell_json(found)
        return
    from rich.console import Console  # noqa: PLC0415 -- for people only
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("run", "portfolio", "rules", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for name in _COUNTS:
        table.add_column(name.replace("_", " "), justify="right")
    for run in found:
        rules = f"{run['ruleset_version']} ({run['ruleset_sha256'][:8]})"
        texts = [run["run_id"], run["input_name"], rules, *(f"{run[n]:,}" for n in _COUNTS)]
        table.add_row(*(Text(outlets.printable(text)) for text in texts))
    is_read = Console().is_terminal
    Console(width=None if is_read else _WIDE).print(table)
