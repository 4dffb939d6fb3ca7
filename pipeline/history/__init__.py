"""What is remembered of earlier runs: verdicts, evidence, facts and decisions, in a database."""

from pipeline.history.changes import Changes
from pipeline.history.store import Store, connect

__all__ = ["Changes", "Store", "connect"]
