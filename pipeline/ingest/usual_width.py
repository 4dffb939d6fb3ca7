"""How many cells the records of a text usually have, as far as it has been read."""

from __future__ import annotations

from collections import Counter
from typing import Final

# Records that start on the first so many lines settle how wide the table is.
HEAD: Final = 100
# Records of fewer cells are too easily prose to tell one by its width.
LEAST: Final = 3


class UsualWidth:
    """The most common width of the records counted; of equally common ones that seen first.

    Both ways to read a text ask it in the same order, so that they take the same records for
    swallowed ones. ``cells`` is 0 before the first record of more than one cell.
    """

    def __init__(self) -> None:
        self.cells = 0
        self._counts: Counter[int] = Counter()

    def count(self, line: int, width: int) -> None:
        """Take in a record; ``line`` is where it starts, from 1."""
        if line <= HEAD and width > 1:
            self._counts[width] += 1
            self.cells = self._counts.most_common(1)[0][0]
