"""staffing rules: the rulebook's tools, one module a command."""

from __future__ import annotations

import click

from pipeline.cli.rules.calibrate import calibrate
from pipeline.cli.rules.check import check
from pipeline.cli.rules.diff import diff
from pipeline.cli.rules.docs import docs
from pipeline.cli.rules.evaluate import evaluate
from pipeline.cli.rules.export import export
from pipeline.cli.rules.import_ import import_
from pipeline.cli.rules.list import list_
from pipeline.cli.rules.lock import lock
from pipeline.cli.rules.schema import schema
from pipeline.cli.rules.show import show
from pipeline.cli.rules.simulate import simulate
from pipeline.cli.rules.test import test


@click.group(epilog="Example: staffing rules check --rules rules")
def rules() -> None:
    """Tools of the rulebook."""


for _command in (
    calibrate,
    check,
    diff,
    docs,
    evaluate,
    export,
    import_,
    list_,
    lock,
    schema,
    show,
    simulate,
    test,
):
    rules.add_command(_command)
