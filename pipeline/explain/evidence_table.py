"""Every match of every initiative as one Parquet file: what no workbook has room for."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

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
    shared: dict[int, int] = {}  # initiatives with the same values share a match
    distinct: list[tuple[EvidenceRule, str]] = []
    places: list[int] = []
    owners: list[int] = []
    for owner, found in enumerate(matches):
        for match in found:
            if isinstance(match.rule, EvidenceRule):
                place = shared.setdefault(id(match), len(distinct))
                if place == len(distinct):
                    distinct.append((match.rule, match.text))
                places.append(place)
                owners.append(owner)
    rules = [rule for rule, _ in distinct]
    columns = {
        "rule_id": [rule.id for rule in rules],
        "rule_version": [rule.version for rule in rules],
        "aspect": [rule.aspect for rule in rules],
        "evidence_for": [rule.evidence_for for rule in rules],
        "weight": [rule.points for rule in rules],
        "rationale": [text for _, text in distinct],
    }
    told = pa.table(columns, schema=pa.schema(list(_SCHEMA)[1:])).take(pa.array(places, pa.int64()))
    named = pa.array(ids, pa.string()).take(pa.array(owners, pa.int64()))
    pq.write_table(told.add_column(0, _SCHEMA.field(0), named), file, compression="zstd")
