"""Make text of users harmless: in CSV cells, in workbook cells, on the page.

Three dangers: a spreadsheet that takes a cell for a formula, characters that a format cannot hold,
and characters that show something else than what is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

# Control characters but tab and line feed, and the two non-characters that XML forbids.
_CONTROLS = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{fffe}\x{ffff}]"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# A spreadsheet trims before it looks: whatever is invisible may stand before the sign.
_FORMULA = r"^(?:\t|[\pZ\pC]*[=+\-@＝＋－＠﹦﹢﹣﹫])"  # noqa: RUF001 -- the very characters meant

# A whole number or amount of money, which must reach the reader as it is. A letter code needs a
# space before the digits: without one, "-US5" is a cell reference.
_DIGITS = (
    r"(?:[0-9]{1,3}(?:[,.' \x{a0}\x{202f}][0-9]{3})+(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
)
_NUMBER = (
    r"^\s*(?:-|[-+]?\s?(?:[$£€¥₹]\s?|[A-Z]{3}\s)?"
    + _DIGITS
    + r"(?:[eE][-+]?[0-9]{1,3})?\s?(?:%|k|m|mn|bn|million|billion)?\s?(?:[$£€¥₹]|[A-Z]{3})?)\s*$"
)

# Marks of Markdown and HTML, and what viewers turn into links by themselves.
_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~&@!]|(?<=[A-Za-z]):(?=//)|(?<=[Ww]{3})\.)")
_LIST_MARK = re.compile(r"^([-+=]|[0-9]+[.)])")

CELL_LIMIT = 32_767  # of one workbook cell, in UTF-16 units
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text without what no format holds: control characters and lone surrogates.

    Line ends become line feeds; tabs and line feeds stay.
    """
    if text.isprintable():  # nearly all are, and that is quick to tell
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def displayed(text: str, *, limit: int | None = None) -> str:
    """The cleaned text without characters that reorder what is shown, cut to ``limit``."""
    if not text.isprintable():
        text = _BIDI.sub("", clean(text))
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shortened(text: str, limit: int) -> str:
    """The text as ``displayed``, cut after a word, unless that would take a third of it."""
    whole = displayed(text)
    if len(whole) <= limit:
        return whole
    words = whole[:limit].rpartition(" ")[0].rstrip(" ,;:(")
    return f"{words}…" if 3 * len(words) > 2 * limit else displayed(whole, limit=limit)


def cell(text: str) -> str:
    """The text as ``displayed``, cut to what one workbook cell holds."""
    return clean_cell(displayed(text))


def clean_cell(text: str) -> str:
    """The cleaned text, cut to what one workbook cell holds."""
    text = clean(text)
    if len(text) <= CELL_LIMIT // 2:
        return text
    limit = CELL_LIMIT // 2 if _BEYOND_BMP.search(text) else CELL_LIMIT
    return text if len(text) <= limit else text[: limit - 1] + "…"


def text_array(values: Iterable[object]) -> pa.ChunkedArray:
    """An Arrow array of cleaned text; anything missing is null.

    Raises nothing for text that UTF-8 cannot hold: it is mended.
    """
    try:
        array = pa.chunked_array(pa.array(values, type=pa.large_string(), from_pandas=True))
    except UnicodeEncodeError:
        mended = [clean(value) if isinstance(value, str) else None for value in values]
        array = pa.chunked_array([pa.array(mended, type=pa.large_string())])
    return array


def clean_array(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """``clean`` for a whole column."""
    if not _any(array, _CONTROLS):
        return array
    array = pc.replace_substring_regex(array, pattern=r"\r\n?", replacement="\n")
    return pc.replace_substring_regex(array, pattern=_CONTROLS, replacement="")


def neutral_array(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cleaned text of a column with ``'`` before every cell that could become a formula.

    A cell that is a whole number or amount of money ("-12.5", "-£7,169.20", "-") stays as it is.
    """
    array = clean_array(array)
    if not _any(array, _FORMULA):
        return array
    armed = pc.and_(
        pc.match_substring_regex(array, _FORMULA),
        pc.invert(pc.match_substring_regex(array, _NUMBER)),
    )
    quote, nothing = (pa.scalar(text, array.type) for text in ("'", ""))
    # The last argument is what stands between the joined texts.
    return pc.if_else(armed, pc.binary_join_element_wise(quote, array, nothing), array)


def neutral(text: str) -> str:
    """``neutral_array`` for one text."""
    return cast("str", neutral_array(text_array([text]))[0].as_py())


def _any(array: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(array, pattern)).as_py())


def in_markdown(text: str) -> str:
    """The text on one line of Markdown, where no mark in it does anything."""
    plain = " ".join(displayed(text).split())
    return _LIST_MARK.sub(lambda mark: f"{mark[0][:-1]}\\{mark[0][-1]}", _MARKS.sub(r"\\\1", plain))
