"""The condition of a rule from its rows: cells of facts, or the one cell of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ruletools.exchange.condition_text import (
    ConditionFault,
    Node,
    parse_cell,
    parse_whole,
)
from pipeline.ruletools.exchange.entries import canonical_condition, flattened
from pipeline.ruletools.exchange.faults import (
    ConditionMissing,
    ConditionTwice,
    ConditionUnread,
)
from pipeline.ruletools.exchange.layout import WHEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.ruletools.exchange.drafts import Draft, Reading
    from pipeline.ruletools.exchange.faults import Cell
    from pipeline.ruletools.exchange.grid import Record

Placed = tuple[Node, "Cell"]


def read_condition(
    reading: Reading, draft: Draft, group: Sequence[Record], facts: Sequence[str]
) -> None:
    """Put the condition of a rule into its draft.

    Args:
        reading: Takes the faults.
        draft: The rule.
        group: Its rows, which are alternatives.
        facts: The columns of the sheet that are facts.
    """
    wholes = [row for row in group if row.texts[WHEN]]
    tested = [row for row in group if any(row.texts[name] for name in facts)]
    if wholes:
        at = wholes[0].cells[WHEN]
        if tested or len(group) > 1:
            fault = ConditionTwice(
                f"{draft.id} has a condition in {WHEN} and other rows or cells for it as well",
                hint=f"Keep one row, with either {WHEN} or the cells of its facts",
                at=at,
            )
            reading.fault(draft, fault)
            return
        try:
            _put(reading, draft, parse_whole(wholes[0].texts[WHEN]))
        except ConditionFault as error:
            reading.fault(draft, ConditionUnread(error.problem, hint=error.hint, at=at))
        draft.cells["when",] = at
        return
    order = _facts_today(reading, draft)
    options = [
        sorted(
            _row(reading, draft, row, facts),
            key=lambda placed: order.get(placed[0]["fact"], len(order)),
        )
        for row in group
    ]
    if draft.is_whole and all(options):
        _assemble(reading, draft, options)


def _row(reading: Reading, draft: Draft, row: Record, facts: Sequence[str]) -> Iterator[Placed]:
    """The comparisons of one row with the cell of each."""
    if not row.failed.isdisjoint(facts):
        draft.is_faulty, draft.is_whole = True, False
        return
    if not any(row.texts[name] for name in facts):
        reading.fault(
            draft,
            ConditionMissing(
                f"this row of {draft.id} tests nothing",
                hint="Fill in the cell of a fact, such as >= 3",
                at=row.cells[WHEN],
            ),
        )
    for name in facts:
        if not row.texts[name]:
            continue
        try:
            for node in parse_cell(name, row.texts[name]):
                yield node, row.cells[name]
        except ConditionFault as error:
            at = row.cells[name]
            reading.fault(draft, ConditionUnread(error.problem, hint=error.hint, at=at))


def _facts_today(reading: Reading, draft: Draft) -> dict[str, int]:
    """Facts in the order that the rule has them in its file; the others follow, as in the sheet."""
    old = reading.book.entries.get(draft.id)
    names = dict.fromkeys(_facts(old.data["when"])) if old and "when" in old.data else {}
    return {name: place for place, name in enumerate(names)}


def _facts(node: Node) -> Iterator[str]:
    if "fact" in node:
        yield node["fact"]
        return
    for members in node.values():
        for member in members:
            yield from _facts(member)


def _assemble(reading: Reading, draft: Draft, options: Sequence[Sequence[Placed]]) -> None:
    nodes: list[Node] = []
    draft.cells["when",] = options[0][0][1]
    for place, option in enumerate(options):
        base = ("when",) if len(options) == 1 else ("when", "any", place)
        draft.cells[base] = option[0][1]
        if len(option) == 1:
            nodes.append(option[0][0])
            continue
        nodes.append({"all": [node for node, _ in option]})
        draft.cells |= {(*base, "all", i): cell for i, (_, cell) in enumerate(option)}
    _put(reading, draft, nodes[0] if len(nodes) == 1 else {"any": nodes})


def _put(reading: Reading, draft: Draft, when: Node) -> None:
    """Keep the condition as it is written in its file where it still means the same."""
    old: Mapping[str, Node] = getattr(reading.book.entries.get(draft.id), "data", {})
    if "when" in old and canonical_condition(old["when"]) == canonical_condition(when):
        when = old["when"]
    draft.data["when"] = when if when is old.get("when") else flattened(when)
