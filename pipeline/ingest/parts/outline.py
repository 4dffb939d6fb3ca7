"""What is understood of a portfolio before its parts are read: header, labels, mapping."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import Location
from pipeline.ingest.contents import CountedContents, NotCounted
from pipeline.ingest.labels import filled_below, header_width, labels_of
from pipeline.ingest.mapping import map_columns, recognise
from pipeline.ingest.mapping_file import UserMapping, read_mapping
from pipeline.ingest.parts.heads import heading_of, heads_of
from pipeline.ingest.parts.read import body_of, found_part
from pipeline.ingest.raw import Source
from pipeline.ingest.reading import check_wanted, keys_of, profile_of, with_constants
from pipeline.ingest.refusals import NotInParts, SheetOfText
from pipeline.ingest.second_keys import key_labels, second_keys
from pipeline.ingest.suggest import missing_name
from pipeline.ingest.table import blank_mask
from pipeline.ingest.vocabulary import vocabulary
from schemas.aliases import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.ingest.header_row import Found
    from pipeline.ingest.limits import Limits
    from pipeline.ingest.mapping_file import ColumnMapping
    from pipeline.ingest.parts.cut import Part
    from pipeline.ingest.parts.heads import Head
    from pipeline.ingest.parts.sources import Sources
    from pipeline.ingest.raw import MappedColumn
    from pipeline.ingest.second_keys import SecondKeys
    from pipeline.problems import Problem

# Does something with every part and gives the answers in order of the parts.
Each: TypeAlias = "Callable[[Callable[[Part], Any], Sequence[Part]], list[Any]]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the user asks for; see ``pipeline.ingest.read``."""

    profile: str | None
    mapping_file: Path | None
    sheet: str | None
    limits: Limits


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """All that a part must know of the file to be read.

    ``heading`` has the rows of the header and no other; ``texts`` the header as found by label,
    ``told`` what the user says of columns; ``cuts_short`` see ``rows.Portion``.
    """

    parts: tuple[Part, ...]
    source: Source
    limits: Limits
    heading: Found
    labels: tuple[str, ...]
    texts: Mapping[str, str]
    keys: tuple[str, ...]
    told: Mapping[str, ColumnMapping]
    delimiter: str = ""
    profile: str = ""
    mapping: tuple[MappedColumn, ...] = ()
    unmapped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    cuts_short: bool = False
    is_damaged: bool = False
    second_keys: SecondKeys | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """What one part shows of its columns, by label; ``seen`` are hashes of the distinct cells."""

    filled: frozenset[str]
    seen: NDArray[np.uint64]


def outline(
    sources: Sources,
    wish: Wish,
    each: Each,
) -> Outline:
    """Understand a portfolio.

    Args:
        sources: Its files and parts.
        wish: What the user asks for.
        each: Does something with every part, where that is needed, and gives the answers in order.

    Raises:
        InputError: There is no header, no names, or a file of another kind among them.
        ConfigError: The mapping file is faulty.
    """
    forced = profile_of(wish.profile, sources.path)
    user = read_mapping(wish.mapping_file) if wish.mapping_file else UserMapping()
    _check_wishes(wish, user, sources)
    words = vocabulary({name: told.header for name, told in user.columns.items()})
    heads = heads_of(sources, user, words, wish.limits)
    found = heads[0].found
    sketch = Outline(
        parts=tuple(part for head in heads for part in head.parts),
        source=_source(sources, heads[0]),
        limits=wish.limits,
        heading=heading_of(found),
        labels=(),
        texts={},
        keys=(),
        told=user.columns,
        delimiter=heads[0].delimiter,
        is_damaged=sources.is_damaged,
    )
    labels = labels_of(sketch.heading, _filled(sketch, each))
    texts = {label: text for label, text in zip(labels, found.texts, strict=False) if label}
    at = Location(path=sources.path, line=found.line)
    check_wanted(user, texts, at)
    exporter = forced or recognise(texts.values(), profiles())
    sketch = replace(sketch, labels=labels, texts=texts, keys=tuple(keys_of(texts, words)))
    _, all_texts, told = with_constants(pd.DataFrame(index=[0]), texts, user.columns)
    contents = CountedContents(filled=None, counts={})
    mapped = None
    while mapped is None:
        try:
            mapped = map_columns(contents, all_texts, exporter, told)
        except NotCounted as open_:
            contents = _counted(contents, open_.label, sketch, each)
    if not any(column.canonical == "name" for column in mapped.columns):
        raise missing_name(list(all_texts), at)
    keys = _second_keys(sketch, key_labels(mapped), each)
    return replace(
        sketch,
        profile=exporter.name if exporter else "",
        mapping=mapped.columns,
        unmapped=mapped.unmapped,
        problems=(*heads[0].problems, *mapped.problems, *([keys.notice] if keys else [])),
        second_keys=keys,
    )


def _source(sources: Sources, head: Head) -> Source:
    return Source(
        name=sources.path.name,
        sha256=sources.sha256,
        bytes=sources.bytes,
        format=sources.kind,
        encoding="utf-8" if sources.kind == "csv" else "",
        delimiter=head.delimiter,
        header_line=head.found.line,
    )


def _check_wishes(wish: Wish, user: UserMapping, sources: Sources) -> None:
    at = Location(path=sources.path)
    if wish.sheet is not None or user.sheet:
        raise SheetOfText(
            "a sheet is asked for, and this is no workbook", hint="Leave --sheet out.", at=at
        )
    encoding = user.encoding
    if encoding and codecs.lookup(encoding).name not in {"utf-8", "utf-8-sig", "ascii"}:
        raise NotInParts(
            f"a file in {encoding} cannot be read in parts",
            hint="Read it whole, without --chunk-rows and --engine, or export it as UTF-8.",
            at=at,
        )


def _filled(sketch: Outline, each: Each) -> list[bool]:
    """Which columns have cells; looked up in the cells only where a header is missing."""
    width = header_width(sketch.heading)
    if all(text.strip() for text in sketch.heading.texts[:width]):
        return [True] * len(sketch.heading.texts)
    seen = each(partial(_filled_in, outline=sketch), sketch.parts)
    return [any(column) for column in zip(*seen, strict=True)]


def _filled_in(part: Part, outline: Outline) -> list[bool]:
    return filled_below(found_part(part, outline))


def _counted(contents: CountedContents, label: str, sketch: Outline, each: Each) -> CountedContents:
    """Look at every part for what hangs on its cells."""
    glances: list[Glance] = each(partial(glance, outline=sketch, label=label), sketch.parts)
    if not label:
        filled = frozenset(name for part in glances for name in part.filled)
        return replace(contents, filled=filled)
    distinct = len(np.unique(np.concatenate([part.seen for part in glances])))
    return replace(contents, counts={**contents.counts, label: distinct})


def _second_keys(sketch: Outline, labels: tuple[str, ...], each: Each) -> SecondKeys | None:
    """Look at the ids of every part, where parents may be named by another one."""
    if not labels or not set(labels) <= set(sketch.labels):
        return None
    read = each(partial(_cells_of, outline=sketch, labels=labels), sketch.parts)
    return second_keys(pd.concat(read), labels)


def _cells_of(part: Part, outline: Outline, labels: tuple[str, ...]) -> pd.DataFrame:
    return body_of(found_part(part, outline), part, outline).cells[[*labels]]


def glance(part: Part, outline: Outline, label: str) -> Glance:
    """Look at the columns of one part; the cells of ``label`` are told apart."""
    cells = body_of(found_part(part, outline), part, outline).cells
    seen = np.zeros(0, np.uint64)
    if label:
        said = cells[label][~blank_mask(cells[label])]
        seen = np.unique(pd.util.hash_array(said.to_numpy(object)))
    filled = frozenset(name for name in cells.columns if not blank_mask(cells[name]).all())
    return Glance(filled=filled, seen=seen)
