"""YAML as people expect it: no aliases, tags or duplicate keys, and ``no`` is a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50

# libyaml is some ten times faster; wheels have it, a source build without it may not.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

# 18 digits always fit; leading zeros are kept because such a "number" is a key, not an amount.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})$")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,40}|\.[0-9]{1,40}|[0-9]{1,18}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?$"
)


class YamlFault(ValueError):  # noqa: N818 -- named for what it tells of
    """A document that is not clean YAML.

    ``line`` counts from 1 and is ``None`` for a fault of the whole document; ``problem`` has no
    full stop; ``hint`` says what to do about it.
    """

    def __init__(self, line: int | None, problem: str, hint: str, *, name: str = "") -> None:
        place = f"{name}:{line}: " if line is not None else f"{name}: " if name else ""
        super().__init__(f"{place}{problem}. {hint}")
        self.line = line
        self.problem = problem
        self.hint = hint


class _Loader(_BASE):  # type: ignore[misc]
    """The safe loader with the scalars of YAML 1.2: true, false, null, decimal numbers, text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), "tf"),
    ("tag:yaml.org,2002:null", re.compile(r"(?:~|null)?$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:int", _INTEGER, "-+0123456789"),
    ("tag:yaml.org,2002:float", _FLOAT, "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))

# The stock constructors would read 010 as octal and 1:30 as minutes; ours never see those.
_Loader.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node))
)
_Loader.add_constructor(
    "tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node))
)


def load(text: str, *, name: str, repeated: list[YamlFault] | None = None) -> Any:  # noqa: ANN401 -- whatever the document holds
    """Read one YAML document.

    Args:
        text: The document. Words such as ``no``, ``on`` and dates stay text; only ``true``,
            ``false``, ``null``, ``~`` and decimal numbers are more than text.
        name: What to call the document in messages, usually its file name.
        repeated: Takes the faults of keys that stand twice, for callers who want to hear of every
            fault at once; the last value then stands. Without it such a key is refused.

    Returns:
        Mappings, lists, text, numbers, booleans and ``None``; ``None`` for an empty document.

    Raises:
        YamlFault: Not YAML, several documents, duplicate or unusable keys, aliases, tags, over
            ``MAX_BYTES`` or nested deeper than ``MAX_DEPTH``.
    """
    return load_with_nodes(text, name=name, repeated=repeated)[0]


def load_with_nodes(
    text: str, *, name: str, repeated: list[YamlFault] | None = None
) -> tuple[Any, yaml.Node | None]:
    """Read one YAML document as ``load`` does, and the node it was made of, which knows its lines.

    The node is ``None`` for an empty document.
    """
    _check_text(text, name)
    try:
        _scan(text, name)
        return _build(text, name, repeated)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(
            mark.line + 1 if mark else None,
            f"not YAML: {error.problem or error.context or 'cannot be read'}",
            "Check the indentation (spaces, no tabs), and put text with ': ' or '#' in quotes.",
            name=name,
        ) from error
    except yaml.YAMLError as error:
        raise YamlFault(
            None,
            "the document holds a control character",
            "Save the file as plain UTF-8 text.",
            name=name,
        ) from error


def _check_text(text: str, name: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise YamlFault(
            text.count("\n", 0, error.start) + 1,
            "a character is half of a surrogate pair",
            "Save the file as UTF-8.",
            name=name,
        ) from error
    if size > MAX_BYTES:
        raise YamlFault(
            None,
            f"the document has {size:,} bytes",
            f"At most {MAX_BYTES:,} are read; split it.",
            name=name,
        )


def _scan(text: str, name: str) -> None:
    """Refuse what must not even be composed: deep nesting, aliases, anchors, tags."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YamlFault(
                    line, "a second document starts here", "Remove the line '---'.", name=name
                )
        elif isinstance(event, _CLOSING):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            _check_node(event, line, name)
            depth += isinstance(event, _OPENING)
            if depth > MAX_DEPTH:
                raise YamlFault(
                    line, f"nested deeper than {MAX_DEPTH} levels", "Flatten it.", name=name
                )


def _check_node(event: yaml.NodeEvent, line: int, name: str) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise YamlFault(
            line,
            "anchors and aliases (& and *) are not read",
            "Write the value out, or put text that starts with & or * in quotes.",
            name=name,
        )
    if getattr(event, "tag", None):
        raise YamlFault(
            line,
            f"the tag {event.tag} is not read",  # type: ignore[attr-defined]
            "Remove it, or put text that starts with ! in quotes.",
            name=name,
        )


def _build(text: str, name: str, repeated: list[YamlFault] | None) -> tuple[Any, yaml.Node | None]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        found = list(_repeated_keys(node, name))
        if repeated is None and found:
            raise min(found, key=lambda fault: fault.line or 0)
        if repeated is not None:
            repeated += found
        return loader.construct_document(node), node
    finally:
        loader.dispose()


def _repeated_keys(root: yaml.Node, name: str) -> Iterator[YamlFault]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise YamlFault(
                        line,
                        "a key is a list or a mapping",
                        "Put text in braces in quotes.",
                        name=name,
                    )
                if key.value in seen:
                    problem = f"the key '{key.value}' is already on line {seen[key.value]}"
                    yield YamlFault(line, problem, "Keep one of the two.", name=name)
                seen.setdefault(key.value, line)
                waiting.append(value)
