"""Reads the ``when`` of a rule: one fault each, at its line, with the nearest name that exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

from pipeline.rulebook.conditions import (
    DECIMALS,
    LARGEST,
    Comparison,
    Condition,
    Group,
    Join,
    Operator,
    Value,
)
from schemas.facts import ALLOWED, VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MAX_DEPTH = 4  # the engine takes 5 levels, and people fewer
OPERATORS: dict[str, tuple[Operator, ...]] = {
    "integer": ("equals", "gt", "gte", "lt", "lte", "exists"),
    "number": ("gt", "gte", "lt", "lte", "exists"),
    "boolean": ("equals", "exists"),
    "choice": ("equals", "one_of", "exists"),
    "terms": ("mentions_any",),
}
Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing wrong in a rule file."""

    line: int
    code: str
    problem: str
    hint: str


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """The nearest known name as a hint, else ``otherwise``."""
    close = get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else otherwise


@dataclass
class ConditionReader:
    """Reads one ``when``; ``faults`` grows, nothing is raised.

    Args:
        kind: Kind of the rule, which bounds the facts it may read.
        phrase_lists: Ids of the phrase lists that exist.
        lines: Line of every node of the file, by path.
    """

    kind: str
    phrase_lists: Collection[str]
    lines: Mapping[Path, int]
    faults: list[Fault] = field(default_factory=list)

    def read(self, node: Any, path: Path = ("when",), depth: int = 1) -> Condition | None:  # noqa: ANN401
        """The condition at ``path``, or ``None`` when it has a fault."""
        if not isinstance(node, dict) or not node:
            self._fault(path, "R010", "a condition is a mapping", "Write all:, any:, or {fact: …}")
            return None
        if depth > MAX_DEPTH:
            self._fault(
                path, "R011", f"conditions are nested deeper than {MAX_DEPTH}", "Split the rule"
            )
            return None
        if "fact" in node:
            return self._comparison(node, path)
        return self._group(node, path, depth)

    def _fault(self, path: Path, code: str, problem: str, hint: str) -> None:
        line = next(
            (
                self.lines[path[:size]]
                for size in range(len(path), 0, -1)
                if path[:size] in self.lines
            ),
            1,
        )
        self.faults.append(Fault(line=line, code=code, problem=problem, hint=hint))

    def _group(self, node: dict[Any, Any], path: Path, depth: int) -> Group | None:
        joins: list[Join] = [key for key in node if key in ("all", "any")]
        if len(node) != 1 or not joins:
            extra = next((key for key in node if key not in ("all", "any")), "all and any")
            hint = did_you_mean(str(extra), ("all", "any", "fact"), "Use one of all, any, fact")
            self._fault(path, "R012", f"{extra!r} is no single condition", hint)
            return None
        join = joins[0]
        members = node[join]
        if not isinstance(members, list) or not members:
            self._fault(
                (*path, join), "R013", f"{join!r} needs a list with a condition in it", "Add one"
            )
            return None
        # All are read before any is refused, so that every fault is told at once.
        read = [
            self.read(member, (*path, join, index), depth + 1)
            for index, member in enumerate(members)
        ]
        good = tuple(member for member in read if member is not None)
        return Group(join=join, members=good) if len(good) == len(read) else None

    def _comparison(self, node: dict[Any, Any], path: Path) -> Comparison | None:
        spec = self._spec(node["fact"], path)
        if spec is None:
            return None
        operator = self._operator([key for key in node if key != "fact"], spec, path)
        if operator is None:
            return None
        value = self._value(spec, operator, node[operator], (*path, operator))
        if value is None:
            return None
        return Comparison(fact=spec.name, operator=operator, value=value)

    def _spec(self, name: Any, path: Path) -> FactSpec | None:  # noqa: ANN401
        families = ALLOWED[self.kind]
        usable = [spec.name for spec in VOCABULARY.values() if spec.family in families]
        at = (*path, "fact")
        spec = VOCABULARY.get(name) if isinstance(name, str) else None
        if spec is None:
            hint = did_you_mean(
                str(name), usable, "The handbook lists them all: `staffing rules docs`"
            )
            self._fault(at, "R014", f"unknown fact {name!r}", hint)
            return None
        if name not in usable:
            self._fault(
                at,
                "R015",
                f"{self.kind} rules may not read {name!r}",
                f"It belongs to {spec.family}; they read {', '.join(sorted(families))}",
            )
            return None
        return spec

    def _operator(self, written: list[Any], spec: FactSpec, path: Path) -> Operator | None:
        allowed = OPERATORS[spec.kind]
        listed = f"One of {', '.join(allowed)}"
        if len(written) != 1:
            self._fault(path, "R016", f"{spec.name} needs exactly one operator", listed)
            return None
        for operator in allowed:
            if operator == written[0]:
                return operator
        problem = (
            f"operator {written[0]!r} is not for {spec.kind} facts such as {spec.name}"
            if written[0] in get_args(Operator)
            else f"unknown operator {written[0]!r}"
        )
        hint = did_you_mean(str(written[0]), allowed, listed)
        self._fault((*path, written[0]), "R017", problem, hint)
        return None

    def _value(self, spec: FactSpec, operator: str, value: Any, path: Path) -> Value | None:  # noqa: ANN401
        """The constant in the type of the fact, or ``None`` after a fault."""
        if operator == "exists" or spec.kind == "boolean":
            if isinstance(value, bool):
                return value
            self._fault(path, "R018", f"{value!r} is not true or false", "Write true or false")
            return None
        if operator in ("one_of", "mentions_any"):
            return self._names(spec, operator, value, path)
        if spec.kind == "choice":
            names = self._names(spec, operator, [value], path)
            return names[0] if names else None
        problem, hint = number_fault(spec, value)
        if problem:
            self._fault(path, "R019", f"{value!r} {problem}", hint)
            return None
        return int(value) if spec.kind == "integer" else float(value)

    def _names(
        self,
        spec: FactSpec,
        operator: str,
        value: Any,  # noqa: ANN401
        path: Path,
    ) -> tuple[str, ...] | None:
        is_text = operator == "mentions_any"
        known = self.phrase_lists if is_text else spec.choices
        what = "phrase list" if is_text else f"value of {spec.name}"
        if not isinstance(value, list) or not value:
            self._fault(path, "R020", f"{operator} needs a list", "Write [one, two]")
            return None
        if len(set(map(str, value))) != len(value):
            self._fault(path, "R020", f"{operator} names one thing twice", "Delete one of them")
            return None
        wrong = [item for item in value if item not in known]
        for item in wrong:
            where = "See rules/phrases/" if is_text else f"One of {', '.join(known)}"
            hint = did_you_mean(str(item), known, where)
            self._fault(path, "R021", f"unknown {what} {item!r}", hint)
        return None if wrong else tuple(map(str, value))


def number_fault(spec: FactSpec, value: Any) -> tuple[str, str]:  # noqa: ANN401
    """What keeps the engine from comparing with ``value`` exactly, and the cure; "" if nothing."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if spec.kind == "integer" and not is_whole:
        return "is not a whole number", "Write one"
    if not is_whole and not isinstance(value, float):
        return "is not a number", "Write a number"
    if abs(value) >= LARGEST:
        return "is too large", "Stay below 10**15"
    if round(value, DECIMALS) != value:
        return f"has more than {DECIMALS} decimals", f"Round it to {DECIMALS}"
    return "", ""
