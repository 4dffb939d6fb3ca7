"""staffing rules calibrate: what the decisions of the project office say of the rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from pipeline import outlets
from pipeline.cli.options import Day, Name, rules_folder, rules_option
from pipeline.rulebook.packaged import lock_command

_PATCH = Path("calibration.patch")


@click.command(epilog="Example: staffing rules calibrate --output out --patch weights.patch")
@rules_option
@click.option("--output", type=Name(), help="Folder of the runs and decisions; default: out.")
@click.option("--config", type=Name(), help="Settings; default: staffing.toml if it is here.")
@click.option("--as-of", type=Day(), help="Day that changed rules bear; default: today.")
@click.option(
    "--patch",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_PATCH,
    show_default=True,
    help="File for the proposed weights.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def calibrate(
    rules: Path | None,
    output: Path | None,
    config: Path | None,
    as_of: dt.date | None,
    *,
    patch: Path,
    as_json: bool,
) -> None:
    """Measure verdicts and rules against decisions, and propose weights as a patch.

    The rules themselves are never changed: read the patch, apply it, raise what it asks for with
    `staffing rules lock`, and simulate.
    """
    from pipeline.config import load  # noqa: PLC0415 -- slow to import

    flags = {"output": output, "as_of": as_of, "rules": rules}
    settings = load(config, {name: value for name, value in flags.items() if value is not None})
    from pipeline.memory import opened  # noqa: PLC0415 -- slowest
    from pipeline.ruletools import calibrate as calibration  # noqa: PLC0415
    from pipeline.ruletools import calibrate_text  # noqa: PLC0415
    from pipeline.whole_file import writing  # noqa: PLC0415

    today = settings.as_of or dt.datetime.now(tz=dt.UTC).astimezone().date()
    decisions = opened(settings.history, settings.output).decisions_given()
    folder = rules_folder(settings.rules)
    found = calibration.calibrate(decisions, folder, settings.output / "latest", today=today)
    if found.patch:
        with writing(patch) as draft:
            draft.write_text(found.patch, encoding="utf-8", newline="")
    if as_json:
        outlets.tell(calibrate_text.as_json(found))
        return
    outlets.tell("\n".join(calibrate_text.lines(found)))
    if found.patch:
        outlets.tell(
            f"Written: {click.format_filename(patch)}. Read it, apply it beside the rules folder "
            f"(git apply, or patch -p1), then: {lock_command(folder)}"
        )
