"""Answers about what is remembered: the runs, two of them compared, one initiative through all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from pipeline.history import diff, past, runs
from pipeline.history.faults import HistoryError
from pipeline.history.tables import INTERVALS
from pipeline.history.taken import Taken, all_taken

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.history import Changes, Store
    from pipeline.history.runs import Numbered


class NotRemembered(HistoryError):  # noqa: N818 -- named for what it is
    """A run or an initiative that is not in the store, or a name that fits several runs."""

    code = "H005"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What changed in a run; ``change`` is a row of ``schemas.history.Changes``."""

    run_id: str
    as_of: str
    change: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One initiative: its spells (``schemas.history.Past``), what changed, what was decided."""

    initiative_id: str
    spells: pd.DataFrame
    steps: tuple[Step, ...]
    decisions: tuple[Taken, ...]


def list_runs(store: Store) -> list[dict[str, Any]]:
    """All runs, oldest first, with the fields of ``runs.Run``."""
    with store.reading() as connection:
        return [asdict(each.run) for each in runs.everyone(connection)]


def compare(store: Store, earlier: str, later: str) -> Changes:
    """What differs between two runs; each is named by its id, or by how its id begins.

    Raises:
        NotRemembered: No run of that name, or several.
    """
    with store.reading() as connection:
        everyone = runs.everyone(connection)
        return diff.between(connection, _named(everyone, earlier), _named(everyone, later))


def _named(everyone: list[Numbered], name: str) -> Numbered:
    found = [each for each in everyone if each.run.run_id == name] or [
        each for each in everyone if each.run.run_id.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    ids = [each.run.run_id for each in found or everyone]
    if found:
        raise NotRemembered(
            f"{name!r} is how several runs begin: {', '.join(ids)}", hint="Name one of them whole"
        )
    close = get_close_matches(name, ids, n=1)
    raise NotRemembered(
        f"no run {name!r} is remembered",
        hint=f"Did you mean {close[0]}" if close else "`staffing history list` has them all",
    )


def tell(store: Store, initiative_id: str) -> Story:
    """Everything that is remembered of one initiative.

    Raises:
        NotRemembered: Nothing is.
    """
    with store.reading() as connection:
        everyone = runs.everyone(connection)
        decided = all_taken(connection, everyone, initiative_id)
        last = everyone[-1].number if everyone else 0
        spells = past.past(connection, last, [initiative_id])
        if spells.empty and not decided:
            raise NotRemembered(
                f"no initiative {initiative_id!r} is remembered",
                hint="See the column initiative_id of initiatives.csv",
            )
        return Story(
            initiative_id=initiative_id,
            spells=spells,
            steps=tuple(_steps(connection, everyone, initiative_id)),
            decisions=decided,
        )


def _steps(connection: Connection, everyone: list[Numbered], initiative_id: str) -> list[Step]:
    by_number = {each.number: each for each in everyone}
    turns: set[int] = set()
    for table in INTERVALS:
        rows = select(table.c.first, table.c.last).where(table.c.initiative_id == initiative_id)
        turns |= {n for first, last in connection.execute(rows) for n in (first, last + 1)}
    steps = []
    for number in sorted(turns):
        if number in by_number and number - 1 in by_number:
            earlier, later = by_number[number - 1], by_number[number]
            changes = diff.between(connection, earlier, later, only=[initiative_id])
            steps += [
                Step(
                    run_id=later.run.run_id,
                    as_of=later.run.as_of,
                    change={str(name): str(cell) for name, cell in row.items()},
                )
                for row in changes.frame.to_dict("records")
            ]
    return steps
