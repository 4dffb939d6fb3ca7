"""The sheets of the workbook and their columns; export and import both go by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pipeline.rulebook import loader
from pipeline.ruletools.exchange.entries import EntryKind, folders
from schemas.facts import ROLES, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.rulebook.forms import RulesetForm

Shape = Literal["text", "whole", "number", "choice", "yes", "lines", "sources", "history"]

EXAMPLES, PHRASES, FACTS, GUIDE, EXPORTED = "Examples", "Phrases", "Facts", "Guide", "Exported"
WHEN: Final = "When"
PARTS: Final = ("document", "passage", "claim")  # of a source, in this order
REVISION: Final = ("version", "date", "change")  # of an entry of the history
SEPARATOR: Final = " | "  # between the parts
MATCH, NO_MATCH = "match", "no match"
PHRASE, UNLESS = "phrase", "unless"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One column that is no fact: its ``key`` in a rule file, with dots where it is nested."""

    header: str
    key: str
    width: float = 12
    shape: Shape = "text"
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One sheet of entries: those of a folder, which are all of one kind."""

    sheet: str
    kind: EntryKind
    folder: str
    before: tuple[Field, ...]
    after: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every column but the facts."""
        return (*self.before, *self.after)


_ID = Field(header="Rule", key="id", width=10, required=True)
_TITLE = Field(header="Title", key="title", width=34, required=True)
_STATUS = Field(
    header="Status", key="status", width=13, shape="choice", choices=("stable", "experimental")
)
_VERSION = Field(header="Version", key="version", width=9, shape="whole")
_HISTORY = Field(header="History", key="history", width=36, shape="history")
_AFTER = (
    Field(header=WHEN, key="when", width=34),
    Field(header="Rationale", key="rationale", width=48, required=True),
    Field(header="Sources", key="references", width=48, shape="sources"),
    Field(header="Known gaps", key="known_gaps", width=36, shape="lines"),
    Field(header="Owner", key="owner", width=20, required=True),
    Field(header="Created", key="created"),
    Field(header="Modified", key="modified"),
    Field(header="In force from", key="effective_from"),
    Field(header="In force until", key="effective_until"),
    _VERSION,
    _HISTORY,
)


def _choice(header: str, key: str, choices: Iterable[str], width: float = 17) -> Field:
    return Field(
        header=header, key=key, width=width, shape="choice", choices=tuple(choices), required=True
    )


def _whole(header: str, key: str) -> Field:
    return Field(header=header, key=key, width=9, shape="whole", required=True)


def plans(settings: RulesetForm) -> list[Plan]:
    """The sheets of rules, in order; phrase lists and examples have sheets of their own."""
    own: dict[str, tuple[Field, ...]] = {
        "evidence": (
            _choice("Role", "evidence_for", ROLES),
            _whole("Weight", "weight"),
            Field(header="Decisive", key="decisive", width=10, shape="yes", choices=("yes",)),
        ),
        "complexity": (
            _choice("Factor", "factor", settings.factors, 13),
            _whole("Level", "level"),
        ),
        "verdict": (
            _whole("Order", "order"),
            _choice("Verdict", "verdict", VOCABULARY["verdict"].choices),
            Field(header="At least", key="confidence.at_least", shape="number", required=True),
            Field(header="At most", key="confidence.at_most", shape="number", required=True),
        ),
        "cluster": (
            _whole("Order", "order"),
            _choice("Recommendation", "recommendation", ("program_manager", "watch", "leave")),
        ),
        "advisory": (_choice("Severity", "severity", ("note", "attention"), 12),),
    }
    titles = {aspect.id: aspect.title for aspect in settings.aspects}
    # Excel keeps the name History for itself.
    taken = {name.casefold() for name in (EXAMPLES, PHRASES, FACTS, GUIDE, EXPORTED, "History")}
    return [
        Plan(
            sheet=_sheet_name(titles.get(folder, folder.capitalize()), taken),
            kind=kind,
            folder=folder,
            before=(_ID, _TITLE, *own[kind], _STATUS),
            after=_AFTER,
        )
        for folder, kind in folders(settings)
        if folder != loader.PHRASES
    ]


_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that workbooks allow and no other sheet has."""
    name = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME].strip() or "Rules"
    unique, copy = name, 1
    while unique.casefold() in taken:
        copy += 1
        unique = f"{name[: _LONGEST_NAME - 3].strip()} {copy}"
    taken.add(unique.casefold())
    return unique


PHRASE_FIELDS: Final = (
    Field(header="List", key="id", width=26, required=True),
    Field(header="Title", key="title", width=30, required=True),
    Field(header="Note", key="note", width=40),
    _VERSION,
    _HISTORY,
    Field(
        header="Use", key="use", width=10, shape="choice", choices=(PHRASE, UNLESS, MATCH, NO_MATCH)
    ),
    Field(header="Phrase", key="phrase", width=70, required=True),
)
EXAMPLE_FIELDS: Final = (
    Field(header="Rule", key="id", width=10, required=True),
    Field(
        header="Expect",
        key="side",
        width=11,
        shape="choice",
        choices=(MATCH, NO_MATCH),
        required=True,
    ),
    Field(header="Name", key="name", width=30, required=True),
    Field(header="Facts", key="facts", width=52),
    Field(header="Text", key="text", width=70),
)
EXPORTED_FIELDS: Final = (
    Field(header="Id", key="id", width=26),
    Field(header="Digest", key="digest", width=22),
)


def facts_in_order(names: Iterable[str]) -> Sequence[str]:
    """Names of facts in the order of the vocabulary."""
    wanted = set(names)
    return [name for name in VOCABULARY if name in wanted]
