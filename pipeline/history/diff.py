"""Runs that are remembered, compared with each other or with the run at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.history import compare, intervals, rulesets
from pipeline.history.changes import Changes
from pipeline.history.compare import Standing
from pipeline.history.tables import EVIDENCE, FACTS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from pipeline.history.compare import Row
    from pipeline.history.runs import Numbered
    from pipeline.history.states import State
    from pipeline.rulebook.rules import Ruleset

# Of a rule that is in force for some time only.
_TIMED = "effective_"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tonight:
    """The run at work: its rules, what it decided, and the ids of quarantined rows."""

    as_of: str
    ruleset: Ruleset
    state: State
    quarantined: frozenset[str] = frozenset()


def since(connection: Connection, earlier: Numbered, tonight: Tonight) -> Changes:
    """What differs between the run at work and one that is remembered."""
    then = _rows_at(connection, earlier.number)
    now = compare.rows_of(tonight.state.verdict, tonight.state.evidence)
    keys = compare.differing(then, now)
    ruleset, why = _ruleset_then(connection, earlier, tonight, is_needed=_has_flip(then, now, keys))
    kept = tonight.state.facts
    facts = kept[kept["initiative_id"].isin(keys)].set_index("initiative_id").to_dict("index")
    return _changes(
        earlier,
        Standing(rows=then, facts=_facts_at(connection, earlier, keys), ruleset=ruleset, why=why),
        Standing(rows=now, facts=_by_text(facts), ruleset=tonight.ruleset),
        tonight.quarantined,
    )


def between(
    connection: Connection, earlier: Numbered, later: Numbered, *, only: str | None = None
) -> Changes:
    """What differs between two runs that are remembered, for one initiative or for all."""
    then, now = (_rows_at(connection, each.number, only) for each in (earlier, later))
    keys = compare.differing(then, now)
    is_needed = _has_flip(then, now, keys)

    def standing(run: Numbered, rows: Mapping[str, Row]) -> Standing:
        ruleset, why = None, ""
        if is_needed:
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


def _has_flip(then: Mapping[str, Row], now: Mapping[str, Row], keys: Sequence[str]) -> bool:
    return any(then[key]["verdict"] != now[key]["verdict"] for key in keys)


def _rows_at(connection: Connection, number: int, only: str | None = None) -> dict[str, Row]:
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
    elif earlier.run.as_of == tonight.as_of or not any(_TIMED in text for text in files.values()):
        return tonight.ruleset, ""
    return compare.loaded(files, earlier.run.as_of) if is_needed else (None, "")
