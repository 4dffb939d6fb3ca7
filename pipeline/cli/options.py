"""Flags that several commands share, and how flags, variables and the file become options."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.run import Options

Command = TypeVar("Command", bound="Callable[..., Any]")

QUARANTINED = 3
_PACKAGED_RULES = Path(__file__).resolve().parents[2] / "rules"


class Day(click.ParamType[dt.date]):
    """A calendar day, YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ANN401
    ) -> dt.date:
        """The day, or a usage error."""
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-11-24", param, ctx)


def portfolio_options(command: Command) -> Command:
    """PORTFOLIO and the flags that say how to read it."""
    for decorate in reversed(
        (
            # Whether it exists is ingest's to say: a file that is missing tonight is bad input.
            click.argument("portfolio", type=click.Path(path_type=Path)),
            click.option("--profile", help="Exporter whose headers to expect, such as jira."),
            click.option(
                "--mapping",
                type=click.Path(path_type=Path),
                help="YAML file that maps headers to canonical columns.",
            ),
            click.option("--sheet", help="Sheet of a workbook; default: the best match."),
            click.option("--as-of", type=Day(), help="Day to decide for; default: today."),
            click.option(
                "--config",
                type=click.Path(path_type=Path),
                help="Settings; default: staffing.toml if it is here.",
            ),
        )
    ):
        command = decorate(command)
    return command


rules_option = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="Rules folder; default: the one that came along.",
)


def options_from(
    portfolio: Path, config: Path | None, flags: dict[str, Any]
) -> tuple[Options, bool]:
    """Options of a run, and whether to be quiet; flags left out give way to the configuration.

    The clock is read here and nowhere else.
    """
    from pipeline.config import load  # noqa: PLC0415 -- slow to import
    from pipeline.run import Options  # noqa: PLC0415

    settings = load(config, {name: value for name, value in flags.items() if value is not None})
    now = dt.datetime.now(tz=dt.UTC)
    options = Options(
        portfolio=portfolio,
        output=settings.output,
        rules=settings.rules or _PACKAGED_RULES,
        as_of=settings.as_of or now.astimezone().date(),
        profile=settings.profile,
        mapping=settings.mapping,
        sheet=settings.sheet,
        started=now.isoformat(timespec="seconds"),
    )
    return options, settings.quiet


def rules_folder(rules: Path | None) -> Path:
    """The rules folder to use."""
    return rules or _PACKAGED_RULES
