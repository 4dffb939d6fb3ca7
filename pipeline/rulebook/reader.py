"""Reads the ``when`` of a rule: one fault each, at its line, with the nearest name that exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast, get_args

from pipeline.rulebook.conditions import Comparison, Condition, Group, Operator
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
            return self._fault(
                path, "R010", "a condition is a mapping", "Write all:, any:, or {fact: …}"
            )
        if depth > MAX_DEPTH:
            return self._fault(
                path, "R011", f"conditions are nested deeper than {MAX_DEPTH}", "Split the rule"
            )
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

    def _group(self, node: dict[str, Any], path: Path, depth: int) -> Group | None:
        joins = [key for key in node if key in ("all", "any")]
        if len(node) != 1 or not joins:
            extra = next((key for key in node if key not in ("all", "any")), "all and any")
            hint = did_you_mean(str(extra), ("all", "any", "fact"), "Use one of all, any, fact")
            return self._fault(path, "R012", f"{extra!r} is no single condition", hint)
        join = joins[0]
        members = node[join]
        if not isinstance(members, list) or not members:
            return self._fault(
                (*path, join), "R013", f"{join!r} needs a list with a condition in it", "Add one"
            )
        read = [
            self.read(member, (*path, join, index), depth + 1)
            for index, member in enumerate(members)
        ]
        if None in read:
            return None
        return Group(join=join, members=cast("tuple[Condition, ...]", tuple(read)))  # type: ignore[arg-type]

    def _comparison(self, node: dict[str, Any], path: Path) -> Comparison | None:
        spec = self._spec(node["fact"], path)
        operators = [key for key in node if key != "fact"]
        if spec is None:
            return None
        allowed = OPERATORS[spec.kind]
        if len(operators) != 1:
            return self._fault(
                path,
                "R016",
                f"{spec.name} needs exactly one operator",
                f"One of {', '.join(allowed)}",
            )
        operator = operators[0]
        if operator not in allowed:
            known = get_args(Operator)
            problem = (
                f"operator {operator!r} is not for {spec.kind} facts such as {spec.name}"
                if operator in known
                else f"unknown operator {operator!r}"
            )
            hint = did_you_mean(operator, allowed, f"One of {', '.join(allowed)}")
            return self._fault((*path, operator), "R017", problem, hint)
        value = self._value(spec, operator, node[operator], (*path, operator))
        if value is None:
            return None
        return Comparison(fact=spec.name, operator=cast("Operator", operator), value=value)

    def _spec(self, name: Any, path: Path) -> FactSpec | None:  # noqa: ANN401
        families = ALLOWED[self.kind]
        usable = [spec.name for spec in VOCABULARY.values() if spec.family in families]
        if name in VOCABULARY and name in usable:
            return VOCABULARY[name]
        at = (*path, "fact")
        if name in VOCABULARY:
            self._fault(
                at,
                "R015",
                f"{self.kind} rules may not read {name!r}",
                f"It belongs to {VOCABULARY[name].family}; they read {', '.join(sorted(families))}",
            )
            return None
        hint = did_you_mean(str(name), usable, "See schemas/facts.py for the list")
        self._fault(at, "R014", f"unknown fact {name!r}", hint)
        return None

    def _value(self, spec: FactSpec, operator: str, value: Any, path: Path) -> Any:  # noqa: ANN401
        """The constant in the type of the fact, or ``None`` after a fault."""
        if operator == "exists" or spec.kind == "boolean":
            if isinstance(value, bool):
                return value
            return self._fault(
                path, "R018", f"{value!r} is not true or false", "Write true or false"
            )
        if operator in ("one_of", "mentions_any"):
            return self._names(spec, operator, value, path)
        if spec.kind == "choice":
            return self._names(spec, operator, [value], path, one=True)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if spec.kind == "integer" and not whole:
            return self._fault(path, "R019", f"{value!r} is not a whole number", "Write one")
        if not whole and not isinstance(value, float):
            return self._fault(path, "R019", f"{value!r} is not a number", "Write a number")
        if abs(value) >= 10**15:  # noqa: PLR2004 -- beyond it the engine misreads numbers
            return self._fault(path, "R019", f"{value!r} is too large", "Stay below 10**15")
        return value if spec.kind == "integer" else round(float(value), 4)

    def _names(
        self,
        spec: FactSpec,
        operator: str,
        value: Any,
        path: Path,
        *,
        one: bool = False,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        known = self.phrase_lists if operator == "mentions_any" else spec.choices
        what = "phrase list" if operator == "mentions_any" else f"value of {spec.name}"
        if not isinstance(value, list) or not value:
            return self._fault(path, "R020", f"{operator} needs a list", "Write [one, two]")
        if len(set(map(str, value))) != len(value):
            self._fault(path, "R020", f"{operator} names one thing twice", "Delete one of them")
            return None
        wrong = [item for item in value if item not in known]
        for item in wrong:
            where = (
                "See rules/phrases/" if operator == "mentions_any" else f"One of {', '.join(known)}"
            )
            hint = did_you_mean(str(item), known, where)
            self._fault(path, "R021", f"unknown {what} {item!r}", hint)
        if wrong:
            return None
        return str(value[0]) if one else tuple(value)
