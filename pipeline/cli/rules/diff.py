"""staffing rules diff: what two rulebooks decide differently."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import rules_folder, rules_option

DIFFERENCES = 3


@click.command(epilog="Example: staffing rules diff rules_of_last_month --rules rules")
@click.argument("old_rules", type=click.Path(path_type=Path))
@rules_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def diff(old_rules: Path, rules: Path | None, format_: str) -> int:
    """Show what changed from OLD_RULES to the present ones, by what they decide.

    For each changed rule the initiatives that it matches anew or no longer; for the verdict the
    smallest initiative of each change, or the proof that nothing changes.

    Exit status: 0 nothing differs in meaning, 3 something does, or a phrase list does. A condition
    that is worded anew and proved to match the same initiatives is no difference.
    """
    import json  # noqa: PLC0415

    from pipeline.rulebook import loader  # noqa: PLC0415 -- slow to import
    from pipeline.ruletools.analysis.missing import require_solver  # noqa: PLC0415

    require_solver()
    from pipeline.ruletools.analysis import diff as comparing  # noqa: PLC0415
    from pipeline.ruletools.analysis import diff_words  # noqa: PLC0415

    found = comparing.compare(loader.load(old_rules), loader.load(rules_folder(rules)))
    if format_ == "json":
        click.echo(json.dumps(diff_words.as_json(found), ensure_ascii=False, indent=2))
    else:
        for line in diff_words.lines(found):
            click.echo(line)
    return DIFFERENCES if found.differs else 0
