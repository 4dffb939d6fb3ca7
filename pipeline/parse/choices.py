"""Values of closed sets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.parse.missing import says_nothing
from pipeline.parse.readings import Reading
from pipeline.parse.spellings import fold_choice, spellings

if TYPE_CHECKING:
    from schemas.columns import Column

_NOTE = re.compile(r"\([^()]*\)")
# No spelling is longer; the rest of a long text need not be looked at.
_LIMIT = 200


def read(text: str, column: Column) -> Reading | None:
    """Read one cell of a choice column.

    Outside the closed set the value is unknown; the problem quarantines the row where the column
    decides, because there a misread value could change a verdict.
    """
    if says_nothing(text, "value"):
        return None
    known = spellings().choices[column.name]
    for spelling in (text[:_LIMIT], _NOTE.sub(" ", text[:_LIMIT])):
        value = known.get(fold_choice(spelling))
        if value is not None:
            return Reading(value)
    return Reading(
        code="choice-unknown" if column.decides else "choice-unread",
        hint=f"Use one of: {', '.join(column.choices)}.",
    )
