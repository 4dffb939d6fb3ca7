"""staffing doctor: is this machine fit for a run?"""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.options import Name, rules_folder, rules_option


@click.command(epilog="Example: staffing doctor --output out")
@rules_option
@click.option(
    "--output",
    type=Name(),
    default=Path("out"),
    show_default=True,
    help="Folder that runs are published in.",
)
def doctor(rules: Path | None, output: Path) -> int:
    """Check engine, versions, folders, lock and rules; say what to mend.

    Exit status: 0 all is well, else the status that a run would end with.
    """
    from pipeline import doctor as checks  # noqa: PLC0415 -- slow to import

    status = 0
    for finding in checks.examine(rules_folder(rules), output):
        click.echo(outlets.printable(f"{'ok  ' if finding.is_well else 'MEND'}  {finding.text}"))
        status = status or finding.exit_status
    return status
