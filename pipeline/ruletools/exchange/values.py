"""Cells that are no conditions: numbers, choices, lists of lines, sources, facts of examples."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pipeline.rulebook.reader import did_you_mean
from pipeline.ruletools.exchange.faults import CellFault, ValueUnread
from pipeline.ruletools.exchange.layout import PARTS, REVISION, SEPARATOR
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.ruletools.exchange.faults import Cell
    from pipeline.ruletools.exchange.layout import Field, Shape

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_YES = {"yes": True, "y": True, "true": True, "x": True, "1": True}
_NO = {"no": False, "n": False, "false": False, "0": False}


class Unread(ValueError):  # noqa: N818 -- named for what it tells of
    """A text that is none of the values of its column."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}. {hint}")
        self.problem = problem
        self.hint = hint

    def at(self, cell: Cell) -> CellFault:
        """The fault of the cell that holds it."""
        return ValueUnread(self.problem, hint=self.hint, at=cell)


def read_value(field: Field, text: str) -> Any:  # noqa: ANN401 -- as the column has it
    """What a cell says; ``None`` where it is empty, or says what an empty one would.

    Raises:
        Unread: It is none of the values of its column.
    """
    if not text:
        return None
    return _READERS[field.shape](field, text)


def _whole(field: Field, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Unread(f"{field.header.lower()} {text!r} is not a whole number", "Write such as 2")
    return int(text)


def _number(_: Field, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise Unread(f"{text!r} is not a number", "Write such as 0.85, with a point")
    return float(text)


def _choice(field: Field, text: str) -> str:
    known = {choice.replace("_", " ").casefold(): choice for choice in field.choices}
    plain = " ".join(text.replace("_", " ").split()).casefold()
    if plain not in known:
        hint = did_you_mean(plain, known, f"One of: {', '.join(known)}")
        raise Unread(f"unknown {field.header.lower()} {text!r}", hint)
    return known[plain]


def _yes(_: Field, text: str) -> bool | None:
    meant = (_YES | _NO).get(text.casefold())
    if meant is None:
        raise Unread(f"{text!r} is neither yes nor no", "Write yes, or leave the cell empty")
    return True if meant else None


def _line(_: Field, text: str) -> str:
    return " ".join(text.split())


def _lines(_: Field, text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _sources(_: Field, text: str) -> list[dict[str, str]]:
    return [_record(line, PARTS, "source") for line in text.split("\n") if line.strip()]


def _history(field: Field, text: str) -> list[dict[str, Any]]:
    entries = [_record(line, REVISION, "history") for line in text.split("\n") if line.strip()]
    return [{**entry, "version": _whole(field, entry["version"])} for entry in entries]


def _record(line: str, keys: Sequence[str], what: str) -> dict[str, str]:
    parts = [" ".join(part.split()) for part in line.split(SEPARATOR.strip(), len(keys) - 1)]
    if len(parts) != len(keys) or not all(parts):
        raise Unread(
            f"{line.strip()[:60]!r} is no {what}",
            f"Write {SEPARATOR.join(keys)}, one a line",
        )
    return dict(zip(keys, parts, strict=True))


_READERS: Final[Mapping[Shape, Callable[[Field, str], Any]]] = {
    "text": _line,
    "whole": _whole,
    "number": _number,
    "choice": _choice,
    "yes": _yes,
    "lines": _lines,
    "sources": _sources,
    "history": _history,
}


def read_facts(text: str) -> dict[str, Any]:
    """The facts of an example: ``team_count = 3; terms = many_sites | one_site``.

    Raises:
        Unread: A part has no name or no value.
    """
    facts: dict[str, Any] = {}
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name:
            raise Unread(
                f"{part.strip()[:60]!r} is no fact with a value",
                "Write team_count = 3; has_end_date = true",
            )
        if name in facts:
            raise Unread(f"the fact {name!r} stands twice", "Keep one of them")
        facts[name.lower()] = _fact(name.lower(), value)
    return facts


def _fact(name: str, text: str) -> Any:  # noqa: ANN401
    """The value in the type of its fact; what does not fit is left to the loader to refuse."""
    spec = VOCABULARY.get(name)
    kind = spec.kind if spec else "text"
    if kind == "terms":
        return [part.strip().lower() for part in text.strip("[]").split("|") if part.strip()]
    if kind == "boolean":
        return (_YES | _NO).get(text.casefold(), text)
    if kind in ("integer", "number") and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text.lower() if kind == "choice" else text
