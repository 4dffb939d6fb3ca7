"""Runs that are remembered, compared with each other or with the run at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.history import compare, intervals, rulesets
from pipeline.history.changes import Changes
from pipeline.history.compare import Standing
from pipeline.history.tables import EVIDENCE, FACTS, VERDICTS
from pipeline.rulebook import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from sqlalchemy import Connection

    from pipeline.history.compare import Row
    from pipeline.history.runs import Numbered
    from pipeline.history.states import State
    from pipeline.rulebook.rules import Ruleset


@dataclass(frozen=True, kw_only=True, slots=True)
class Tonight:
    """The run at work: its rules, what it decided, and the ids of quarantined rows."""

    as_of: str
    ruleset: Ruleset
    state: State
    quarantined: frozenset[str] = frozenset()


def since(
    connection: Connection,
    earlier: Numbered,
    tonight: Tonight,
    *,
    only: Sequence[str] | None = None,
) -> Changes:
    """What differs between the run at work and one that is remembered, for some or for all."""
    then = _rows_at(connection, earlier.number, only)
    now = compare.rows_of(*_tonights(tonight.state, only))
    keys = compare.differing(then, now)
    ruleset, why = _ruleset_then(connection, earlier, tonight, is_needed=bool(keys))
    kept = tonight.state.facts
    facts = kept[kept["initiative_id"].isin(keys)].set_index("initiative_id").to_dict("index")
    return _changes(
        earlier,
        Standing(rows=then, facts=_facts_at(connection, earlier, keys), ruleset=ruleset, why=why),
        Standing(rows=now, facts=_by_text(facts), ruleset=tonight.ruleset),
        tonight.quarantined,
    )


def between(
    connection: Connection,
    earlier: Numbered,
    later: Numbered,
    *,
    only: Sequence[str] | None = None,
) -> Changes:
    """What differs between two runs that are remembered, for some initiatives or for all."""
    then, now = (_rows_at(connection, each.number, only) for each in (earlier, later))
    keys = compare.differing(then, now)

    def standing(run: Numbered, rows: Mapping[str, Row]) -> Standing:
        ruleset, why = None, ""
        if keys:
            files = rulesets.files_of(connection, run.run.ruleset_sha256)
            ruleset, why = compare.loaded(files, run.run.as_of)
        facts = _facts_at(connection, run, keys)
        return Standing(rows=rows, facts=facts, ruleset=ruleset, why=why)

    return _changes(earlier, standing(earlier, then), standing(later, now), frozenset())


def _changes(
    earlier: Numbered, then: Standing, now: Standing, quarantined: frozenset[str]
) -> Changes:
    return Changes(
        since_run_id=earlier.run.run_id,
        since_as_of=earlier.run.as_of,
        frame=compare.compare(then, now, quarantined=quarantined),
    )


def _tonights(state: State, only: Sequence[str] | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    if only is None:
        return state.verdict, state.evidence
    here = state.verdict["initiative_id"].isin([*only])
    return state.verdict[here], state.evidence[here]


def _rows_at(
    connection: Connection, number: int, only: Sequence[str] | None = None
) -> dict[str, Row]:
    verdicts, evidence = (
        intervals.at(connection, table, number, only) for table in (VERDICTS, EVIDENCE)
    )
    return compare.rows_of(verdicts, evidence)


def _facts_at(
    connection: Connection, run: Numbered, keys: Sequence[str]
) -> Mapping[str, Mapping[str, Any]]:
    return intervals.some_at(connection, FACTS, run.number, keys)


def _by_text(rows: Mapping[Any, Mapping[Any, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(key): {str(name): cell for name, cell in row.items()} for key, row in rows.items()}


def _ruleset_then(
    connection: Connection, earlier: Numbered, tonight: Tonight, *, is_needed: bool
) -> tuple[Ruleset | None, str]:
    """The rules of the earlier run; not read again where they are those of tonight."""
    files: Mapping[str, str] = tonight.ruleset.files
    if earlier.run.ruleset_sha256 != tonight.ruleset.sha256:
        files = rulesets.files_of(connection, earlier.run.ruleset_sha256) if is_needed else {}
    elif earlier.run.as_of == tonight.as_of or not kept.is_timed(files):
        return tonight.ruleset, ""
    return compare.loaded(files, earlier.run.as_of) if is_needed else (None, "")
