"""Entries: rules and phrase lists as the plain data of their files, and when two are the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from pipeline.report.safe_text import displayed
from pipeline.rulebook import loader
from pipeline.rulebook.forms import RulesetForm
from pipeline.ruletools.exchange.house_yaml import phrase_text, rule_text
from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.ruletools.exchange.condition_text import Node

EntryKind = Literal["evidence", "complexity", "verdict", "advisory", "cluster", "phrases"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file of the rulebook: ``data`` is what its YAML says, ``folder`` where it lies."""

    kind: EntryKind
    id: str
    folder: str
    data: Mapping[str, Any]

    @property
    def file(self) -> str:
        """Its path in the rules folder."""
        return f"{self.folder}/{self.id}.yaml"

    @property
    def text(self) -> str:
        """The file in the house format."""
        return phrase_text(self.data) if self.kind == "phrases" else rule_text(self.data)

    @property
    def digest(self) -> str:
        """Equal for entries that say the same, however they are written."""
        text = json.dumps(canonical(self.data), sort_keys=True, ensure_ascii=False)
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """The entries of a rules folder by id, and its settings; ``paths`` are the files' own."""

    settings: RulesetForm
    entries: Mapping[str, Entry]
    paths: Mapping[str, Path]

    def of(self, kind: str, folder: str) -> list[Entry]:
        """The entries of one folder, in order of id; phrase lists in order of theirs."""
        return [e for e in self.entries.values() if e.kind == kind and e.folder == folder]


def read_rulebook(root: Path) -> Rulebook:
    """Read a rules folder that the loader accepts.

    Raises:
        RulebookFaults: Anything is wrong in any file.
    """
    loader.load(root)
    settings = RulesetForm.model_validate(_data(root / loader.SETTINGS))
    entries: dict[str, Entry] = {}
    paths: dict[str, Path] = {}
    for folder, kind in folders(settings):
        for path in sorted((root / folder).glob("*.y*ml")):
            data = _data(path)
            entries[data["id"]] = Entry(kind=kind, id=data["id"], folder=folder, data=data)
            paths[data["id"]] = path
    return Rulebook(settings=settings, entries=entries, paths=paths)


def _data(path: Path) -> dict[str, Any]:
    """What a file says; the loader has read it before us and found no fault."""
    data: dict[str, Any] = strict_yaml.load(path.read_text(encoding="utf-8"), name=path.name)
    return data


_OTHER_KINDS: tuple[tuple[str, EntryKind], ...] = (
    ("complexity", "complexity"),
    ("verdict", "verdict"),
    ("advisory", "advisory"),
    ("cluster", "cluster"),
)


def folders(settings: RulesetForm) -> Iterator[tuple[str, EntryKind]]:
    """Every folder that may hold entries, with their kind."""
    for aspect in settings.aspects:
        yield aspect.id, "evidence"
    yield from _OTHER_KINDS
    yield loader.PHRASES, "phrases"


# Prose that the loader itself reads without regard to line ends.
_PROSE = ("title", "rationale", "owner", "note")


def canonical(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data in one form, so that what means the same is equal.

    Somebody may have sorted a sheet, so the order of phrases and examples does not count.
    """
    same = {
        key: displayed(value) if isinstance(value, str) else value for key, value in data.items()
    }
    same |= {key: _line(same[key]) for key in _PROSE if key in same}
    same["decisive"] = bool(data.get("decisive", False))
    same["note"] = same.get("note", "")
    same["version"] = data.get("version", 1)
    same["history"] = [
        {key: _line(value) for key, value in item.items()} for item in data.get("history", [])
    ]
    same["known_gaps"] = [_line(item) for item in data.get("known_gaps", [])]
    for key in ("phrases", "unless"):
        same[key] = sorted(_line(item) for item in data.get(key, []))
    same["references"] = [
        {key: _line(value) for key, value in item.items()} for item in data.get("references", [])
    ]
    if "when" in data:
        same["when"] = canonical_condition(data["when"])
    if "confidence" in data:
        same["confidence"] = {key: _number(value) for key, value in data["confidence"].items()}
    same["examples"] = {
        side: sorted(map(_example, data.get("examples", {}).get(side, [])), key=_name)
        for side in ("match", "no_match")
    }
    return same


def _line(text: object) -> str:
    return " ".join(displayed(str(text)).split())


def _number(value: Any) -> Any:  # noqa: ANN401
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def _example(item: Mapping[str, Any] | str) -> dict[str, Any]:
    if isinstance(item, str):  # of a phrase list: a text and nothing else
        return {"name": _line(item)}
    facts = {
        name: sorted(map(str, value)) if isinstance(value, list) else _number(value)
        for name, value in (item.get("facts") or {}).items()
    }
    return {"name": _line(item["name"]), "facts": facts, "text": _line(item.get("text", ""))}


def _name(example: Mapping[str, Any]) -> str:
    return str(example["name"])


def canonical_condition(node: Node) -> Node:
    """A condition without needless groups, members and values in a fixed order."""
    if "fact" in node:
        operator, value = next((key, value) for key, value in node.items() if key != "fact")
        if operator in ("one_of", "mentions_any"):
            value = sorted(set(map(str, value)))
            if operator == "one_of" and len(value) == 1:
                operator, value = "equals", value[0]
        return {"fact": node["fact"], operator: _number(value)}
    (join, members), *_ = node.items()
    flat: dict[str, Node] = {}
    for member in members:
        inner = canonical_condition(member)
        for part in inner.get(join, [inner]):
            flat[json.dumps(part, sort_keys=True)] = part
    ordered = [flat[key] for key in sorted(flat)]
    return ordered[0] if len(ordered) == 1 else {join: ordered}


def flattened(node: Node) -> Node:
    """A condition without needless groups, in the order written."""
    if "fact" in node:
        return node
    (join, members), *_ = node.items()
    flat: list[Node] = []
    for member in members:
        inner = flattened(member)
        flat += inner.get(join, [inner])
    return flat[0] if len(flat) == 1 else {join: flat}
