"""Version 0001: runs, rulesets, decisions, and interval rows of verdicts, evidence and facts."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None


def upgrade() -> None:
    """Make the tables."""
    counts = ("read", "project_manager", "program_manager", "undecided", "quarantined")
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.String, nullable=False, unique=True),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("recorded", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("input_name", sa.Text, nullable=False),
        sa.Column("input_sha256", sa.String, nullable=False),
        sa.Column("ruleset_sha256", sa.String, nullable=False),
        sa.Column("ruleset_version", sa.String, nullable=False),
        sa.Column("program", sa.String, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
    )
    op.create_table(
        "ruleset",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("files", sa.Text, nullable=False),
    )
    _intervals(
        "verdict",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("lean", sa.String, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("project_score", sa.Integer, nullable=False),
        sa.Column("program_score", sa.Integer, nullable=False),
        sa.Column("complexity_level", sa.Integer),
        sa.Column("decided_by", sa.String, nullable=False),
    )
    _intervals("evidence", sa.Column("rules", sa.Text, nullable=False))
    _intervals(
        "facts",
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("initiative_id", sa.Text, nullable=False, index=True),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_on", sa.String(10), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )


def _intervals(name: str, *payload: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("initiative_id", sa.Text, primary_key=True),
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        *payload,
    )
    op.create_index(f"{name}_last", name, ["last"])
