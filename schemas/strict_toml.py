"""TOML of a size that a person writes; the reader of the standard library trusts its input.

It takes time and memory with the square of the parts of a dotted key, and a key stands on one line.
"""

from __future__ import annotations

import tomllib
from typing import Any

MAX_BYTES = 64 * 1024
MAX_LINE = 4 * 1024


class TomlFault(ValueError):  # noqa: N818 -- named for what it tells of
    """A text that is not TOML, or more of it than anybody writes."""


def load(text: str) -> dict[str, Any]:
    """Read a TOML document.

    Raises:
        TomlFault: Not TOML, longer than ``MAX_BYTES``, with a line longer than ``MAX_LINE``, or
            nested deeper than the reader goes.
    """
    if len(text) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES:,} characters"
        raise TomlFault(message)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            message = f"line {number} has more than {MAX_LINE:,} characters"
            raise TomlFault(message)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise TomlFault(str(error)) from error
    except RecursionError as error:
        message = "nested too deep"
        raise TomlFault(message) from error
