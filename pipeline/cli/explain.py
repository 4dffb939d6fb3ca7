"""staffing explain: why, why not, what would change it, what is missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import options_from, portfolio_options, rules_option

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.explain.in_words import Line

_STYLES = {"title": "bold", "verdict": "bold cyan", "head": "bold", "detail": "dim", "note": "red"}


@click.command(epilog="Example: staffing explain out/latest INI-0042 --format json")
@portfolio_options
@click.argument("initiative_id")
@rules_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs; default: text.",
)
def explain(
    portfolio: Path,
    initiative_id: str,
    form: str,
    config: Path | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Explain the verdict on INITIATIVE_ID: why, why not, what would change it, what is missing.

    PORTFOLIO is a published run (a folder with a manifest, or the folder of all runs, for its
    latest) or a portfolio file. A run is explained by the rules that it kept.
    """
    from pipeline import inquiry  # noqa: PLC0415 -- slow to import
    from pipeline.explain.in_words import lines, stored_lines  # noqa: PLC0415
    from pipeline.explain.record import Explanation  # noqa: PLC0415

    options, _ = options_from(portfolio, config, flags)
    try:
        found = inquiry.ask(options, initiative_id)
    except inquiry.NotAnInitiative as unknown:
        raise click.UsageError(str(unknown)) from unknown
    if form == "json":
        click.echo(found.as_json())
        return
    answer = found.answer
    _show(lines(answer) if isinstance(answer, Explanation) else stored_lines(answer))


def is_watched() -> bool:
    """Whether a person sits before the terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def _show(lines: Iterable[Line]) -> None:
    if not is_watched():
        for line in lines:
            click.echo(line.text)
        return
    from rich.console import Console  # noqa: PLC0415 -- for people only
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    for line in lines:
        # As text, not as markup: a name may have brackets.
        console.print(Text(line.text, style=_STYLES.get(line.part, "")))
