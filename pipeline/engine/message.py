"""Facts as durable_rules gets them: JSON, flat, in the one type that the constants they meet have.

A run sends thousands of facts to rulesets that each read two or three values, so what can be known
of a message beforehand is made once a ruleset.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from pipeline.engine.compiler import GUARD, known_property, term_property, values_of
from pipeline.rulebook.conditions import DECIMALS, LARGEST
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable

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
    match spec.kind:
        case "choice":
            return _choice(spec)
        case "boolean":
            return _boolean(spec)
        case "integer":
            return _integer(spec)
        case _:
            return _number(spec)


def _choice(spec: FactSpec) -> Write:
    name, start = spec.name, _named(spec.name)
    texts = {choice: start + json.dumps(choice, ensure_ascii=False) for choice in spec.choices}

    def write(fact: Fact) -> str:
        value = fact.get(name)
        if value is None:
            return ""
        text = texts.get(value) if isinstance(value, str) else None
        return _refused(name, value) if text is None else text

    return write


def _boolean(spec: FactSpec) -> Write:
    name, start = spec.name, _named(spec.name)
    yes, no = f"{start}true", f"{start}false"

    def write(fact: Fact) -> str:
        value = fact.get(name)
        if value is None:
            return ""
        return (yes if value else no) if isinstance(value, bool) else _refused(name, value)

    return write


def _integer(spec: FactSpec) -> Write:
    name, start = spec.name, _named(spec.name)

    def write(fact: Fact) -> str:
        value = fact.get(name)
        if value is None:
            return ""
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and -LARGEST < value < LARGEST:  # type: ignore[operator]
            return f"{start}{value:d}"
        return _refused(name, value)

    return write


def _number(spec: FactSpec) -> Write:
    name, start = spec.name, _named(spec.name)

    def write(fact: Fact) -> str:
        value = fact.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _refused(name, value)
        # False for what is not a number at all, which is less than nothing.
        is_exact = abs(value) < LARGEST and round(value, DECIMALS) == value
        return f"{start}{float(value)!r}" if is_exact else _refused(name, value)

    return write


def _refused(name: str, value: object) -> NoReturn:
    raise UnsafeFact(f"{name} is {value!r}, which the engine would misread")
