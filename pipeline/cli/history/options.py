"""What the commands about earlier runs share: flags, and how the store is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline import outlets
from pipeline.cli.options import Name, format_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.history import Store

Command = TypeVar("Command", bound="Callable[..., Any]")

WORDS = {
    "project_manager": "Technical Project Manager",
    "program_manager": "Technical Program Manager",
}


def store_options(command: Command) -> Command:
    """The flags that say whose history is meant."""
    for decorate in (
        click.option("--output", type=Name(), help="Folder that runs are published in."),
        click.option(
            "--config", type=Name(), help="Settings; default: staffing.toml if it is here."
        ),
    ):
        command = decorate(command)
    return command


def asking_options(command: Command) -> Command:
    """``store_options``, and how the answer is to look."""
    return store_options(format_option(command))


def settings_of(config: Path | None, output: Path | None) -> Settings:
    """The settings, of which the output folder may be named by a flag."""
    from pipeline.config import load  # noqa: PLC0415 -- slow to import

    return load(config, {} if output is None else {"output": output})


def store_of(config: Path | None, output: Path | None) -> Store:
    """The history store, which must be there."""
    from pipeline import memory  # noqa: PLC0415 -- slow to import

    settings = settings_of(config, output)
    return memory.opened(settings.history, settings.output)


def tell(text: str) -> None:
    """Print a line in which nothing can steer a terminal."""
    click.echo(outlets.printable(text))


def tell_json(data: object) -> None:
    """Print data for other programs."""
    click.echo(json.dumps(data, indent=1))
