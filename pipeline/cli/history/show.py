"""staffing history show: one initiative through all runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pipeline.cli.history.options import WORDS, asking_options, store_of, tell, tell_json
from pipeline.cli.records import records

if TYPE_CHECKING:
    from pathlib import Path

_STATES = {
    "in_force": "It is in force.",
    "reopened": "It waits for a new decision.",
    "replaced": "A later decision took its place.",
}


@click.command(epilog="Example: staffing history show INI-0017")
@click.argument("initiative_id")
@asking_options
def show(initiative_id: str, output: Path | None, config: Path | None, layout: str) -> None:
    """Show INITIATIVE_ID through all runs: its verdicts, what changed them, what was decided.

    Of each decision it tells whether it is in force, and when it was opened again and why.
    """
    from pipeline.history import story  # noqa: PLC0415 -- slow to import

    told = story.tell(store_of(config, output), initiative_id)
    spells = records(told.spells)
    if layout == "json":
        tell_json(
            {
                "initiative_id": told.initiative_id,
                "spells": spells,
                "changes": [asdict(step) for step in told.steps],
                "decisions": [asdict(taken) for taken in told.decisions],
            }
        )
        return
    tell(f"{told.initiative_id}\n")
    for spell in spells:
        days = spell["first_as_of"]
        if spell["last_as_of"] != days:
            days += f" to {spell['last_as_of']}"
        given = WORDS.get(spell["verdict"], spell["verdict"])
        tell(f"  {days}  {given}, confidence {spell['confidence']:.2f}")
    for step in told.steps:
        tell(f"\n  {step.as_of}  {step.change['explanation']}")
    for taken in told.decisions:
        given = taken.decision.replace("_", " ")
        comment = f": {taken.comment}" if taken.comment else ""
        tell(f"\n  {taken.decided_on}  {taken.decided_by} decided: {given}{comment}")
        for turn in taken.turns:
            became = "in force again" if turn.state == "in_force" else "opened again"
            tell(f"    {turn.as_of}  {became}. {turn.reason}".rstrip())
        tell(f"    {_STATES[taken.state]}")
