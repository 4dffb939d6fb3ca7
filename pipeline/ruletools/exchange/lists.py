"""The two sheets with several rows an entry: phrases of a list, examples of a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.rulebook.reader import did_you_mean
from pipeline.ruletools.exchange.drafts import Draft, Reading, fill, read_names
from pipeline.ruletools.exchange.faults import ExamplesMissing, RuleUnknown, ValueMissing
from pipeline.ruletools.exchange.grid import Record, records
from pipeline.ruletools.exchange.layout import (
    EXAMPLE_FIELDS,
    MATCH,
    NO_MATCH,
    PHRASE_FIELDS,
    PHRASES,
    UNLESS,
)
from pipeline.ruletools.exchange.values import Unread, read_facts, read_value

if TYPE_CHECKING:
    from pipeline.ruletools.exchange.layout import Field
    from pipeline.ruletools.exchange.workbook import SheetCells

_LIST, *_TOLD_ONCE, _USE, _PHRASE = PHRASE_FIELDS
_RULE, _EXPECT, _NAME, _FACTS, _TEXT = EXAMPLE_FIELDS
_LEAST = 2  # examples of each side


def read_phrases(reading: Reading, sheet: SheetCells) -> None:
    """Read the phrase lists into drafts."""
    rows = records(sheet, PHRASE_FIELDS, reading.faults)
    for name, group in read_names(reading, rows, _LIST.header):
        at = group[0].cells[_LIST.header]
        draft = Draft(kind="phrases", id=name, folder=PHRASES.lower(), at=at)
        reading.drafts[name] = draft
        fill(reading, draft, group, (_LIST, *_TOLD_ONCE))
        draft.data["phrases"] = []
        for row in group:
            _read_phrase(reading, draft, row)


def _read_phrase(reading: Reading, draft: Draft, row: Record) -> None:
    use = _value(reading, draft, row, _USE)
    phrase = _value(reading, draft, row, _PHRASE)
    if not row.texts[_PHRASE.header]:
        fault = ValueMissing(
            f"{draft.id} has a row without a phrase",
            hint="Write the phrase, or clear the row",
            at=row.cells[_PHRASE.header],
        )
        reading.fault(draft, fault, is_whole=True)
        return
    path = _USES.get(use, ("phrases",))
    values: Any = draft.data
    for key in path[:-1]:
        values = values.setdefault(key, {})
    phrases = values.setdefault(path[-1], [])
    draft.cells[(*path, len(phrases))] = row.cells[_PHRASE.header]
    phrases.append(phrase)


# Where a row of each use goes; an empty cell means a phrase.
_USES: Final[dict[str | None, tuple[str, ...]]] = {
    UNLESS: ("unless",),
    MATCH: ("examples", "match"),
    NO_MATCH: ("examples", "no_match"),
}


def read_examples(reading: Reading, sheet: SheetCells) -> None:
    """Read the examples into the drafts of their rules; every rule must have some."""
    before = len(reading.faults)
    rows = records(sheet, EXAMPLE_FIELDS, reading.faults)
    for row in rows:
        _read_example(reading, row)
    if len(reading.faults) > before and not rows:
        return  # the sheet itself is at fault, which says enough
    for draft in reading.drafts.values():
        if draft.kind != "phrases":
            _check_examples(reading, draft)


def _read_example(reading: Reading, row: Record) -> None:
    rule_id = row.texts[_RULE.header].upper()
    draft = reading.drafts.get(rule_id)
    if draft is None and rule_id in reading.book.entries:
        return  # its rows were deleted, and its examples go with it
    if draft is None or draft.kind == "phrases":
        rules = [key for key, one in reading.drafts.items() if one.kind != "phrases"]
        problem = f"no sheet has a rule {rule_id!r}" if rule_id else "the example has no rule"
        hint = did_you_mean(rule_id, rules, "Delete the row, or add the rule")
        reading.faults.append(RuleUnknown(problem, hint=hint, at=row.cells[_RULE.header]))
        return
    for spec in (_EXPECT, _NAME):
        if not row.texts[spec.header]:
            fault = ValueMissing(
                f"an example of {rule_id} has no {spec.header.lower()}",
                hint="Fill it in",
                at=row.cells[spec.header],
            )
            reading.fault(draft, fault, is_whole=True)
            return
    side = _value(reading, draft, row, _EXPECT)
    example: dict[str, Any] = {"name": _value(reading, draft, row, _NAME)}
    text = _value(reading, draft, row, _TEXT)
    try:
        facts = read_facts(row.texts[_FACTS.header])
    except Unread as error:
        reading.fault(draft, error.at(row.cells[_FACTS.header]), is_whole=True)
        return
    if facts or not text:
        example["facts"] = facts
    if text:
        example["text"] = text
    key = "match" if side == MATCH else "no_match"
    cases = draft.data.setdefault("examples", {}).setdefault(key, [])
    # Names stand twice, facts are unknown: the cell of the facts is the likelier culprit.
    draft.cells["examples", key, len(cases)] = row.cells[(_FACTS if facts else _NAME).header]
    cases.append(example)


def _check_examples(reading: Reading, draft: Draft) -> None:
    for key, word in (("match", "that it matches"), ("no_match", "that it must not match")):
        found = len(draft.data.get("examples", {}).get(key, ()))
        if found < _LEAST and draft.is_faulty:
            draft.is_whole = False  # the missing one may be the one that cannot be read
        elif found < _LEAST:
            fault = ExamplesMissing(
                f"{draft.id} has {found} examples {word}",
                hint=f"Give {_LEAST} or more on the sheet Examples",
                at=draft.at,
            )
            reading.fault(draft, fault)


def _value(reading: Reading, draft: Draft, row: Record, spec: Field) -> Any:  # noqa: ANN401
    try:
        return read_value(spec, row.texts[spec.header])
    except Unread as error:
        reading.fault(draft, error.at(row.cells[spec.header]), is_whole=True)
        return None
