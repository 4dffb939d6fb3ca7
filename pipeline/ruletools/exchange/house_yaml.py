"""The text of a rule file and of a phrase list, in the one format that all of them have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

RULE_KEYS = (
    "id",
    "title",
    "status",
    "version",
    "created",
    "modified",
    "owner",
    "effective_from",
    "effective_until",
    "aspect",
    "evidence_for",
    "weight",
    "decisive",
    "factor",
    "level",
    "order",
    "verdict",
    "confidence",
    "recommendation",
    "severity",
    "when",
    "rationale",
    "references",
    "known_gaps",
    "history",
    "examples",
)
PHRASE_KEYS = ("id", "title", "version", "note", "phrases", "unless", "history", "examples")


def rule_text(data: Mapping[str, Any]) -> str:
    """A rule file of these keys and values; keys outside ``RULE_KEYS`` are a bug of the caller."""
    return "".join(line + "\n" for key in RULE_KEYS if key in data for line in _rule(key, data))


def phrase_text(data: Mapping[str, Any]) -> str:
    """A phrase list; phrases always stand in quotes, for many start with a sign.

    A first version is not written, for it says nothing.
    """
    keys = [key for key in PHRASE_KEYS if key in data and (key, data[key]) != ("version", 1)]
    return "".join(line + "\n" for key in keys for line in _list(key, data))


def _rule(key: str, data: Mapping[str, Any]) -> Iterator[str]:
    value = data[key]
    match key:
        case "when":
            yield from _condition(value)
        case "rationale":
            # The style that needs no quotes, whatever the sentence holds.
            yield "rationale: >-"
            yield f"  {' '.join(str(value).split())}"
        case "references":
            yield "references:"
            for reference in value:
                yield from _reference(reference)
        case "history":
            yield from _history(value)
        case "known_gaps":
            yield "known_gaps:"
            yield from (f"  - {_plain(gap)}" for gap in value)
        case "examples":
            yield "examples:"
            for side in ("match", "no_match"):
                if side in value:
                    yield f"  {side}:"
                    yield from (f"    - {_example(example)}" for example in value[side])
        case _:
            yield f"{key}: {_flow(value) if isinstance(value, dict) else _plain(value)}"


def _history(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "history:"
    yield from (f"  - {_flow(entry)}" for entry in entries)


def _list(key: str, data: Mapping[str, Any]) -> Iterator[str]:
    value = data[key]
    if key == "history":
        yield from _history(value)
    elif isinstance(value, dict):
        yield f"{key}:"
        for side, texts in value.items():
            yield f"  {side}:"
            yield from (f"    - {_quoted(text)}" for text in texts)
    elif isinstance(value, list):
        yield f"{key}:"
        yield from (f"  - {_quoted(phrase)}" for phrase in value)
    else:
        yield f"{key}: {_quoted(value) if key == 'note' else _plain(value)}"


def _condition(node: Any) -> Iterator[str]:  # noqa: ANN401 -- a node of YAML
    if "fact" in node:
        yield f"when: {_flow(node)}"
        return
    yield "when:"
    yield from _group(node, "  ")


def _group(node: Mapping[str, Any], indent: str) -> Iterator[str]:
    for join, members in node.items():
        yield f"{indent}{join}:"
        for member in members:
            lines = [_flow(member)] if "fact" in member else list(_group(member, ""))
            yield f"{indent}  - {lines[0]}"
            yield from (f"{indent}    {line}" for line in lines[1:])


def _reference(reference: Mapping[str, Any]) -> Iterator[str]:
    for place, (key, value) in enumerate(reference.items()):
        yield f"  {' ' if place else '-'} {key}: {_plain(value)}"


def _example(example: Mapping[str, Any]) -> str:
    parts = [f"name: {_scalar(example['name'], '{{k: {}}}')}"]
    if "facts" in example:
        parts.append(f"facts: {_flow(example['facts'])}")
    if example.get("text"):
        parts.append(f"text: {_quoted(example['text'])}")
    return f"{{{', '.join(parts)}}}"


def _flow(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value, "{{k: {}}}")


def _plain(value: Any) -> str:  # noqa: ANN401
    return _scalar(value, "k: {}\n")


def _scalar(value: Any, around: str) -> str:  # noqa: ANN401
    """The value without quotes where our own reader reads it so, else in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    try:
        read = strict_yaml.load(around.format(value), name="")
    except strict_yaml.YamlFault:
        return _quoted(value)
    return value if read == {"k": value} else _quoted(value)


def _quoted(value: object) -> str:
    """JSON text is YAML text, once what YAML cannot hold is escaped as well."""
    text = json.dumps(str(value), ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in text)
