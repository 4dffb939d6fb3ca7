"""staffing history diff: what differs between two runs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.history.options import asking_options, store_of, tell, tell_json
from pipeline.cli.records import records

if TYPE_CHECKING:
    from pathlib import Path

_HEADINGS = {
    "flipped": "Verdicts that flipped",
    "added": "New",
    "gone": "Gone",
    "evidence": "Same verdict, other evidence",
}


@click.command(epilog="Example: staffing history diff 2026-11-23 2026-11-24-1c9b2f07")
@click.argument("run_a")
@click.argument("run_b")
@asking_options
def diff(run_a: str, run_b: str, output: Path | None, config: Path | None, layout: str) -> None:
    """Compare RUN_A with the later RUN_B: what is new, gone, flipped, and by what cause.

    A run is named by its id, or by how its id begins, such as its day. The cause of a flip is found
    by deciding the data of both runs by the rules of both.
    """
    from pipeline.history import story  # noqa: PLC0415 -- slow to import

    changes = story.compare(store_of(config, output), run_a, run_b)
    rows = records(changes.frame)
    if layout == "json":
        tell_json({"since": changes.since_run_id, "changes": rows})
        return
    for change, heading in _HEADINGS.items():
        chosen = [row for row in rows if row["change"] == change]
        if chosen:
            tell(f"{heading}: {len(chosen):,}\n")
        for row in chosen:
            cause = f"  [{row['cause']}]" if row["cause"] else ""
            tell(f"  {row['initiative_id']}  {row['name']}{cause}")
            tell(f"    {row['explanation']}\n")
    if not rows:
        tell("Nothing differs.")
