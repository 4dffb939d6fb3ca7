"""Engines that decide one fact at a time, each fed with the same mappings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pipeline.bench.outcome import of_rows
from pipeline.bench.workload import column_of, flat_rows, fold
from pipeline.verify import OneByOne

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.bench.outcome import Outcome
    from pipeline.bench.workload import Workload
    from pipeline.rulebook.conditions import Comparison

    Decide = Callable[[], Outcome]
    Tests = list[Callable[[dict[str, Any]], Any]]

_SIGNS: Final = {"equals": "==", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def durable_row_by_row(work: Workload) -> Decide:
    """durable_rules asked for each fact, by its quickest driver."""
    alone = OneByOne(work.evidence)
    numbers = {rule.id: number for number, rule in enumerate(work.evidence)}
    facts = [work.table.fact(position) for position in range(work.table.size)]

    def decide() -> Outcome:
        matches = ([numbers[name] for name in alone.matched(fact)] for fact in facts)
        return of_rows(matches, work.table.size, work.evidence)

    return decide


def plain_python(work: Workload) -> Decide:
    """Each rule as a function that somebody wrote."""
    tests = [
        eval(f"lambda fact: {fold(rule.when, _python, _all_of, _any_of)}")  # noqa: S307 -- of our own rules
        for rule in work.evidence
    ]
    return _tested(work, tests)


def rule_engine(work: Workload) -> Decide:
    """The rule-engine of zeroSteiner."""
    import rule_engine as library  # noqa: PLC0415 -- each engine with its own

    context = library.Context(default_value=None)
    tests = [
        library.Rule(fold(rule.when, _guarded, _all_of, _any_of), context=context).matches
        for rule in work.evidence
    ]
    return _tested(work, tests)


def json_logic(work: Workload) -> Decide:
    """json-logic in Python."""
    from json_logic import jsonLogic  # noqa: PLC0415

    tests: Tests = [
        partial(jsonLogic, fold(rule.when, _json, _joined("and"), _joined("or")))
        for rule in work.evidence
    ]
    return _tested(work, tests)


def business_rules(work: Workload) -> Decide:
    """Venmo's business-rules: conditions as data, variables as methods."""
    from business_rules import engine, variables  # noqa: PLC0415

    kinds = _kinds(work)
    methods = {
        name: getattr(variables, f"{kind}_rule_variable")()(_getter(name))
        for name, kind in kinds.items()
    }
    known = {f"{name}_known": variables.boolean_rule_variable()(_knower(name)) for name in kinds}
    made: Any = type("Initiative", (variables.BaseVariables,), {**methods, **known})
    conditions = [
        fold(rule.when, partial(_condition, kinds), _joined("all"), _joined("any"))
        for rule in work.evidence
    ]
    wrapped = [each if "all" in each or "any" in each else {"all": [each]} for each in conditions]

    def test(each: dict[str, Any], fact: dict[str, Any]) -> Any:  # noqa: ANN401
        initiative = made()
        initiative.fact = fact
        return engine.check_conditions_recursively(each, initiative)

    return _tested(work, [partial(test, each) for each in wrapped])


def zen_engine(work: Workload) -> Decide:
    """GoRules zen-engine: one decision with an expression for each rule."""
    import json  # noqa: PLC0415

    import zen  # noqa: PLC0415

    expressions = [
        {"id": rule.id, "key": rule.id, "value": fold(rule.when, _guarded, _all_of, _any_of)}
        for rule in work.evidence
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {"expressions": expressions},
        },
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    content = json.dumps(
        {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    )
    decision = zen.ZenEngine().create_decision(content)
    facts = flat_rows(work.table)
    ids = [rule.id for rule in work.evidence]

    def decide() -> Outcome:
        results = (decision.evaluate(fact)["result"] for fact in facts)
        matches = ([n for n, name in enumerate(ids) if found[name]] for found in results)
        return of_rows(matches, len(facts), work.evidence)

    return decide


def _tested(work: Workload, tests: Tests) -> Decide:
    facts = flat_rows(work.table)

    def decide() -> Outcome:
        matches = ([n for n, test in enumerate(tests) if test(fact)] for fact in facts)
        return of_rows(matches, len(facts), work.evidence)

    return decide


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _python(comparison: Comparison) -> str:
    name = column_of(comparison)
    match comparison.operator:
        case "mentions_any":
            return f"fact[{name!r}]"
        case "exists":
            return f"fact[{name!r}] is {'not ' if comparison.value else ''}None"
        case other:
            test = f"fact[{name!r}] {_SIGNS[other]} {_literal(comparison.value)}"
            return f"(fact[{name!r}] is not None and {test})"


def _guarded(comparison: Comparison) -> str:
    """As rule-engine and zen-engine both write it."""
    name = column_of(comparison)
    match comparison.operator:
        case "mentions_any":
            return f"({name} == true)"
        case "exists":
            return f"({name} {'!=' if comparison.value else '=='} null)"
        case other:
            value = comparison.value
            text = str(value).lower() if isinstance(value, bool) else _literal(value)
            return f"({name} != null and {name} {_SIGNS[other]} {text})"


def _all_of(parts: list[str]) -> str:
    return f"({' and '.join(parts)})"


def _any_of(parts: list[str]) -> str:
    return f"({' or '.join(parts)})"


def _joined(word: str) -> Callable[[list[Any]], dict[str, Any]]:
    return lambda parts: {word: list(parts)}


def _json(comparison: Comparison) -> dict[str, Any]:
    var = {"var": column_of(comparison)}
    known = {"!==": [var, None]}
    match comparison.operator:
        case "mentions_any":
            return {"===": [var, True]}
        case "exists":
            return known if comparison.value else {"===": [var, None]}
        case other:
            sign = "===" if other == "equals" else _SIGNS[other]
            return {"and": [known, {sign: [var, comparison.value]}]}


def _kinds(work: Workload) -> dict[str, str]:
    kinds = {}
    for name, column in work.table.columns.items():
        kind = column.values.dtype.kind
        is_text = column.values.dtype.itemsize == 1 and kind == "i"
        kinds[name] = "boolean" if kind == "b" else "string" if is_text else "numeric"
    return kinds | {name: "boolean" for _, name in work.table.terms}


def _getter(name: str) -> Callable[[Any], Any]:
    def get(self: Any) -> Any:  # noqa: ANN401 -- an object of the library
        return self.fact[name]

    get.__name__ = name
    return get


def _knower(name: str) -> Callable[[Any], bool]:
    def is_known(self: Any) -> bool:  # noqa: ANN401
        return self.fact[name] is not None

    is_known.__name__ = f"{name}_known"
    return is_known


def _condition(kinds: dict[str, str], comparison: Comparison) -> dict[str, Any]:
    name = column_of(comparison)
    known = {"name": f"{name}_known", "operator": "is_true", "value": True}
    match comparison.operator:
        case "mentions_any":
            return {"name": name, "operator": "is_true", "value": True}
        case "exists":
            return known if comparison.value else {**known, "operator": "is_false"}
        case other:
            return {"all": [known, _test(name, kinds[name], other, comparison.value)]}


def _test(name: str, kind: str, sign: str, value: object) -> dict[str, Any]:
    words = {
        "gt": "greater_than",
        "gte": "greater_than_or_equal_to",
        "lt": "less_than",
        "lte": "less_than_or_equal_to",
        "equals": "equal_to",
    }
    operator = {"boolean": "is_true" if value else "is_false"}.get(kind, words[sign])
    return {"name": name, "operator": operator, "value": value}
