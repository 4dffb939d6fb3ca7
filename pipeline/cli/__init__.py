"""The command line: parse, call one function, print, exit. No logic, and light to import."""

from __future__ import annotations

import click

from pipeline.cli.classify import classify
from pipeline.cli.doctor import doctor
from pipeline.cli.generate import generate
from pipeline.cli.rules import rules
from pipeline.cli.template import template
from pipeline.cli.validate import validate


@click.group(epilog="Example: staffing classify portfolio.csv --output out")
@click.version_option(package_name="staffing-classifier")
def staffing() -> None:
    """Decide which initiatives need a Technical Project Manager and which a Technical Program Manager.

    \b
    Exit status of every command:
      0  done                          5  rulebook or configuration invalid
      1  our bug (traceback)           6  another run holds the output folder
      2  usage                         7  output cannot be written
      3  done, some rows quarantined   130, 143  stopped by a signal
      4  input cannot be read or mapped
    """


for _command in (classify, validate, template, generate, rules, doctor):
    staffing.add_command(_command)
