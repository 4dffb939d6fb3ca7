"""The words of invented portfolios, as ``words.yaml`` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

KINDS = ("project", "program", "unclear")

# A template is its literal text and slot names in turn: text, slot, text, slot, …, text.
Template = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Word lists by slot, and templates of names and sentences by section and kind."""

    slots: Mapping[str, pa.StringArray]
    templates: Mapping[str, Mapping[str, tuple[Template, ...]]]


@cache
def words() -> Words:
    """The lists of ``words.yaml``, read once."""
    name = "words.yaml"
    text = files("pipeline.generate").joinpath(name).read_text(encoding="utf-8")
    document = strict_yaml.load(text, name=name)
    slots = {slot: pa.array(entries, pa.string()) for slot, entries in document["slots"].items()}
    templates = {
        section: {kind: tuple(map(_template, texts)) for kind, texts in by_kind.items()}
        for section, by_kind in document.items()
        if section != "slots"
    }
    return Words(slots=slots, templates=templates)


def _template(text: str) -> Template:
    parts: list[str] = []
    for literal, slot, _, _ in Formatter().parse(text):
        parts.append(literal)
        if slot is not None:
            parts.append(slot)
    return tuple(parts if len(parts) % 2 else [*parts, ""])


def fill(
    templates: Sequence[Template],
    chosen: NDArray[np.int64],
    slots: Mapping[str, pa.StringArray],
) -> pa.StringArray:
    """One text a row: the template ``chosen`` for it, with the row's words in the slots.

    Args:
        templates: What to choose from.
        chosen: Position in ``templates`` for each row.
        slots: A word for each row, by slot.
    """
    order = np.argsort(chosen, kind="stable")
    ends = np.searchsorted(chosen[order], np.arange(len(templates) + 1))
    texts: list[pa.Array] = []
    for template, start, end in zip(templates, ends[:-1], ends[1:], strict=True):
        rows = order[start:end]
        parts = [
            pc.take(slots[part], rows) if position % 2 else pa.repeat(part, len(rows))
            for position, part in enumerate(template)
        ]
        texts.append(pc.binary_join_element_wise(*parts, ""))
    return pc.take(pa.concat_arrays(texts), np.argsort(order, kind="stable"))
