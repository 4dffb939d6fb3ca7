"""Facts as durable_rules gets them: JSON, flat, in the one type that the constants they meet have.

A run sends thousands of facts to rulesets that each read two or three values, so what can be known
of a message beforehand is made once a ruleset.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.engine.compiler import GUARD, known_property, term_property, values_of
from pipeline.rulebook.conditions import DECIMALS, LARGEST
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.engine.compiler import Shard
    from pipeline.facts.table import Fact
    from schemas.facts import FactSpec

    Write = Callable[[Fact], str]


class UnsafeFact(Exception):  # noqa: N818 -- named for what it is
    """A value that the engine would misread: our bug, so the traceback is kept."""


def writer(shard: Shard) -> Write:
    """What writes the fact of one initiative for the engine; unknown stays absent.

    The writer raises ``UnsafeFact`` for a value that is none that its fact may have.
    """
    pieces: dict[str, Write] = {}
    for item in shard.reads:
        if item.operator == "exists":
            name = known_property(item.fact)
            pieces[name] = _known(item.fact, name)
        elif item.operator == "mentions_any":
            for phrase_list in values_of(item):
                name = term_property(item.fact, phrase_list)
                pieces[name] = _found(item.fact, phrase_list, name)
        else:
            pieces[item.fact] = _value(VOCABULARY[item.fact])
    every = tuple(pieces.values())
    start = f'{{"id":"r","{GUARD}":1'
    return lambda fact: start + "".join([piece(fact) for piece in every]) + "}"


def _named(name: str) -> str:
    return f",{json.dumps(name, ensure_ascii=False)}:"


def _known(fact_name: str, name: str) -> Write:
    yes, no = f"{_named(name)}true", f"{_named(name)}false"
    return lambda fact: no if fact.get(fact_name) is None else yes


def _found(fact_name: str, phrase_list: str, name: str) -> Write:
    yes, no = f"{_named(name)}true", f"{_named(name)}false"

    def write(fact: Fact) -> str:
        found = fact.get(fact_name)
        return yes if isinstance(found, frozenset) and phrase_list in found else no

    return write


def _value(spec: FactSpec) -> Write:
    name, start = spec.name, _named(spec.name)
    text_of = _choice(spec) if spec.kind == "choice" else _TEXTS.get(spec.kind, _number)

    def write(fact: Fact) -> str:
        value = fact.get(name)
        if value is None:
            return ""
        text = text_of(value)
        if text is None:
            raise UnsafeFact(f"{name} is {value!r}, which the engine would misread")
        return start + text

    return write


def _choice(spec: FactSpec) -> Callable[[object], str | None]:
    texts = {choice: json.dumps(choice, ensure_ascii=False) for choice in spec.choices}
    return lambda value: texts.get(value) if isinstance(value, str) else None


def _boolean(value: object) -> str | None:
    return ("true" if value else "false") if isinstance(value, bool) else None


def _integer(value: object) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:d}" if is_whole and -LARGEST < value < LARGEST else None  # type: ignore[operator]


def _number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # False for what is not a number at all, which is less than nothing.
    is_exact = abs(value) < LARGEST and round(value, DECIMALS) == value
    return repr(float(value)) if is_exact else None


_TEXTS: Mapping[str, Callable[[object], str | None]] = {"boolean": _boolean, "integer": _integer}
