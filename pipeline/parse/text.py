"""Text cells made fit to read: no markup, no control characters, no broken encoding."""

from __future__ import annotations

import html
import re
import unicodedata

# Excel writes a character that XML cannot hold as _xHHHH_.
_ESCAPED = re.compile(r"_x00([0-9A-Fa-f]{2})_")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# html.parser takes quadratic time on hostile input, and would eat "a < b"; known tags are enough.
_BREAK = re.compile(
    r"<(?:br|/?p|/?div|/?li|/?tr|/?ul|/?ol|/?table|hr|/?h[1-6])\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|code|em|font|i|img|ins|del|kbd|mark|pre|q|s|small|span|strike|"
    r"strong|sub|sup|tbody|td|tfoot|th|thead|tt|u|script|style|html|body|head)\b[^<>]*>|<!--",
    re.IGNORECASE,
)
# Invisible characters, and those that turn the direction of the text around them; the joiners
# U+200C and U+200D stay, some scripts are spelled with them.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LINES = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_MOJIBAKE = re.compile("[ÃÂâÄÅ][\u0080-\u00bf\u0152-\u2122]")
_BLANK_LINES = re.compile(r"\n{3,}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """One line: markup, control characters and broken encoding mended, blanks collapsed."""
    if _is_plain(text):
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", _mend(text)).split())


def clean_lines(text: str) -> str:
    """As ``clean``, but line breaks stay; two empty lines or more become one."""
    if _is_plain(text):
        return text.strip()
    mended = unicodedata.normalize("NFC", _mend(text))
    lines = [" ".join(line.split()) for line in _LINES.split(mended)]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_plain(text: str) -> bool:
    """Whether there is nothing to mend; what is invisible, or half a character, cannot print."""
    if not text.isprintable() or "  " in text or "<" in text or "_x00" in text:
        return False
    if "&" in text and ";" in text:
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not _MOJIBAKE.search(text))


def _mend(text: str) -> str:
    if "_x00" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = _SURROGATE.sub("\ufffd", text)
    if _MOJIBAKE.search(text):
        text = _decode_twice(text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _INVISIBLE.sub("", text)


def _decode_twice(text: str) -> str:
    """Undo UTF-8 read as cp1252, where the whole text goes back without loss."""
    try:
        return bytes(_cp1252(letter) for letter in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _cp1252(letter: str) -> int:
    # The five bytes that cp1252 leaves open pass through most decoders as they are.
    if letter in "\x81\x8d\x8f\x90\x9d":
        return ord(letter)
    return letter.encode("cp1252")[0]
