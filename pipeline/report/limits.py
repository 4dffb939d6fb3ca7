"""How much of a run goes into the files that people read; the tables always hold all of it."""

from __future__ import annotations

from typing import Final

# Nobody goes through more in one meeting, and a workbook of more is slow to open and to write.
REVIEW_ROWS: Final = 5_000
EVIDENCE_ROWS: Final = 10_000
PROBLEM_ROWS: Final = 20_000
PROBLEM_CELLS: Final = 60  # input columns shown beside a problem
DECIDE_FIRST: Final = 20
PAGE_BYTES: Final = 13_000_000  # of data in the page; the whole stays under 15 MB
