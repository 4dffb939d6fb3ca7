"""A YAML file of the rulebook: its data, and the line of every node of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.errors import Location, RulebookError
from pipeline.rulebook.reader import did_you_mean
from schemas import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Form = TypeVar("Form", bound=BaseModel)
NodePath = tuple[str | int, ...]


class FileFault(RulebookError):  # noqa: N818 -- the family's names end in what is wrong
    """One fault of one file, with the code of its kind."""

    def __init__(self, code: str, problem: str, *, hint: str, at: Location) -> None:
        super().__init__(problem, hint=hint.rstrip("."), at=at)
        self.code = code  # type: ignore[misc]  # one class for the family, the code is data


class Lines(Mapping[NodePath, int]):
    """The line of every node by its path, from 1; looked up when first asked, for faults alone."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    @cached_property
    def _found(self) -> dict[NodePath, int]:
        return dict(_lines(self._root))

    def __getitem__(self, path: NodePath) -> int:
        return self._found[path]

    def __iter__(self) -> Iterator[NodePath]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, kw_only=True, slots=True)
class YamlFile:
    """Parsed file and its text; ``lines`` maps the path of a node to its line, from 1."""

    path: Path
    text: str
    data: Any
    lines: Lines

    def at(self, node: NodePath = ()) -> Location:
        """The place of a node, or of the nearest one around it."""
        for size in range(len(node), 0, -1):
            if node[:size] in self.lines:
                return Location(path=self.path, line=self.lines[node[:size]])
        return Location(path=self.path, line=1)


def read(path: Path, faults: list[FileFault] | None = None) -> YamlFile:
    """Read one file of the rulebook; ``faults`` takes keys that stand twice, else refused.

    Raises:
        FileFault: It cannot be opened, is no UTF-8, or is no clean YAML mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileFault(
            "R001", "not UTF-8", hint="Save it as UTF-8", at=Location(path=path)
        ) from error
    except OSError as error:
        raise FileFault(
            "R001",
            f"cannot be read: {error.strerror}",
            hint="Check that it exists and is readable",
            at=Location(path=path),
        ) from error
    try:
        repeated: list[strict_yaml.YamlFault] = []
        data, root = strict_yaml.load_with_nodes(text, name=path.name, repeated=repeated)
    except strict_yaml.YamlFault as fault:
        raise _unclean(path, fault) from fault
    twice = [_unclean(path, fault) for fault in repeated]
    if twice and faults is None:
        raise twice[0]
    if faults is not None:
        faults += twice
    if not isinstance(data, dict):
        raise FileFault(
            "R002",
            "not a mapping of keys to values",
            hint="Copy a neighboring file and edit it",
            at=Location(path=path, line=1),
        )
    return YamlFile(path=path, text=text, data=data, lines=Lines(root))


def _unclean(path: Path, fault: strict_yaml.YamlFault) -> FileFault:
    at = Location(path=path, line=fault.line)
    return FileFault("R002", fault.problem, hint=fault.hint, at=at)


def _lines(root: yaml.Node | None) -> Iterator[tuple[NodePath, int]]:
    # In order, so that of a key that stands twice the last one counts, as it does in the data.
    waiting: deque[tuple[NodePath, yaml.Node | None]] = deque([((), root)])
    while waiting:
        path, node = waiting.popleft()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield (*path, key.value), key.start_mark.line + 1
                waiting.append(((*path, key.value), value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                yield (*path, index), value.start_mark.line + 1
                waiting.append(((*path, index), value))


def fill(form: type[Form], file: YamlFile) -> tuple[Form | None, list[FileFault]]:
    """The file as ``form``, or ``None`` and every fault of it."""
    try:
        return form.model_validate(file.data), []
    except ValidationError as error:
        return None, [_fault(form, file, item) for item in error.errors(include_url=False)]


def _fault(form: type[BaseModel], file: YamlFile, item: Any) -> FileFault:  # noqa: ANN401
    path: NodePath = tuple(item["loc"])
    key = str(path[-1]) if path else ""
    dotted = ".".join(map(str, path))
    at = file.at(path)
    match item["type"]:
        case "extra_forbidden":
            known = _known_keys(form, path)
            hint = did_you_mean(key, known, f"Known keys: {', '.join(known)}")
            return FileFault("R003", f"unknown key {key!r}", hint=hint, at=at)
        case "missing":
            return FileFault("R004", f"missing key {dotted!r}", hint=f"Add {key}:", at=at)
        case _:
            value = item.get("input")
            shown = f" (found {value!r})" if isinstance(value, str | int | float | None) else ""
            message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Input ")
            return FileFault(
                "R005",
                f"{dotted}: {message[0].lower()}{message[1:]}{shown}",
                hint=_cure(item),
                at=at,
            )


def _cure(item: Any) -> str:  # noqa: ANN401 -- a detail of pydantic's
    """How to mend a value of the wrong kind."""
    match item["type"]:
        case "literal_error":
            known = re.findall(r"'([^']*)'", item["ctx"]["expected"])
            return did_you_mean(str(item["input"]), known, f"One of {', '.join(known)}")
        case "int_type" | "float_type" | "float_parsing":
            return "Write a number, without quotes"
        case "string_type":
            return "Write text; what looks like a number goes in quotes"
        case "list_type":
            return "Write a list, each item on a line of its own after a dash"
        case "too_short":
            return "Add what is missing"
        case _:
            return "Correct it"


def _known_keys(form: type[BaseModel], path: NodePath) -> list[str]:
    """The keys of the mapping that ``path`` lies in, which may be a form within the form."""
    for step in path[:-1]:
        field = form.model_fields.get(str(step))
        if field is not None:
            inner = _inner_form(field.annotation)
            form = inner or form
    return list(form.model_fields)


def _inner_form(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_form, get_args(annotation))), None)
