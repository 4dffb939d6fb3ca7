"""staffing rules list: every rule in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import rules_folder, rules_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="list", epilog="Example: staffing rules list")
@rules_option
def list_(rules: Path | None) -> None:
    """List every rule: id, what a match gives, title."""
    from pipeline.explain.frames import rule_frame  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook import loader  # noqa: PLC0415

    frame = rule_frame(loader.load(rules_folder(rules)), {})
    width = max(map(len, frame["consequence"]))
    for rule in frame.itertuples():
        click.echo(f"{rule.rule_id}  {rule.consequence:<{width}}  {rule.title}")
