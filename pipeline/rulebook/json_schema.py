"""The JSON schema of a rule file, for editors: made from the forms and the grammar of conditions.

It knows what one file can show; what must agree with other files is left to the loader.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.rulebook.conditions import DECIMALS, LARGEST
from pipeline.rulebook.forms import FORMS, NAME
from pipeline.rulebook.loader import KINDS
from pipeline.rulebook.reader import MAX_DEPTH, OPERATORS
from schemas.facts import ALLOWED, VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMES: Schema = {"type": "array", "minItems": 1, "uniqueItems": True}


def text() -> str:
    """The schema as it is committed: ``schemas/rule.schema.json``."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"


def build() -> Schema:
    """The schema of a rule of any kind; the prefix of the id tells the kind."""
    definitions: Schema = {"facts": _facts()}
    for kind in FORMS:
        definitions |= _rule(kind)
        definitions |= dict(_conditions(kind))
    prefixes = "|".join(KINDS.values())
    return {
        "$schema": _DIALECT,
        "title": "A rule of the staffing classifier",
        "type": "object",
        "required": ["id"],
        "allOf": [
            *(_one_kind(kind, f"^{prefix}-") for kind, prefix in KINDS.items()),
            _one_kind("evidence", f"^(?!{prefixes})"),
        ],
        "$defs": definitions,
    }


def _one_kind(kind: str, ids: str) -> Schema:
    chosen = {"properties": {"id": {"type": "string", "pattern": ids}}, "required": ["id"]}
    return {"if": chosen, "then": {"$ref": f"#/$defs/{kind}"}}


def _rule(kind: str) -> Schema:
    """The form of one kind, with the forms in it, under names of their own."""
    form = _without_titles(FORMS[kind].model_json_schema(ref_template="#/$defs/{model}"))
    inner: Schema = form.pop("$defs")
    form["properties"]["when"] = {
        "$ref": f"#/$defs/{kind}_condition_1",
        "description": form["properties"]["when"]["description"],
    }
    inner["ExampleForm"]["properties"]["facts"]["$ref"] = "#/$defs/facts"
    inner["ExampleForm"]["properties"]["facts"].pop("additionalProperties")
    return {**inner, kind: form}


def _without_titles(node: Any) -> Any:  # noqa: ANN401 -- any part of a schema
    """Pydantic gives every key its name as a title; a key that is called title stays."""
    if isinstance(node, list):
        return [_without_titles(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_titles(value)
        for key, value in node.items()
        if key != "title" or not isinstance(value, str)
    }


def _conditions(kind: str) -> Iterator[tuple[str, Schema]]:
    """What may stand at each depth: groups, but for the last, and comparisons."""
    for depth in range(1, MAX_DEPTH + 1):
        either: list[Schema] = [{"$ref": f"#/$defs/{kind}_comparison"}]
        if depth < MAX_DEPTH:
            member = {"$ref": f"#/$defs/{kind}_condition_{depth + 1}"}
            either = [*(_group(join, member) for join in ("all", "any")), *either]
        yield f"{kind}_condition_{depth}", {"anyOf": either}
    specs = [spec for spec in VOCABULARY.values() if spec.family in ALLOWED[kind]]
    yield f"{kind}_comparison", {"anyOf": list(_comparisons(specs))}


def _group(join: str, member: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {join: {"type": "array", "minItems": 1, "items": member}},
        "required": [join],
        "additionalProperties": False,
    }


def _comparisons(specs: list[FactSpec]) -> Iterator[Schema]:
    """One schema a kind of fact, and one a fact where each has choices of its own."""
    for kind in OPERATORS:
        alike = [spec for spec in specs if spec.kind == kind]
        for members in [[spec] for spec in alike] if kind == "choice" else [alike]:
            if members:
                yield _comparison(members)


def _comparison(specs: list[FactSpec]) -> Schema:
    operators = OPERATORS[specs[0].kind]
    return {
        "type": "object",
        "properties": {
            "fact": {"enum": [spec.name for spec in specs]},
            **{name: _constant(specs[0], name) for name in operators},
        },
        "required": ["fact"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
    }


def _constant(spec: FactSpec, operator: str) -> Schema:
    match operator:
        case "exists":
            return {"type": "boolean"}
        case "one_of":
            return {**_NAMES, "items": {"enum": list(spec.choices)}}
        case "mentions_any":
            return {**_NAMES, "items": {"type": "string", "pattern": NAME}}
        case _:
            return _value(spec)


def _value(spec: FactSpec) -> Schema:
    match spec.kind:
        case "boolean":
            return {"type": "boolean"}
        case "choice":
            return {"enum": list(spec.choices)}
        case "terms":
            return {"type": "array", "items": {"type": "string", "pattern": NAME}}
        case kind:
            bounds = {"exclusiveMinimum": -LARGEST, "exclusiveMaximum": LARGEST}
            return {"type": kind, **bounds}


def _facts() -> Schema:
    """Facts of an example, each of its own type."""
    return {
        "type": "object",
        "properties": {
            spec.name: {**_value(spec), "description": _meaning(spec)}
            for spec in VOCABULARY.values()
        },
        "additionalProperties": False,
    }


def _meaning(spec: FactSpec) -> str:
    decimals = f" At most {DECIMALS} decimals." if spec.kind == "number" else ""
    return f"{spec.meaning}{decimals}"
