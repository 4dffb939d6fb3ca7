"""Facts of the text: which phrase lists occur in the name, and in name and description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.rulebook.folding import fold

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.facts.table import Bools
    from pipeline.rulebook.phrase_matcher import PhraseMatcher

# Between name and description, so that no phrase is read across the two.
SEAM = "\n\n"


def search_text(rows: pd.DataFrame) -> pd.Series[str]:
    """Name and description of each row, as ``terms`` reads them; unknown parts are left out."""
    name = rows["name"].fillna("")
    description = rows["description"].fillna("")
    return (name + SEAM + description).astype("str")


def text_terms(rows: pd.DataFrame, matcher: PhraseMatcher) -> dict[tuple[str, str], Bools]:
    """Where each phrase list is found, by terms fact and list."""
    found: dict[tuple[str, str], Bools] = {}
    for fact, texts in (("terms", search_text(rows)), ("name_terms", rows["name"].fillna(""))):
        codes, distinct = texts.factorize()
        folded = fold(pa.array(distinct, pa.large_string())).to_pylist()
        for name, hits in matcher.match(folded).items():
            found[fact, name] = hits[codes]
    return found
