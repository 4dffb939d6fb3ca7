"""Version 0002: the cells behind the facts are no longer kept; nothing reads them."""

from __future__ import annotations

from typing import Final

from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Leave the column out; the runs keep them in facts.parquet."""
    op.drop_column("facts", "cells")
