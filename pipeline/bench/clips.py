"""CLIPS, by clipspy: rules in its own language, one fact asserted and retracted a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipeline.bench.outcome import of_rows
from pipeline.bench.workload import column_of, flat_rows, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.bench.outcome import Outcome
    from pipeline.bench.workload import Workload
    from pipeline.rulebook.conditions import Comparison

_SIGNS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def clips_rules(work: Workload) -> Callable[[], Outcome]:
    """Rules as CLIPS tests on the slots that they read; ``nil`` stands for unknown."""
    import clips  # noqa: PLC0415 -- each engine with its own

    environment = clips.Environment()
    facts = flat_rows(work.table)
    columns = [*work.table.columns, *(name for _, name in work.table.terms)]
    slots = " ".join(f"(slot {name})" for name in columns)
    environment.build(f"(deftemplate initiative {slots})")
    fired: list[int] = []
    environment.define_function(fired.append, name="fire")
    for number, rule in enumerate(work.evidence):
        read: list[str] = fold(rule.when, _read, _joined, _joined)
        wanted = " ".join(f"({name} ?{name})" for name in dict.fromkeys(read))
        test = fold(rule.when, _test, _call("and"), _call("or"))
        environment.build(
            f"(defrule {rule.id} (initiative {wanted}) (test {test}) => (fire {number}))"
        )
    template = environment.find_template("initiative")
    sent = [{name: _sent(clips, value) for name, value in fact.items()} for fact in facts]

    def matched() -> Iterable[list[int]]:
        for slots in sent:
            fired.clear()
            fact = template.assert_fact(**slots)
            environment.run()
            fact.retract()
            yield [*fired]

    return lambda: of_rows(matched(), len(sent), work.evidence)


def _sent(clips: Any, value: object) -> object:  # noqa: ANN401 -- the library
    if value is None:
        return clips.Symbol("nil")
    if isinstance(value, bool):
        return clips.Symbol(str(value).upper())
    return value


def _read(comparison: Comparison) -> list[str]:
    return [column_of(comparison)]


def _joined(parts: list[list[str]]) -> list[str]:
    return [name for part in parts for name in part]


def _call(word: str) -> Callable[[list[str]], str]:
    def join(parts: list[str]) -> str:
        return f"({word} {' '.join(parts)})"

    return join


def _test(comparison: Comparison) -> str:
    name = f"?{column_of(comparison)}"
    match comparison.operator:
        case "mentions_any":
            return f"(eq {name} TRUE)"
        case "exists":
            return f"({'neq' if comparison.value else 'eq'} {name} nil)"
        case "equals":
            value = comparison.value
            text = str(value).upper() if isinstance(value, bool) else f'"{value}"'
            return f"(eq {name} {text})"
        case other:
            return f"(and (neq {name} nil) ({_SIGNS[other]} {name} {comparison.value}))"
