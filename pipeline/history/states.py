"""What a run decided and on what, in the form in which it is remembered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.facts.store import Stored
    from pipeline.facts.table import Bools, FactColumn, FactTable

# It differs every night, and no rule that gives points or a verdict may read it.
_PASSING: Final = "days_to_end"
_TERMS: Final = tuple(name for name, spec in VOCABULARY.items() if spec.kind == "terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Frames of ``tables.INTERVALS``: ``initiative_id``, the payload, ``digest`` over the payload.

    ``facts`` has no rows where a run kept none.
    """

    verdict: pd.DataFrame
    evidence: pd.DataFrame
    facts: pd.DataFrame


def state(initiatives: pd.DataFrame, stored: Stored | None) -> State:
    """What to remember of a run.

    Args:
        initiatives: As in initiatives.parquet, with ``description``.
        stored: Facts of the same initiatives in the same order, if the run has kept them.
    """
    ids = _texts(initiatives["initiative_id"])
    verdicts: dict[str, Sequence[Any]] = {
        "name": _texts(initiatives["name"]),
        "verdict": _texts(initiatives["verdict"]),
        "lean": _texts(initiatives["lean"]),
        "confidence": initiatives["confidence"].astype(float).tolist(),
        "project_score": initiatives["project_score"].astype(int).tolist(),
        "program_score": initiatives["program_score"].astype(int).tolist(),
        "complexity_level": [
            None if pd.isna(level) else int(level) for level in initiatives["complexity_level"]
        ],
        "decided_by": _texts(initiatives["decided_by"]),
    }
    return State(
        verdict=_frame(ids, verdicts),
        evidence=_frame(ids, {"rules": _texts(initiatives["evidence"])}),
        facts=_facts(ids, initiatives, stored),
    )


def _facts(ids: list[str], initiatives: pd.DataFrame, stored: Stored | None) -> pd.DataFrame:
    columns: dict[str, Sequence[Any]] = {"facts": [], "description": []}
    if stored is None or len(stored.ids) != len(ids):
        return _frame([], columns)
    columns["facts"] = facts_as_json(stored.table)
    columns["description"] = _texts(initiatives["description"])
    return _frame(ids, columns)


def _frame(ids: list[str], columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    digests = [
        hashlib.blake2b("\x1f".join(map(str, row)).encode(), digest_size=16).hexdigest()
        for row in zip(*columns.values(), strict=True)
    ]
    # Plain objects: each is looked up by itself, which columns of text do slowly.
    return pd.DataFrame({"initiative_id": ids, "digest": digests, **columns}, dtype=object)


def _texts(column: pd.Series) -> list[str]:
    """Text that every database takes; unknown is ""."""
    return [_clean(text) if isinstance(text, str) else "" for text in column.tolist()]


def _clean(text: str) -> str:
    if text.isascii() and "\0" not in text:  # nearly all are, and that is quick to tell
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def facts_as_json(table: FactTable) -> list[str]:
    """The facts of each initiative that rules may decide on, as a JSON object.

    Unknown facts are left out; a terms fact is the list of the phrase lists found. Equal facts give
    equal text.
    """
    parts = [
        _part(name, table.columns[name])
        for name in VOCABULARY
        if name in table.columns and name != _PASSING
    ]
    parts += [_found(table, name) for name in _TERMS]
    joined = pc.binary_join_element_wise(*parts, ", ", null_handling="skip")
    return [f"{{{text}}}" for text in joined.to_pylist()]


def _part(name: str, column: FactColumn) -> pa.Array:
    """``"name": value`` of each initiative, null where unknown."""
    spec = VOCABULARY[name]
    values: Any = column.values  # noqa: PD011 -- a FactColumn, not a frame
    if spec.kind == "choice":
        choices = np.array([json.dumps(choice) for choice in spec.choices], object)
        values = choices[np.where(column.known, values, 0)]
    elif spec.kind == "number":
        values = np.array([repr(value) for value in values.tolist()], object)
    texts = pa.array(values, mask=~column.known).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar(f'"{name}": '), texts, "")


def _found(table: FactTable, fact: str) -> pa.Array:
    lists: list[tuple[str, Bools]] = [
        (phrase_list, table.terms[fact, phrase_list])
        for (of_fact, phrase_list) in sorted(table.terms)
        if of_fact == fact
    ]
    if not lists:
        return pa.array([f'"{fact}": []'] * table.size, pa.string())
    # Initiatives hardly differ in what is found, so each distinct pattern is written once.
    patterns, codes = np.unique(
        np.packbits(np.stack([hits for _, hits in lists], axis=1), axis=1),
        axis=0,
        return_inverse=True,
    )
    names = np.array([name for name, _ in lists], object)
    texts = [
        f'"{fact}": {json.dumps(names[np.unpackbits(row, count=len(lists)).astype(bool)].tolist())}'
        for row in patterns
    ]
    return pa.array(texts, pa.string()).take(pa.array(codes.reshape(-1)))
