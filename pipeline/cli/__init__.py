"""The command line: parse, call one function, print, exit. No logic, and light to import."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.bench import bench
from pipeline.cli.classify import classify
from pipeline.cli.demand import demand
from pipeline.cli.doctor import doctor
from pipeline.cli.explain import explain
from pipeline.cli.generate import generate
from pipeline.cli.history import history
from pipeline.cli.programs import programs
from pipeline.cli.review import review
from pipeline.cli.rules import rules
from pipeline.cli.template import template
from pipeline.cli.validate import validate
from pipeline.errors import ConfigError


class WorkingFolderGone(ConfigError):  # noqa: N818 -- named for what is wrong
    """The folder we were started in has been deleted, so no relative path means anything."""

    code = "C005"


@click.group(epilog="Example: staffing classify portfolio.csv --output out")
@click.version_option(package_name="staffing-classifier")
def staffing() -> None:
    """Decide whether initiatives need a Technical Project or a Technical Program Manager.

    \b
    Exit status of every command:
      0  done                          5  rulebook or configuration invalid
      1  our bug (traceback)           6  another run holds the output folder
      2  usage                         7  output cannot be written
      3  done, some rows set aside     129, 130, 143  stopped by a signal
      4  input cannot be read or mapped
    """  # noqa: D301 -- this backslash is for click
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise WorkingFolderGone(
            "the working folder has been deleted", hint="Change to another one and run again"
        ) from error


for _command in (
    classify,
    validate,
    explain,
    programs,
    demand,
    review,
    history,
    template,
    generate,
    rules,
    doctor,
    bench,
):
    staffing.add_command(_command)
