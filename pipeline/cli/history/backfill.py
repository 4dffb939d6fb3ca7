"""staffing history backfill: remember runs from the folders they published."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.history.options import settings_of, store_options, tell
from pipeline.cli.options import Name, rules_folder


@click.command(epilog="Example: staffing history backfill /backup/staffing --output out")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--rules",
    type=Name(),
    multiple=True,
    help="Rules folder of runs that have no rules.zip; may be repeated.",
)
@store_options
def backfill(
    folder: Path, rules: tuple[Path, ...], output: Path | None, config: Path | None
) -> None:
    """Remember the runs in FOLDER that are not remembered yet; running it again adds nothing.

    The rules of a run are in its rules.zip. Runs of older versions have none: unless their rules
    are named, their flips are told, and no cause. A store without decisions gets those of the
    workbooks that FOLDER has kept in reviews.
    """
    from pipeline import backfill as filling  # noqa: PLC0415 -- slow to import
    from pipeline import memory  # noqa: PLC0415
    from pipeline.history import connect  # noqa: PLC0415
    from pipeline.publish.holding import make_folder  # noqa: PLC0415
    from pipeline.review import take_again  # noqa: PLC0415
    from pipeline.rulebook import loader  # noqa: PLC0415

    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder {folder}", param_hint="FOLDER")
    settings = settings_of(config, output)
    rulesets = [loader.load(each) for each in (*rules, rules_folder(settings.rules))]
    make_folder(settings.output)
    store = connect(memory.store_place(settings.history, settings.output))
    done = filling.backfill(store, folder, rulesets)
    decided, lost = take_again(store, folder, settings.output)
    for sentence in (*done.unreadable, *lost):
        outlets.complain(sentence)
    tell(
        f"{len(done.added):,} runs remembered, {len(done.known):,} known already, "
        f"{len(done.unreadable):,} that cannot be read"
    )
    if decided:
        tell(f"{decided:,} decisions recorded again from the workbooks in {folder / 'reviews'}")
