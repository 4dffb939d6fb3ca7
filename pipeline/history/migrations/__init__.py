"""Alembic scripts of the history store; `pipeline.history.migrate` runs them."""
