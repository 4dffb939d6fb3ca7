"""What became of each decision on one initiative: run by run, whether it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, select

from pipeline.fingerprint import fingerprint
from pipeline.history import decisions, diff
from pipeline.history.tables import DECISIONS, EVIDENCE, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.history.runs import Numbered

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A run that opened a decision again, with the reason, or in which it is in force again."""

    run_id: str
    as_of: str
    state: Literal["in_force", "reopened"]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A decision and its turns; ``state`` is that of today, replaced where a later one counts."""

    decision: str
    decided_by: str
    decided_on: str
    comment: str
    run_id: str
    state: Literal["in_force", "reopened", "replaced"]
    turns: tuple[Turn, ...]


def all_taken(
    connection: Connection, everyone: Sequence[Numbered], initiative_id: str
) -> tuple[Taken, ...]:
    """Every decision on one initiative, oldest first.

    Args:
        connection: Of a reader.
        everyone: All runs, oldest first.
        initiative_id: The initiative.
    """
    query = select(DECISIONS).where(DECISIONS.c.initiative_id == initiative_id)
    found = [dict(row) for row in connection.execute(query.order_by(DECISIONS.c.number)).mappings()]
    if not found:
        return ()
    states = [*_states(connection, everyone, initiative_id)]
    numbers = {each.run.run_id: each.number for each in everyone}
    # A run that is forgotten was before all that are not.
    begins = [numbers.get(row["run_id"], 0) for row in found]
    last = everyone[-1].number if everyone else 0
    return tuple(
        _taken(
            connection,
            row,
            [state for state in states if begin < state[0].number <= end],
            next((each for each in everyone if each.number == begin), None),
            is_latest=row is found[-1],
        )
        for row, begin, end in zip(found, begins, [*begins[1:], last], strict=True)
    )


def _taken(
    connection: Connection,
    row: Row,
    states: Sequence[tuple[Numbered, Row]],
    decided_in: Numbered | None,
    *,
    is_latest: bool,
) -> Taken:
    turns: list[Turn] = []
    for run, now in states:
        stands = now["fingerprint"] == row["fingerprint"]
        stood = not turns or turns[-1].state == "in_force"
        if stands != stood:
            reason = "" if stands else _reason(connection, row, now, (decided_in, run))
            turns.append(
                Turn(
                    run_id=run.run.run_id,
                    as_of=run.run.as_of,
                    state="in_force" if stands else "reopened",
                    reason=reason,
                )
            )
    names = ("decision", "decided_by", "decided_on", "comment", "run_id")
    state = turns[-1].state if turns else "in_force"
    return Taken(
        **{name: str(row[name]) for name in names},
        state=state if is_latest else "replaced",
        turns=tuple(turns),
    )


def _reason(
    connection: Connection, row: Row, now: Row, between: tuple[Numbered | None, Numbered]
) -> str:
    earlier, later = between
    if earlier is None:
        return decisions.reason(row, now, None)
    frame = diff.between(connection, earlier, later, only=[row["initiative_id"]]).frame
    changes = [
        {str(name): str(text) for name, text in row.items()} for row in frame.to_dict("records")
    ]
    return decisions.reason(row, now, changes[0] if changes else None)


def _states(
    connection: Connection, everyone: Sequence[Numbered], initiative_id: str
) -> Iterator[tuple[Numbered, Row]]:
    """What a decision on the initiative is held against, in each run that has it."""
    verdicts, evidence = (
        [
            dict(row)
            for row in connection.execute(
                select(table).where(table.c.initiative_id == initiative_id)
            ).mappings()
        ]
        for table in (VERDICTS, EVIDENCE)
    )
    for run in everyone:
        given, rules = (_at(rows, run.number) for rows in (verdicts, evidence))
        if given is not None and rules is not None:
            print_ = fingerprint(
                initiative_id=initiative_id,
                verdict=given["verdict"],
                evidence=rules["rules"],
                project_score=given["project_score"],
                program_score=given["program_score"],
            )
            told = {"verdict": given["verdict"], "evidence": rules["rules"]}
            yield run, {**told, "fingerprint": print_}


def _at(rows: Sequence[Row], number: int) -> Row | None:
    return next((row for row in rows if row["first"] <= number <= row["last"]), None)
