"""staffing review: decisions that the meeting typed into the workbook, read back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipeline import outlets
from pipeline.cli.options import QUARANTINED, Day, Name

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.review import Intake


@click.command(epilog="Example: staffing review report.xlsx --output out --dry-run")
@click.argument("workbook", type=Name())
@click.option("--output", type=Name(), help="Folder that its run was published in; default: out.")
@click.option("--config", type=Name(), help="Settings; default: staffing.toml if it is here.")
@click.option("--as-of", type=Day(), help="Day of the decisions; default: today.")
@click.option("--dry-run", is_flag=True, help="Check and tell, and leave everything as it is.")
@click.option("--again", is_flag=True, help="Read a workbook anew that was taken over before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def review(  # noqa: PLR0913 -- one for each flag
    workbook: Path,
    output: Path | None,
    config: Path | None,
    as_of: dt.date | None,
    *,
    dry_run: bool,
    again: bool,
    as_json: bool,
) -> int:
    """Take over the decisions typed into WORKBOOK, the report.xlsx of a run.

    It may have been saved, sorted or filtered in Excel or LibreOffice. Rows that are sound are
    taken over, others are refused with the reason: also those that a later run has overtaken,
    because it has other evidence or was decided in.

    Exit status: 0 nothing refused, 3 some rows refused, 4 the workbook as a whole.
    """
    from pipeline.config import load  # noqa: PLC0415 -- slow to import

    flags = {"output": output, "as_of": as_of}
    settings = load(config, {name: value for name, value in flags.items() if value is not None})
    from pipeline.review import Request, take_in  # noqa: PLC0415 -- slowest

    today = settings.as_of or dt.datetime.now(tz=dt.UTC).astimezone().date()
    from pipeline.memory import for_decisions, if_any  # noqa: PLC0415

    recall = if_any(settings.history, settings.output)
    request = Request(
        output=settings.output, today=today, is_trial=dry_run, is_again=again, recall=recall
    )
    # A trial makes no store.
    store = recall if dry_run else for_decisions(settings.history, settings.output)
    intake = take_in(workbook, store, request)
    for fault in intake.refused:
        outlets.complain(str(fault))
    outlets.tell(_as_json(intake, is_trial=dry_run) if as_json else _told(intake, dry_run))
    return QUARANTINED if intake.refused else 0


def _told(intake: Intake, is_trial: bool) -> str:  # noqa: FBT001 -- as it was given
    from pipeline.review.in_words import told  # noqa: PLC0415

    return told(intake, is_trial=is_trial)


def _as_json(intake: Intake, *, is_trial: bool) -> str:
    refused = [
        {
            "line": fault.at.line if fault.at else None,
            "code": fault.code,
            "fault": fault.problem,
            "cure": fault.hint,
        }
        for fault in intake.refused
    ]
    told = {name: value for name, value in asdict(_bare(intake)).items() if name != "refused"}
    # In ASCII: a cell may hold what steers a terminal.
    return json.dumps({**told, "refused": refused, "dry_run": is_trial}, indent=2)


def _bare(intake: Intake) -> Intake:
    """Without what ``asdict`` cannot copy."""
    from dataclasses import replace  # noqa: PLC0415

    return replace(intake, refused=())
