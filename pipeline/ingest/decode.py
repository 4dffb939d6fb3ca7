"""Bytes of a text file to characters: which encoding, and what had to be given up."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from pipeline.errors import Location
from pipeline.ingest.refusals import EncodingUnfit, FileEmpty, NotText

if TYPE_CHECKING:
    from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16: its mark starts with the mark of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A few control characters are dirt in a text, not the sign of something else.
_STRAY = 32
_SAMPLE = 64 * 1024
_PIECE = 1024 * 1024
# Encodings of other scripts that old exporters still write, besides the western default.
_OTHERS = [
    "cp932",
    "gb18030",
    "big5",
    "cp949",
    "cp1251",
    "cp1253",
    "cp1255",
    "cp1256",
    "koi8_r",
]
# Bytes that cp1252 leaves undefined.
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII = bytes(range(0x80))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """Characters of a text file.

    ``text`` has neither byte order marks nor NUL characters; a byte that does not fit the encoding
    has become U+FFFD. ``guessed`` tells that the encoding is an assumption nothing confirms.
    """

    text: str = field(repr=False)
    encoding: str
    guessed: bool = False
    nul_count: int = 0
    damaged: bool = False


def decode(data: bytes, path: Path, *, encoding: str = "") -> Decoded:
    """Decode a whole file.

    Args:
        data: The bytes.
        path: Where they lie, for messages.
        encoding: The encoding to use; "" to find out.

    Raises:
        InputError: Not text at all, or not text in ``encoding``.
    """
    if not encoding and _is_noise(data):
        raise _not_text(path)
    text, name, guessed = _forced(data, path, encoding) if encoding else _found(data)
    text = text.lstrip("\ufeff")
    nuls = text.count("\0")
    if not encoding and _is_binary(text):
        raise _not_text(path)
    if nuls:
        text = text.replace("\0", "")
    if not text or text.isspace():
        raise FileEmpty(
            "the file holds nothing but white space",
            hint="Export the portfolio again.",
            at=Location(path=path),
        )
    return Decoded(
        text=text, encoding=name, guessed=guessed, nul_count=nuls, damaged="\ufffd" in text
    )


def _forced(data: bytes, path: Path, encoding: str) -> tuple[str, str, bool]:
    try:
        name = codecs.lookup(encoding).name
        text = data.decode(name)
        text.encode()  # some encodings let halves of surrogate pairs through
    except (LookupError, ValueError) as error:
        raise EncodingUnfit(
            f"the file cannot be read as {encoding!r}",
            hint="Correct or remove 'encoding' in the mapping file.",
            at=Location(path=path),
        ) from error
    return text, name, False


def _found(data: bytes) -> tuple[str, str, bool]:
    for mark, name in _BOMS:
        # "\xff\xfe\0\0" is UTF-32 only if its length allows, else UTF-16 that starts with NUL.
        if data.startswith(mark) and (not name.startswith("utf-32") or len(data) % 4 == 0):
            return data.decode(name, "replace"), name, False
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace"), wide, False
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        return _not_utf8(data)


def _wide(data: bytes) -> str:
    """Name UTF-16 or UTF-32 without a mark: every second (or three in four) bytes are NUL."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    if len(sample) < 4 or sample.count(0) * 3 < len(sample):  # noqa: PLR2004
        return ""
    zero = [sample[place::4].count(0) * 10 >= len(sample[place::4]) * 9 for place in range(4)]
    names = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return names.get((zero[0], zero[1], zero[2], zero[3]), "")


def _not_utf8(data: bytes) -> tuple[str, str, bool]:
    whole, damaged = _sequences(data)
    # A few bad bytes among many good sequences: UTF-8 that was cut or glued, not another encoding.
    if whole >= damaged * 4:
        return data.decode("utf-8", "replace"), "utf-8", False
    other = _other_script(data)
    if other:
        return data.decode(other, "replace"), other, True
    if _UNDEFINED.search(data):
        return data.decode("latin-1"), "latin-1", True
    return data.decode("cp1252"), "cp1252", True


def _sequences(data: bytes) -> tuple[int, int]:
    """Count the characters beyond ASCII that are whole in UTF-8, and the bytes that are not."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    whole = damaged = 0
    for place in range(0, len(data), _PIECE):
        piece = data[place : place + _PIECE]
        text = decoder.decode(piece, final=place + _PIECE >= len(data))
        bad = text.count("\ufffd")
        damaged += bad
        whole += len(text) - bad - (len(piece) - len(piece.translate(None, _ASCII)))
    return whole, damaged


def _other_script(data: bytes) -> str:
    """Name a non-western encoding if the non-ASCII lines read clearly better in it."""
    first = _HIGH.search(data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    sample = bytearray()
    for line in data[start : start + _SAMPLE * 4].split(b"\n"):
        if not line.isascii():
            sample += line[:1024] + b"\n"
        if len(sample) > _SAMPLE // 8:
            break
    # Western text has an accent here and there; other scripts are high bytes all over.
    high = len(_HIGH.findall(sample))
    if high < _STRAY or high * 5 < len(sample) * 2:
        return ""
    best = from_bytes(bytes(sample), cp_isolation=[*_OTHERS, "cp1252"]).best()
    return best.encoding if best and best.encoding != "cp1252" else ""


def _is_noise(data: bytes) -> bool:
    """Tell bytes that are no text in any encoding before they are decoded, which may take long."""
    sample = data[:_SAMPLE]
    if sample.startswith(tuple(mark for mark, _ in _BOMS)) or _wide(data):
        return False
    return _has_controls(sample.replace(b"\0", b"").decode("latin-1"))


def _is_binary(text: str) -> bool:
    return _has_controls(text[:_SAMPLE])


def _has_controls(sample: str) -> bool:
    return len(_CONTROL.findall(sample)) > max(_STRAY, len(sample) // 20)


def _not_text(path: Path) -> NotText:
    return NotText(
        "this is neither text nor a workbook",
        hint="Export the portfolio as CSV or as an Excel workbook (.xlsx).",
        at=Location(path=path),
    )
