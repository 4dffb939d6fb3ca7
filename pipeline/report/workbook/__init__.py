"""The review workbook: what a PMO takes into its meeting and types its decisions into."""

from pipeline.report.workbook.book import write_workbook

__all__ = ["write_workbook"]
