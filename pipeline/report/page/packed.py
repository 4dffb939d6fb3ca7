"""Data for the page's script: JSON, compressed, as letters that no browser takes for markup."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode

_LEVEL = 6


def pack(value: object) -> str:
    """The value as base64 of deflated JSON, which the script unpacks with what browsers have.

    Equal values give equal text under one version of zlib.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b64encode(zlib.compress(text.encode("utf-8", "replace"), _LEVEL)).decode("ascii")


def unpack(text: str) -> object:
    """The value that ``pack`` packed, for tests and for those who want to read a page."""
    import base64  # noqa: PLC0415 -- seldom needed

    return json.loads(zlib.decompress(base64.b64decode(text)))
