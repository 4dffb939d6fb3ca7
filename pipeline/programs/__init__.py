"""Programs nobody declared: clusters of initiatives that together may need one lead."""

from __future__ import annotations

from pipeline.programs.search import Programs, find

__all__ = ["Programs", "find"]
