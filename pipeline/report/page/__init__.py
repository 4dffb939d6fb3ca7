"""The web page: one file that loads nothing, for a browser, a printer or a screen reader."""

from pipeline.report.page.write import write_page

__all__ = ["write_page"]
