"""Flags that several commands share, and how flags, variables and the file become options."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.days import as_day
from pipeline.rulebook import packaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings
    from pipeline.options import Options

Command = TypeVar("Command", bound="Callable[..., Any]")

QUARANTINED = 3


class Day(click.ParamType[dt.date]):
    """A calendar day, YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> dt.date:
        """The day, or a usage error."""
        try:
            return as_day(value)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)


class Name(click.Path):
    """A file or folder; an empty text, as of a variable that is not set, is none."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 -- as click has it
        """The path, or a usage error."""
        if value == "":
            self.fail("the name is empty", param, ctx)
        return super().convert(value, param, ctx)


def portfolio_options(command: Command) -> Command:
    """PORTFOLIO and the flags that say how to read it."""
    for decorate in reversed(
        (
            # Whether it exists is ingest's to say: a file that is missing tonight is bad input.
            click.argument("portfolio", type=Name()),
            click.option("--profile", help="Exporter whose headers to expect, such as jira."),
            click.option(
                "--mapping",
                type=Name(),
                help="YAML file that maps headers to canonical columns.",
            ),
            click.option("--sheet", help="Sheet of a workbook; default: the best match."),
            click.option("--as-of", type=Day(), help="Day to decide for; default: today."),
            click.option(
                "--config",
                type=Name(),
                help="Settings; default: staffing.toml if it is here.",
            ),
        )
    ):
        command = decorate(command)
    return command


roster_option = click.option(
    "--roster",
    type=Name(),
    help="CSV or workbook of the people there are: name, role, business unit, capacity, from, to.",
)
rules_option = click.option(
    "--rules",
    type=Name(),
    help="Rules folder; default: the one that came along.",
)


format_option = click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for other programs.",
)


def options_from(
    portfolio: Path, config: Path | None, flags: dict[str, Any]
) -> tuple[Options, Settings]:
    """Options of a run, and all settings; flags left out give way to the configuration.

    The clock is read here and nowhere else.
    """
    from pipeline.config import load  # noqa: PLC0415 -- slow to import

    settings = load(config, {name: value for name, value in flags.items() if value is not None})
    from pipeline.options import Options  # noqa: PLC0415 -- slowest, so after what may be refused

    now = dt.datetime.now(tz=dt.UTC)
    options = Options(
        portfolio=portfolio,
        output=settings.output,
        rules=rules_folder(settings.rules),
        as_of=settings.as_of or now.astimezone().date(),
        profile=settings.profile,
        mapping=settings.mapping,
        sheet=settings.sheet,
        verify=settings.verify,
        roster=settings.roster,
        capacity=settings.capacity,
        started=now.isoformat(timespec="seconds"),
        verbose=settings.verbose,
        patience=settings.patience,
        thresholds=settings.thresholds,
        keep=settings.keep,
        history=settings.history,
        review=settings.review,
        limits=settings.limits,
        engine=settings.engine,
        chunk_rows=settings.chunk_rows,
        cluster=settings.cluster,
    )
    return options, settings


def rules_folder(rules: Path | None) -> Path:
    """The rules folder to use."""
    return rules or packaged.FOLDER
