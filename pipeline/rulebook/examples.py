"""Examples of a rule: that their facts exist and have the right type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.rulebook.reader import did_you_mean, number_fault
from schemas.facts import VOCABULARY, FactSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipeline.rulebook.forms import RuleForm

Faulty = tuple[tuple[str | int, ...], str, str]


def example_faults(form: RuleForm, phrase_lists: Collection[str]) -> Iterator[Faulty]:
    """Path, problem and hint of everything wrong in the examples of a rule."""
    for side in ("match", "no_match"):
        cases = getattr(form.examples, side)
        names = [case.name for case in cases]
        for index, case in enumerate(cases):
            path: tuple[str | int, ...] = ("examples", side, index)
            if names.index(case.name) != index:
                yield path, f"example {case.name!r} stands twice", "Give each its own name"
            for name, value in case.facts.items():
                problem = _problem(name, value, phrase_lists)
                if problem:
                    yield (*path, "facts", name), *problem


def _problem(name: str, value: Any, phrase_lists: Collection[str]) -> tuple[str, str] | None:  # noqa: ANN401
    spec = VOCABULARY.get(name)
    if spec is None:
        hint = did_you_mean(name, VOCABULARY, "The handbook lists them all: `staffing rules docs`")
        return f"unknown fact {name!r}", hint
    if spec.kind == "terms":
        if not isinstance(value, list):
            return f"{name} is a list of phrase lists", "Write [one, two], or use text:"
        wrong = [item for item in value if item not in phrase_lists]
        if wrong:
            hint = did_you_mean(str(wrong[0]), phrase_lists, "See rules/phrases/")
            return f"unknown phrase list {wrong[0]!r}", hint
        return None
    if not _fits(spec, value):
        wanted = f"one of {', '.join(spec.choices)}" if spec.choices else _KINDS[spec.kind]
        return f"{name} is {value!r}", f"Write {wanted}, or leave it out where it is unknown"
    return None


# What to write for each kind of fact that has no choices.
_KINDS: Final = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


def _fits(spec: FactSpec, value: Any) -> bool:  # noqa: ANN401
    match spec.kind:
        case "boolean":
            return isinstance(value, bool)
        case "choice":
            return value in spec.choices
        case _:
            return not number_fault(spec, value)[0]
