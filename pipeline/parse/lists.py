"""Lists in a cell: names or ids, parted by a sign that the column settles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.parse.missing import says_nothing
from pipeline.parse.spellings import fold, spellings
from pipeline.parse.text import clean, clean_lines

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pipeline.parse.readings import Cells

_STRONG = re.compile(r"[;|\n；｜]")  # noqa: RUF001 -- fullwidth signs occur in East Asian exports
_WEAK = re.compile(r"[,，、]")  # noqa: RUF001
_ENCLOSING = ("(", "[", '"')
_BULLET = re.compile(r"^(?:[-*•·–‣▪o]|\d{1,2}[.)]) ")  # noqa: RUF001
# A predecessor of MS Project: number, kind of link, lag.
_LINK = re.compile(
    r"(?P<id>\d{1,9}) ?(?P<kind>fs|ss|ff|sf)?"
    r"(?P<lag> ?[+\-] ?\d{1,6}(?:[.,]\d{1,3})? ?[a-z%]{0,8})?"
)
_HASH = re.compile(r"#(\w{1,40})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """Rows of a column that have a strong sign, and rows that have commas alone."""

    strong: int = 0
    weak: int = 0

    def __add__(self, other: Signs) -> Signs:
        return Signs(strong=self.strong + other.strong, weak=self.weak + other.weak)

    @property
    def by_comma(self) -> bool:
        """Whether commas part what has no strong sign."""
        return self.weak > self.strong


def signs(cells: Cells) -> Signs:
    """Count the signs of one header."""
    return _signs([clean_lines(text) for text in cells.texts], cells.counts)


def _signs(texts: Sequence[str], counts: Sequence[int]) -> Signs:
    strong = weak = 0
    for text, rows in zip(texts, counts, strict=True):
        if _has_strong(text):
            strong += rows
        elif _WEAK.search(text):
            weak += rows
    return Signs(strong=strong, weak=weak)


def read(
    cells: Cells, keep: Container[str] = (), told: Signs | None = None
) -> list[tuple[str, ...]]:
    """Read the distinct texts of one header; a cell that says nothing gives ``()``.

    Elements in ``keep`` say something whatever they are called.

    Semicolons, bars and line breaks part every cell that has them. Commas part the other cells,
    unless more rows of the column have one of the strong signs: then a comma belongs to a name.
    ``told`` has the signs of the whole column where ``cells`` are only a part of it.
    """
    texts = [clean_lines(text) for text in cells.texts]
    by_comma = (told or _signs(texts, cells.counts)).by_comma
    return [_elements(text, keep, by_comma=by_comma) for text in texts]


def once(elements: Sequence[str]) -> tuple[str, ...]:
    """Keep the first of each, whatever its capitals."""
    if len(elements) < 2:  # noqa: PLR2004 -- one cannot occur twice
        return tuple(elements)
    kept: dict[str, str] = {}
    for element in elements:
        kept.setdefault(element.casefold(), element)
    return tuple(kept.values())


def _elements(text: str, keep: Container[str], *, by_comma: bool) -> tuple[str, ...]:
    if text not in keep and says_nothing(text, "value"):
        return ()
    named = [_element(part) for part in _parts(text, by_comma=by_comma)]
    return once([part for part in named if part in keep or not _is_empty(part)])


def _parts(text: str, *, by_comma: bool) -> list[str]:
    if _has_strong(text):
        return _STRONG.split(text)
    return _by_comma(text) if by_comma else [text]


def _has_strong(text: str) -> bool:
    if ";" in text or "|" in text or "\n" in text:
        return True
    return not text.isascii() and _STRONG.search(text) is not None


@lru_cache(maxsize=100_000)
def _element(part: str) -> str:
    return _BULLET.sub("", clean(part), count=1).strip(" \"'")


@lru_cache(maxsize=100_000)
def _is_empty(part: str) -> bool:
    return says_nothing(part, "value")


def _by_comma(text: str) -> list[str]:
    """Part at commas outside brackets and quotes; "Acme, Inc." stays one name."""
    enclosed = any(letter in text for letter in _ENCLOSING)
    parts = _outside(text) if enclosed else _WEAK.split(text)
    joined: list[str] = []
    for part in parts:
        if joined and fold(part) in spellings().name_suffixes:
            joined[-1] = f"{joined[-1]},{part}"
        else:
            joined.append(part)
    return joined


def _outside(text: str) -> list[str]:
    """Part at commas outside brackets and quotes."""
    parts: list[str] = []
    start = depth = 0
    quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(0, depth - 1)
        elif depth == 0 and not quoted and _WEAK.match(letter):
            parts.append(text[start:place])
            start = place + 1
    # An open bracket or quote is a slip, not a way to hide commas.
    return _WEAK.split(text) if depth or quoted else [*parts, text[start:]]


def links(elements: Sequence[str], ids: Container[str], *, ms_project: bool) -> tuple[str, ...]:
    """Reduce the elements of ``depends_on`` to ids.

    "#133" and prose that holds it become 133 where that is an id of the file; "2FS+3d" becomes 2.
    "2+3d", without a kind of link, is read so only in an export of MS Project. Anything else stays
    as it is.
    """
    if all(element in ids for element in elements):
        return tuple(elements)
    found: list[str] = []
    for element in elements:
        found.extend(_ids_of(element, ids, ms_project=ms_project))
    return tuple(dict.fromkeys(found))


def _ids_of(element: str, ids: Container[str], *, ms_project: bool) -> list[str]:
    if element in ids:
        return [element]
    if "#" in element:
        named = [tag for tag in _HASH.findall(element) if tag in ids]
        if named:
            return named
    link = _LINK.fullmatch(element.casefold())
    if link and (link["kind"] or ms_project):
        return [link["id"]]
    # Where one cell of the column needs semicolons, another may still part its ids by commas.
    parts = [part.strip() for part in _WEAK.split(element)]
    if len(parts) > 1 and all(part in ids for part in parts):
        return parts
    return [element]


def may_name(cells: Cells) -> Iterator[str]:
    """Every text of ``depends_on`` that ``read`` and ``links`` look up among the ids.

    It takes no id and no sign of other cells to tell them, so that a part of a portfolio can be
    asked before the whole is known; some come twice.
    """
    for text in map(clean_lines, cells.texts):
        yield text
        for by_comma in (False, True):
            for element in map(_element, _parts(text, by_comma=by_comma)):
                yield element
                yield from _HASH.findall(element)
                yield from (part.strip() for part in _WEAK.split(element))
