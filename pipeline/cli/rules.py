"""staffing rules: the rulebook's tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import rules_folder, rules_option

if TYPE_CHECKING:
    from pathlib import Path


@click.group(epilog="Example: staffing rules check --rules rules")
def rules() -> None:
    """Tools of the rulebook."""


@rules.command(epilog="Example: staffing rules check")
@rules_option
def check(rules: Path | None) -> int:
    """Load every rule file, check the whole set, and run every example through the engine.

    Exit status: 0 all is well, 5 with every fault listed.
    """
    from pipeline import rulecheck  # noqa: PLC0415 -- slow to import

    result = rulecheck.check(rules_folder(rules))
    click.echo(
        f"{result.rules} rules, {result.phrase_lists} phrase lists, {result.examples} examples: "
        "all is well"
    )
    return 0


@rules.command(name="list", epilog="Example: staffing rules list")
@rules_option
def list_(rules: Path | None) -> None:
    """List every rule: id, what a match gives, title."""
    from pipeline.explain.frames import rule_frame  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook import loader  # noqa: PLC0415

    frame = rule_frame(loader.load(rules_folder(rules)), {})
    width = max(map(len, frame["consequence"]))
    for rule in frame.itertuples():
        click.echo(f"{rule.rule_id}  {rule.consequence:<{width}}  {rule.title}")


@rules.command(epilog="Example: staffing rules show SCO-001")
@click.argument("rule_id")
@rules_option
def show(rule_id: str, rules: Path | None) -> None:
    """Show one rule in words: when it matches, what it gives, why, and where it stands."""
    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.rulebook.reader import did_you_mean  # noqa: PLC0415
    from pipeline.rulebook.words import in_words  # noqa: PLC0415

    ruleset = loader.load(rules_folder(rules))
    rule = ruleset.by_id.get(rule_id.upper())
    if rule is None:
        hint = did_you_mean(rule_id.upper(), ruleset.by_id, "See `staffing rules list`")
        raise click.UsageError(f"no rule {rule_id!r}. {hint}")
    for line in in_words(rule, ruleset):
        click.echo(line)


@rules.command(epilog="Example: staffing rules lock")
@rules_option
def lock(rules: Path | None) -> None:
    """Write rules.lock.json; refused where a rule changed its meaning and kept its version."""
    from pipeline.rulebook import loader, lock  # noqa: PLC0415 -- slow to import

    folder = rules_folder(rules)
    written = lock.write(loader.load(folder), folder)
    click.echo(f"Locked {written} rules")
