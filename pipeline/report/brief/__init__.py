"""One page for those who will not open the rest: as Markdown, and as a slide that prints on A4."""

from pipeline.report.brief.markdown import write_markdown
from pipeline.report.brief.slide import write_slide

__all__ = ["write_markdown", "write_slide"]
