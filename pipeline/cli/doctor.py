"""staffing doctor: is this machine fit for a run?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline import outlets
from pipeline.cli.options import Name, rules_folder, rules_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(epilog="Example: staffing doctor --output out")
@rules_option
@click.option("--output", type=Name(), help="Folder that runs are published in; default: out.")
@click.option("--config", type=Name(), help="Settings; default: staffing.toml if it is here.")
def doctor(rules: Path | None, output: Path | None, config: Path | None) -> int:
    """Check engine, versions, rules, folders, lock, history and drop folder; say what to mend.

    Exit status: 0 all is well, else the status that a run, or `staffing review`, would end with.
    """
    from pipeline.config import load  # noqa: PLC0415 -- slow to import

    flags = {"rules": rules, "output": output}
    settings = load(config, {name: value for name, value in flags.items() if value is not None})
    from pipeline import doctor as checks  # noqa: PLC0415 -- slowest

    status = 0
    for finding in checks.examine(
        rules_folder(settings.rules),
        settings.output,
        history=settings.history,
        drop_folder=settings.review.drop_folder,
    ):
        click.echo(outlets.printable(f"{'ok  ' if finding.is_well else 'MEND'}  {finding.text}"))
        status = status or finding.exit_status
    return status
