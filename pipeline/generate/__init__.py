"""Portfolios of any size from a seed, for trying out and for measuring; all of it is invented."""

from __future__ import annotations

from pipeline.generate.files import portfolio, write

__all__ = ["portfolio", "write"]
