"""Names on the sheet Review that its writer and its reader must agree on."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

SHEET: Final = "Review"
SHOWN_ID: Final = "Id"
DECISION, DECIDED_BY, COMMENT = "Decision", "Decided by", "Comment"
TYPED: Final = (DECISION, DECIDED_BY, COMMENT)
INITIATIVE, FINGERPRINT, RUN, PREFILLED = "initiative_id", "fingerprint", "run_id", "prefilled"
HIDDEN: Final = (INITIATIVE, FINGERPRINT, RUN, PREFILLED)

COMMENT_LIMIT: Final = 500
NAME_LIMIT: Final = 120


def prefilled(decision: str, decided_by: str, comment: str) -> str:
    """A digest of what the cells of the project office held when the workbook was written.

    Who hands a row back untouched decides nothing anew. Cells are compared without the white space
    that an office program may add or take away.
    """
    parts = (" ".join(text.split()) for text in (decision, decided_by, comment))
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
