"""Rows of the sheets become entries again, each with the cells that it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.rulebook.forms import NAME, RULE_ID
from pipeline.ruletools.exchange.conditions import read_condition
from pipeline.ruletools.exchange.entries import Entry
from pipeline.ruletools.exchange.faults import (
    CellFault,
    IdUnfit,
    RowContradicts,
    RuleTwice,
    ValueMissing,
)
from pipeline.ruletools.exchange.grid import records
from pipeline.ruletools.exchange.layout import WHEN
from pipeline.ruletools.exchange.values import Unread, read_value
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ruletools.exchange.entries import EntryKind, Rulebook
    from pipeline.ruletools.exchange.faults import Cell
    from pipeline.ruletools.exchange.grid import Record
    from pipeline.ruletools.exchange.layout import Field, Plan
    from pipeline.ruletools.exchange.workbook import SheetCells

NodePath = tuple[str | int, ...]
_RULE_ID, _NAME = re.compile(RULE_ID), re.compile(NAME)


@dataclass(kw_only=True, slots=True)
class Draft:
    """An entry in the making: ``cells`` are the places of its nodes, ``at`` that of its id.

    ``is_faulty`` tells that some cell of it could not be read. ``is_whole`` tells that it says
    enough to be tried all the same, the unread cells being taken from the rulebook. ``kept`` are
    the keys that empty cells left to the rulebook.
    """

    kind: EntryKind
    id: str
    folder: str
    at: Cell
    data: dict[str, Any] = field(default_factory=dict)
    cells: dict[NodePath, Cell] = field(default_factory=dict)
    is_faulty: bool = False
    is_whole: bool = True
    kept: set[str] = field(default_factory=set)

    @property
    def entry(self) -> Entry:
        """The entry as it is by now."""
        return Entry(kind=self.kind, id=self.id, folder=self.folder, data=self.data)

    @property
    def as_told(self) -> Entry:
        """The entry as its cells have it: what the rulebook keeps for empty ones is left out."""
        told = {key: value for key, value in self.data.items() if key not in self.kept}
        return Entry(kind=self.kind, id=self.id, folder=self.folder, data=told)

    def cell(self, path: NodePath) -> Cell:
        """The place of a node, or of the nearest one around it."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.cells:
                return self.cells[path[:size]]
        return self.at


@dataclass
class Reading:
    """What has been read so far; faults are collected, not raised."""

    book: Rulebook
    drafts: dict[str, Draft] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)

    def fault(self, draft: Draft, fault: CellFault, *, is_whole: bool = False) -> None:
        """Note a fault of an entry; ``is_whole`` where the rest of it can still be checked."""
        self.faults.append(fault)
        draft.is_faulty = True
        draft.is_whole = draft.is_whole and is_whole


def read_rules(reading: Reading, plan: Plan, sheet: SheetCells) -> None:
    """Read one sheet of rules into drafts."""
    rows = records(sheet, plan.fields, reading.faults, further=VOCABULARY)
    names = [header for header in (rows[0].texts if rows else ()) if header in VOCABULARY]
    taken = {spec.header for spec in plan.fields}
    facts = [name for name in names if name not in taken]
    for rule_id, group in grouped(reading, rows, plan.fields[0].header, _RULE_ID, "SCO-001"):
        rule_id = rule_id.upper()  # noqa: PLW2901 -- the same id, as it is written
        draft = Draft(
            kind=plan.kind,
            id=rule_id,
            folder=plan.folder,
            at=group[0].cells[plan.fields[0].header],
        )
        if rule_id in reading.drafts:
            first = reading.drafts[rule_id].at
            reading.faults.append(
                RuleTwice(
                    f"{rule_id} stands on the sheet {first.sheet}, too",
                    hint="Delete one of them; a rule belongs to one aspect",
                    at=draft.at,
                )
            )
            continue
        reading.drafts[rule_id] = draft
        if plan.kind == "evidence":
            draft.data["aspect"] = plan.folder
        fill(reading, draft, group, [spec for spec in plan.fields if spec.header != WHEN])
        read_condition(reading, draft, group, facts)


def grouped(
    reading: Reading, rows: Sequence[Record], header: str, form: re.Pattern[str], example: str
) -> list[tuple[str, list[Record]]]:
    """The rows of each id, in order of its first; rows without a fit id are faults."""
    groups: dict[str, list[Record]] = {}
    for row in rows:
        text = row.texts[header]
        wanted = text.upper() if form is _RULE_ID else text.lower()
        if not text:
            reading.faults.append(
                ValueMissing(
                    f"the row has no {header.lower()}",
                    hint=f"Write its id, such as {example}, or clear the row",
                    at=row.cells[header],
                )
            )
        elif not form.fullmatch(wanted):
            # The id becomes the name of a file, so nothing else gets any further.
            reading.faults.append(
                IdUnfit(f"{text!r} is no id", hint=f"Write it as {example}", at=row.cells[header])
            )
        else:
            groups.setdefault(wanted, []).append(row)
    return list(groups.items())


def fill(reading: Reading, draft: Draft, group: Sequence[Record], fields: Sequence[Field]) -> None:
    """Read the columns that are no facts: from the first row that has them filled in."""
    old: Mapping[str, Any] = getattr(reading.book.entries.get(draft.id), "data", {})
    for spec in fields:
        path: NodePath = tuple(spec.key.split("."))
        if spec.key == "id":
            draft.data["id"] = draft.id
            draft.cells[path] = draft.at
            continue
        filled = [row for row in group if row.texts[spec.header]] or [group[0]]
        text, draft.cells[path] = filled[0].texts[spec.header], filled[0].cells[spec.header]
        for row in filled[1:]:
            if row.texts[spec.header] != text:
                _contradicts(reading, draft, spec, row.cells[spec.header])
        before = _get(old, path)
        if any(spec.header in row.failed for row in group):
            draft.is_faulty, draft.is_whole = True, draft.is_whole and before is not None
            value = None
        else:
            value = _read(reading, draft, spec, text, is_known=before is not None)
        # The rulebook itself keeps these books: an empty cell means what it has.
        if value is None and (spec.key in _KEPT or draft.is_faulty):
            value = before
            draft.kept |= {spec.key} & {*_KEPT}
        if value is not None:
            _put(draft.data, path, value)


_KEPT = ("status", "version", "created", "modified", "history")


def _contradicts(reading: Reading, draft: Draft, spec: Field, at: Cell) -> None:
    fault = RowContradicts(
        f"{draft.id} has another {spec.header.lower()} in a row above",
        hint="Clear this cell; one row of a rule or list says it for all",
        at=at,
    )
    reading.fault(draft, fault, is_whole=True)


def _read(reading: Reading, draft: Draft, spec: Field, text: str, *, is_known: bool) -> Any:  # noqa: ANN401
    """What a cell says, ``None`` where it is empty or cannot be read, which is then a fault."""
    at = draft.cells[tuple(spec.key.split("."))]
    if not text and spec.required:
        problem = f"{draft.id} has no {spec.header.lower()}"
        fault = ValueMissing(problem, hint=_one_of(spec), at=at)
        reading.fault(draft, fault, is_whole=is_known)
    try:
        return read_value(spec, text)
    except Unread as error:
        reading.fault(draft, error.at(at), is_whole=is_known)
        return None


def _one_of(spec: Field) -> str:
    if spec.choices:
        return f"One of: {', '.join(choice.replace('_', ' ') for choice in spec.choices)}"
    return "Fill it in"


def _get(data: Mapping[str, Any], path: NodePath) -> Any:  # noqa: ANN401
    value: Any = data
    for key in path:
        value = value.get(key) if value else None
    return value


def _put(data: dict[str, Any], path: NodePath, value: Any) -> None:  # noqa: ANN401
    for key in path[:-1]:
        data = data.setdefault(str(key), {})
    data[str(path[-1])] = value


def read_names(
    reading: Reading, rows: Sequence[Record], header: str
) -> list[tuple[str, list[Record]]]:
    """The rows of each phrase list."""
    return grouped(reading, rows, header, _NAME, "long_horizon")
