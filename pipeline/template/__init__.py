"""The empty portfolio workbook that a project office fills in."""

from __future__ import annotations

from pipeline.template.workbook import write_template

__all__ = ["write_template"]
