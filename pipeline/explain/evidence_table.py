"""Every match of every initiative as one Parquet file: what no workbook has room for."""

from __future__ import annotations

from itertools import chain
from typing import IO, TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.rulebook.rules import EvidenceRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.explain.matches import Match

NAME: Final = "evidence.parquet"
_SCHEMA: Final = pa.schema(
    [
        ("initiative_id", pa.string()),
        ("rule_id", pa.string()),
        ("rule_version", pa.int64()),
        ("aspect", pa.string()),
        ("evidence_for", pa.string()),
        ("weight", pa.int64()),
        ("rationale", pa.string()),
    ]
)


def write(ids: Sequence[str], matches: Sequence[Sequence[Match]], file: IO[bytes]) -> None:
    """Write the evidence of a run, in the order of initiatives.csv and then of rules.

    Args:
        ids: Of every initiative.
        matches: Its matches.
        file: Open for writing bytes.
    """
    every = list(chain.from_iterable(matches))
    owners = np.repeat(np.arange(len(matches)), np.fromiter(map(len, matches), int, len(matches)))
    # Initiatives with the same values share a match.
    places, _ = pd.factorize(np.fromiter(map(id, every), np.int64, len(every)))
    _, first = np.unique(places, return_index=True)
    distinct = [every[place] for place in first.tolist()]
    rules = [each.rule for each in distinct if isinstance(each.rule, EvidenceRule)]
    is_evidence = np.array([isinstance(each.rule, EvidenceRule) for each in distinct], bool)
    if not is_evidence.all():
        kept = is_evidence[places]
        places, owners = (np.cumsum(is_evidence) - 1)[places[kept]], owners[kept]
    columns = {
        "rule_id": [rule.id for rule in rules],
        "rule_version": [rule.version for rule in rules],
        "aspect": [rule.aspect for rule in rules],
        "evidence_for": [rule.evidence_for for rule in rules],
        "weight": [rule.points for rule in rules],
        "rationale": [each.text for each in distinct if isinstance(each.rule, EvidenceRule)],
    }
    told = pa.table(columns, schema=pa.schema(list(_SCHEMA)[1:])).take(pa.array(places, pa.int64()))
    named = pa.array(ids, pa.string()).take(pa.array(owners, pa.int64()))
    pq.write_table(told.add_column(0, _SCHEMA.field(0), named), file, compression="zstd")
