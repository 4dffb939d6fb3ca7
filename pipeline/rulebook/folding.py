"""Text as phrases see it: lower-case words without accents, a space apart, " . " after a sentence.

Done on whole columns by Arrow's own kernels (RE2 inside, so linear in the text).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# A dot inside "1.7" or "e.g" ends nothing; one before white space or at the end does, also with a
# quote or a bracket after it. RE2's own white space lacks the line breaks of presentations.
_SENTENCE_END = r"[.!?;]+[\p{Pe}\p{Pf}\p{Pi}\"']*(?:[\s\x0b\x{2028}\x{2029}]+|$)"
_BLANK_LINE = r"\n[ \t\r]*\n"
_NO_WORD = r"[^\p{L}\p{N}\x01]+"


def fold(texts: pa.Array | pa.ChunkedArray) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """Fold every text; missing is as empty.

    Returns:
        As many texts, each beginning and ending with a space; an empty one is two spaces.
    """
    folded = pc.fill_null(texts.cast(pa.large_string()), "")
    folded = pc.utf8_normalize(folded, form="NFKD")
    folded = pc.replace_substring_regex(folded, r"\p{Mn}+", "")
    folded = pc.utf8_lower(folded)
    folded = pc.replace_substring(folded, "ß", "ss")
    folded = pc.replace_substring_regex(folded, _SENTENCE_END, "\x01")
    folded = pc.replace_substring_regex(folded, _BLANK_LINE, "\x01")
    folded = pc.replace_substring_regex(folded, _NO_WORD, " ")
    folded = pc.replace_substring_regex(folded, r" *\x01[ \x01]*", " . ")
    folded = pc.utf8_trim_whitespace(folded)
    edge = pa.scalar(" ", pa.large_string())
    return pc.binary_join_element_wise(edge, folded, edge, pa.scalar("", pa.large_string()))


def fold_one(text: str) -> str:
    """``fold`` of a single text."""
    return str(fold(pa.array([text], pa.large_string()))[0].as_py())
