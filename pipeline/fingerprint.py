"""Tell whether the evidence of an initiative is still what somebody decided on."""

from __future__ import annotations

from hashlib import sha256


def fingerprint(
    *, initiative_id: str, verdict: str, evidence: str, project_score: int, program_score: int
) -> str:
    """The first 16 hex digits of a hash over what a decision in the workbook was taken on.

    A decision stays in force while the fingerprint of its initiative stays the same.
    """
    # The separator occurs in no cell: control characters never get through ingest.
    parts = (initiative_id, verdict, evidence, str(project_score), str(program_score))
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
