"""The runs that are remembered, in the order of their as-of dates."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from pipeline.history import intervals, rulesets
from pipeline.history.tables import INTERVALS, RULESETS, RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.history.states import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as it is remembered.

    ``recorded`` is when it ran, ISO, to order runs of one as-of date; ``since`` the run it was
    compared with, "" for none; ``program`` the version of this program.
    """

    run_id: str
    as_of: str
    recorded: str
    since: str
    input_name: str
    input_sha256: str
    ruleset_sha256: str
    ruleset_version: str
    program: str
    read: int
    project_manager: int
    program_manager: int
    undecided: int
    quarantined: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """A run and its place in the order, from 1."""

    number: int
    run: Run


_COUNTS = ("read", "project_manager", "program_manager", "undecided", "quarantined")


def of_manifest(manifest: Mapping[str, Any], *, recorded: str) -> Run:
    """A run as its manifest tells of it.

    Raises:
        KeyError, TypeError, ValueError: It is no manifest of a run.
    """
    return Run(
        run_id=str(manifest["run_id"]),
        as_of=str(manifest["as_of"]),
        recorded=recorded,
        since=str(manifest.get("since", "")),
        input_name=str(manifest["input"]["name"]).encode("utf-8", "replace").decode(),
        input_sha256=str(manifest["input"]["sha256"]),
        ruleset_sha256=str(manifest["ruleset"]["sha256"]),
        ruleset_version=str(manifest["ruleset"]["version"]),
        program=str(manifest["versions"]["staffing-classifier"]),
        **{name: int(manifest["counts"][name]) for name in _COUNTS},
    )


def everyone(connection: Connection) -> list[Numbered]:
    """All runs, oldest first."""
    return [_numbered(row) for row in connection.execute(select(RUNS).order_by(RUNS.c.number))]


def find(connection: Connection, run_id: str) -> Numbered | None:
    """One run, or ``None`` if nobody remembers it."""
    row = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id)).first()
    return None if row is None else _numbered(row)


def before(connection: Connection, as_of: str, recorded: str) -> Numbered | None:
    """The last run up to that day, and on the day itself up to that moment."""
    row = connection.execute(
        select(RUNS).where(_is_earlier(as_of, recorded)).order_by(RUNS.c.number.desc()).limit(1)
    ).first()
    return None if row is None else _numbered(row)


def _is_earlier(as_of: str, recorded: str) -> Any:  # noqa: ANN401 -- an expression of SQL
    same_day = and_(RUNS.c.as_of == as_of, RUNS.c.recorded <= recorded)
    return or_(RUNS.c.as_of < as_of, same_day)


def _numbered(row: Any) -> Numbered:  # noqa: ANN401 -- a row of SQLAlchemy
    values = dict(row._mapping)  # noqa: SLF001 -- its public name for that
    number = values.pop("number")
    return Numbered(number=number, run=Run(**values))


def record(connection: Connection, run: Run, state: State, files: Mapping[str, str]) -> bool:
    """Remember a run; one that is known already gets what it says now.

    Args:
        connection: Of a writer.
        run: What it is.
        state: What it decided.
        files: Its rules, by path within the rules folder; none where they are not known any more.

    Returns:
        Whether it was new.
    """
    known = find(connection, run.run_id)
    if known is None:
        earlier = before(connection, run.as_of, run.recorded)
        number = earlier.number + 1 if earlier else 1
        _make_room(connection, number)
        connection.execute(insert(RUNS), [{"number": number, **asdict(run)}])
    else:
        number = known.number
        kept = ("run_id", "as_of", "recorded")  # its place in the order
        changed = {f.name: getattr(run, f.name) for f in fields(run) if f.name not in kept}
        connection.execute(update(RUNS).where(RUNS.c.number == number).values(changed))
    last = connection.execute(select(func.max(RUNS.c.number))).scalar()
    for table in INTERVALS:
        frame = getattr(state, table.name)
        intervals.write(connection, table, number, frame, is_newest=number == last)
    rulesets.keep(connection, run.ruleset_sha256, files)
    return known is None


def _make_room(connection: Connection, number: int) -> None:
    last = connection.execute(select(func.max(RUNS.c.number))).scalar() or 0
    if number <= last:
        intervals.make_room(connection, INTERVALS, number)
        moved = RUNS.c.number
        connection.execute(update(RUNS).where(moved >= number).values(number=-moved - 1))
        connection.execute(update(RUNS).where(moved < 0).values(number=-moved))


def forget(connection: Connection, keep: int) -> int:
    """Forget all but the last ``keep`` runs; decisions are never forgotten.

    Returns:
        How many runs were forgotten.
    """
    numbers = connection.execute(select(RUNS.c.number).order_by(RUNS.c.number.desc())).scalars()
    oldest = min([*numbers][:keep], default=0)
    forgotten = connection.execute(delete(RUNS).where(RUNS.c.number < oldest)).rowcount
    if forgotten:
        for table in INTERVALS:
            intervals.forget(connection, table, oldest)
        used = select(RUNS.c.ruleset_sha256)
        connection.execute(delete(RULESETS).where(RULESETS.c.sha256.not_in(used)))
    return forgotten
