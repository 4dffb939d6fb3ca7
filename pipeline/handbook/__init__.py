"""The handbook of a rulebook: every rule with its reasons, as a page and as Markdown."""

from __future__ import annotations

from pipeline.handbook.markdown import markdown
from pipeline.handbook.page import PAGE_NAME, publish_page, write_page

__all__ = ["PAGE_NAME", "markdown", "publish_page", "write_page"]
