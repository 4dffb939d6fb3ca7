"""The tables of the history store.

Verdicts, evidence and facts are kept as interval rows: one row an initiative and spell in which
nothing of it changed, from the run numbered ``first`` to the run numbered ``last``, both included;
while it still holds, ``last`` is ``intervals.OPEN``.
So the store grows with what changes, not with nights times initiatives. Runs are numbered in the
order of their as-of dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

if TYPE_CHECKING:
    from sqlalchemy.sql.schema import SchemaItem

METADATA: Final = MetaData()

RUNS: Final = Table(
    "run",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("run_id", String, nullable=False, unique=True),
    Column("as_of", String(10), nullable=False),
    Column("recorded", String, nullable=False),  # when it ran, ISO; orders runs of one day
    Column("since", String, nullable=False),  # run_id of the run it was compared with, or ""
    Column("input_name", Text, nullable=False),
    Column("input_sha256", String, nullable=False),
    Column("ruleset_sha256", String, nullable=False),
    Column("ruleset_version", String, nullable=False),
    Column("program", String, nullable=False),  # its version
    *(
        Column(name, Integer, nullable=False)
        for name in ("read", "project_manager", "program_manager", "undecided", "quarantined")
    ),
)

# Rule files as they were, by the hash that covers their content: JSON, path to text.
RULESETS: Final = Table(
    "ruleset",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("files", Text, nullable=False),
)


def _intervals(name: str, *payload: SchemaItem) -> Table:
    """Interval rows; ``digest`` is over the payload, so that equal states are told quickly."""
    return Table(
        name,
        METADATA,
        Column("initiative_id", Text, primary_key=True),
        Column("first", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
        Column("digest", String(32), nullable=False),
        *payload,
        Index(f"{name}_last", "last"),
    )


VERDICTS: Final = _intervals(
    "verdict",
    Column("name", Text, nullable=False),
    Column("verdict", String, nullable=False),
    Column("lean", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("project_score", Integer, nullable=False),
    Column("program_score", Integer, nullable=False),
    Column("complexity_level", Integer),
    Column("decided_by", String, nullable=False),
)

EVIDENCE: Final = _intervals("evidence", Column("rules", Text, nullable=False))

# What rules read: scalar facts and phrase lists found as JSON, and the text these were found in,
# since another rulebook may look for other phrases.
FACTS: Final = _intervals(
    "facts",
    Column("facts", Text, nullable=False),
    Column("description", Text, nullable=False),
)

INTERVALS: Final = (VERDICTS, EVIDENCE, FACTS)

# Never overwritten: the latest row of an initiative counts. ``verdict`` and ``evidence`` are those
# it was taken on, to say later what has changed.
DECISIONS: Final = Table(
    "decision",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("initiative_id", Text, nullable=False, index=True),
    Column("decision", String, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_on", String(10), nullable=False),
    Column("comment", Text, nullable=False),
    Column("run_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("evidence", Text, nullable=False),
)
