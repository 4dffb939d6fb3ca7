"""Names and descriptions of invented initiatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.generate.words import KINDS, fill, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.generate.chance import Integers
    from pipeline.generate.latent import Latent

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# How often a description has a sentence of each section, by kind; the opening is always there.
_SENTENCE_SHARES = {
    "structure": (0.85, 0.95, 0.70),
    "context": (0.75, 0.60, 0.70),
    "means": (0.45, 0.35, 0.55),
    "closing": (0.70, 0.70, 0.60),
}


def slots(rng: np.random.Generator, latent: Latent) -> dict[str, pa.StringArray]:
    """A word for each slot and row; units, sites and months differ where a row has several."""
    lists = words().slots
    rows = len(latent.kind)
    drawn = {
        slot: pc.take(lists[slot], rng.integers(0, len(lists[slot]), rows))
        for slot in ("object", "vendor", "goal", "theme")
    }
    step = rng.integers(1, len(lists["unit"]) // 2, rows)
    for place, slot in enumerate(("unit", "unit2", "unit3")):
        drawn[slot] = pc.take(lists["unit"], (latent.unit + place * step) % len(lists["unit"]))
    for source, pair in (("site", ("site", "elsewhere")), ("month", ("month", "month2"))):
        total = len(lists[source])
        start, away = rng.integers(0, total, rows), rng.integers(1, total, rows)
        drawn[pair[0]] = pc.take(lists[source], start)
        drawn[pair[1]] = pc.take(lists[source], (start + away) % total)
    drawn["few"] = _number_words(np.maximum(latent.projects, 2))
    return drawn


def names(
    rng: np.random.Generator, latent: Latent, row_slots: Mapping[str, pa.StringArray]
) -> pa.StringArray:
    """A title for each row, with a capital at its start."""
    texts = _by_kind(rng, "names", latent.kind, row_slots)
    head = pc.utf8_upper(pc.utf8_slice_codeunits(texts, 0, 1))
    return pc.binary_join_element_wise(head, pc.utf8_slice_codeunits(texts, 1), "")


def descriptions(
    rng: np.random.Generator, latent: Latent, row_slots: Mapping[str, pa.StringArray]
) -> pa.StringArray:
    """One to five sentences for each row, which speak of the kind it is told to be."""
    rows = len(latent.kind)
    sentences = [_by_kind(rng, "openings", latent.told, row_slots)]
    for section, shares in _SENTENCE_SHARES.items():
        has = rng.random(rows) < np.asarray(shares)[latent.told]
        texts = _by_kind(rng, section, latent.told, row_slots)
        sentences.append(pc.if_else(pa.array(has), texts, None))
    return pc.binary_join_element_wise(*sentences, " ", null_handling="skip")


def _by_kind(
    rng: np.random.Generator,
    section: str,
    kind: Integers,
    row_slots: Mapping[str, pa.StringArray],
) -> pa.StringArray:
    """For each row a text from the section's templates of its kind, or of any kind."""
    by_kind = words().templates[section]
    if "any" in by_kind:
        by_kind = dict.fromkeys(KINDS, by_kind["any"])
    sizes = np.array([len(by_kind[name]) for name in KINDS])
    before = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    chosen = before[kind] + rng.integers(0, sizes[kind])
    return fill([text for name in KINDS for text in by_kind[name]], chosen, row_slots)


def _number_words(numbers: Integers) -> pa.StringArray:
    """Up to ten in words, beyond in digits."""
    small = pc.take(pa.array(_NUMBERS), np.minimum(numbers, len(_NUMBERS) - 1))
    return pc.if_else(pa.array(numbers < len(_NUMBERS)), small, pc.cast(numbers, pa.string()))


def parent_names(rng: np.random.Generator, ghost: Integers) -> pa.StringArray:
    """Titles of parents without a row, the same wherever the same ghost is named; else ""."""
    lists = words().slots
    total = int(ghost.max(initial=-1)) + 1
    rows = len(ghost)
    if not total:
        return pa.repeat("", rows)
    titles = pc.binary_join_element_wise(
        pc.take(lists["theme"], rng.integers(0, len(lists["theme"]), total)),
        pc.take(lists["site"], rng.integers(0, len(lists["site"]), total)),
        "Program",
        " ",
    )
    return pc.if_else(pa.array(ghost >= 0), pc.take(titles, np.maximum(ghost, 0)), "")
