"""Entries as rows of cells, on their way into a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.ruletools.exchange.condition_text import cell_text, whole_text
from pipeline.ruletools.exchange.entries import flattened
from pipeline.ruletools.exchange.layout import (
    MATCH,
    NO_MATCH,
    PARTS,
    PHRASE,
    REVISION,
    SEPARATOR,
    UNLESS,
    WHEN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.ruletools.exchange.condition_text import Node
    from pipeline.ruletools.exchange.entries import Entry
    from pipeline.ruletools.exchange.layout import Field, Plan

Cells = dict[str, str | int | float]


def alternatives(when: Node) -> list[dict[str, list[Node]]] | None:
    """The condition as rows of a table, each the comparisons by fact; ``None`` if it is no table.

    A table has any number of rows of which one must hold, and in a row comparisons that must all.
    """
    flat = flattened(when)
    rows: list[dict[str, list[Node]]] = []
    for option in flat.get("any", [flat]):
        row: dict[str, list[Node]] = {}
        for part in option.get("all", [option]):
            if "fact" not in part:
                return None
            row.setdefault(part["fact"], []).append(part)
        rows.append(row)
    return rows


def rule_rows(plan: Plan, entry: Entry) -> Iterator[Cells]:
    """The rows of one rule by header; all but the first have nothing but id and condition."""
    values = {f.header: _value(f, entry.data) for f in plan.fields if f.header != WHEN}
    first: Cells = {header: value for header, value in values.items() if value != ""}
    table = alternatives(entry.data["when"])
    if table is None:
        first[WHEN] = whole_text(entry.data["when"])
        yield first
        return
    identity = plan.before[0].header
    for place, row in enumerate(table):
        condition = {fact: cell_text(nodes) for fact, nodes in row.items()}
        yield {**(first if place == 0 else {identity: entry.id}), **condition}


def _value(field: Field, data: Mapping[str, Any]) -> str | int | float:
    value: Any = data
    for key in field.key.split("."):
        value = value.get(key, "")
    match field.shape:
        case "yes":
            return "yes" if value else ""
        case "lines":
            return "\n".join(_line(item) for item in value)
        case "sources" | "history":
            return _records(value, PARTS if field.shape == "sources" else REVISION)
        case "choice":
            return str(value).replace("_", " ")
        case "text":
            return " ".join(value.split()) if field.key in ("title", "rationale") else str(value)
        case _:
            number: int | float | str = value
            return number


def _records(items: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> str:
    """One a line, its parts in order."""
    return "\n".join(SEPARATOR.join(_line(item[key]) for key in keys) for item in items)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def example_rows(entry: Entry) -> Iterator[Cells]:
    """One row an example."""
    for side, expected in (("match", MATCH), ("no_match", NO_MATCH)):
        for example in entry.data["examples"][side]:
            facts = (f"{name} = {_fact(value)}" for name, value in _facts(example).items())
            yield {
                "Rule": entry.id,
                "Expect": expected,
                "Name": _line(example["name"]),
                "Facts": "; ".join(facts),
                "Text": _line(example.get("text", "")),
            }


def _facts(example: Mapping[str, Any]) -> Mapping[str, Any]:
    return example.get("facts") or {}


def _fact(value: Any) -> str:  # noqa: ANN401 -- whatever the fact holds
    if isinstance(value, bool):
        return "true" if value else "false"
    return " | ".join(map(str, value)) if isinstance(value, list) else str(value)


def phrase_rows(entry: Entry) -> Iterator[Cells]:
    """One row a phrase or example; all that is told once stands in the first."""
    uses = [(PHRASE, phrase) for phrase in entry.data["phrases"]]
    uses += [(UNLESS, phrase) for phrase in entry.data.get("unless", [])]
    examples = entry.data.get("examples", {})
    uses += [(MATCH, text) for text in examples.get("match", [])]
    uses += [(NO_MATCH, text) for text in examples.get("no_match", [])]
    for place, (use, phrase) in enumerate(uses):
        row: Cells = {"List": entry.id, "Use": use, "Phrase": _line(phrase)}
        if place == 0:
            row["Title"] = _line(entry.data["title"])
            row["Note"] = _line(entry.data.get("note", ""))
            row["Version"] = entry.data.get("version", 1)
            row["History"] = _records(entry.data.get("history", ()), REVISION)
        yield row
