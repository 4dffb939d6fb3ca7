"""What the template says of each column: ``guide.yaml`` has the examples, the rest is derived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.template.headings import heading
from schemas import strict_yaml
from schemas.columns import BY_NAME, Column
from schemas.facts import ALLOWED, VOCABULARY

_ENTER = {
    "identifier": "A key of your own",
    "text": "Text",
    "list": "Several entries, separated by semicolons",
    "count": "A whole number; empty if not known",
    "money": "A number, without unit or currency",
    "date": "A date",
    "choice": "One of the allowed values",
    "currency": "Three-letter code, such as EUR",
}
_REQUIRED = "name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One column of the template; ``width`` is in characters, ``examples`` may hold ""."""

    column: Column
    group: str
    width: int
    examples: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Its header cell."""
        return heading(self.column.name)

    @property
    def enter(self) -> str:
        """What to type into it."""
        return _ENTER[self.column.kind]

    @property
    def effect(self) -> str:
        """What filling it does."""
        if self.column.name == _REQUIRED:
            return "Required: a row without it is not classified"
        effect = _effect(self.column.name)
        if self.column.decides:
            return f"{effect}; another value than these keeps the row out"
        return effect


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """Every canonical column in the order of the sheet, and the titles of the groups."""

    entries: tuple[Entry, ...]
    groups: dict[str, str]


@cache
def guide() -> Guide:
    """The guide, read once."""
    name = "guide.yaml"
    text = files("pipeline.template").joinpath(name).read_text(encoding="utf-8")
    document = strict_yaml.load(text, name=name)
    entries = tuple(
        Entry(
            column=BY_NAME[column],
            group=said["group"],
            width=said["width"],
            examples=tuple(said["examples"]),
        )
        for column, said in document["columns"].items()
    )
    return Guide(entries=entries, groups=dict(document["groups"]))


def _effect(column: str) -> str:
    families = {spec.family for spec in VOCABULARY.values() if column in spec.columns}
    if families & ALLOWED["evidence"]:
        return "Can be evidence for a role"
    if families:
        return "Used in notes beside the verdict"
    return "Shown in the report"
