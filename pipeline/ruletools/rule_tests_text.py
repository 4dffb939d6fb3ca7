"""The result of testing a rulebook, in lines for a person and as data for a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.ruletools.survivors import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ruletools.coverage import Seen
    from pipeline.ruletools.one_rule import RuleResult
    from pipeline.ruletools.phrase_tests import PhraseResult
    from pipeline.ruletools.rule_tests import Asked, RulebookResult


def lines(result: RulebookResult, *, asked: Asked) -> Iterator[str]:
    """Every fault, survivor and gap, and the shares at the end."""
    yield from result.faults
    for rule in result.rules:
        yield from _rule(rule)
    for phrases in result.phrases:
        yield from _survivors(phrases)
        for idle in phrases.idle:
            yield f"{phrases.file}: {idle}: makes no difference; delete it if nothing needs it"
    if result.rows is not None:
        yield from _portfolio(result)
    yield from _totals(result, asked)


def _rule(rule: RuleResult) -> Iterator[str]:
    yield from _survivors(rule)
    for gap in rule.gaps:
        side = "true" if gap.value else "false"
        yield (
            f"{rule.file}: {gap.path}: '{gap.comparison}' never decides alone while {side}"
            f"{_advice(gap.side, gap.example)}"
        )
    for path in rule.idle:
        yield f"{rule.file}: {path}: can never decide; delete the comparison"
    if rule.covered < rule.conditions:
        share = percent(rule.covered, rule.conditions)
        yield f"{rule.file}: {rule.covered} of {rule.conditions} conditions shown ({share:.0f} %)"


def _survivors(item: RuleResult | PhraseResult) -> Iterator[str]:
    for survivor in item.survivors:
        yield (
            f"{item.file}: {survivor.path}: mutant {survivor.change} survives"
            f"{_advice(survivor.side, survivor.example)}"
        )


def _advice(side: str, example: Mapping[str, Any] | str | None) -> str:
    if example is None:
        return ": no example was found that would notice"
    return f": add an example such as {_flow(example)} to {side}"


def _flow(example: Mapping[str, Any] | str) -> str:
    """An example on one line, as YAML."""
    if isinstance(example, str):
        return json.dumps(example, ensure_ascii=False)
    written = yaml.safe_dump(
        example, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000
    )
    return str(written).strip()


def _portfolio(result: RulebookResult) -> Iterator[str]:
    yield ""
    yield f"On the portfolio of {result.rows} initiatives, conditions that never decided both ways:"
    for rule in result.rules:
        short = [item for item in rule.portfolio if not item.is_covered]
        if short:
            shown = len(rule.portfolio) - len(short)
            share = percent(shown, len(rule.portfolio))
            told = "; ".join(f"'{item.comparison}' {item.lacks}" for item in short)
            yield f"  {rule.id} {shown} of {len(rule.portfolio)} ({share:.0f} %): {told}"
    yield ""


def _totals(result: RulebookResult, asked: Asked) -> Iterator[str]:
    faulty = f"{len(result.faults)} fail" if result.faults else "all come out as they say"
    yield f"{len(result.rules)} rules, {result.examples} examples: {faulty}"
    for what, items in (("rules", result.rules), ("phrase lists", result.phrases)):
        killed = sum(item.killed for item in items)
        same = sum(item.same for item in items)
        count = sum(item.mutants for item in items) - same
        yield (
            f"Mutants of {what}: {killed} of {count} killed ({percent(killed, count):.1f} %); "
            f"{same} more make no difference"
        )
    covered = sum(rule.covered for rule in result.rules)
    conditions = sum(rule.conditions for rule in result.rules)
    yield (
        f"Conditions: {covered} of {conditions} shown to decide both ways "
        f"({percent(covered, conditions):.1f} %)"
    )
    if result.rows is not None:
        yield f"Conditions that the portfolio shows both ways: {result.portfolio_share:.1f} %"
    if not result.passes(asked):
        yield f"Not good enough: {_reason(result, asked)}"


def _reason(result: RulebookResult, asked: Asked) -> str:
    reasons = ["examples fail"] if result.faults else []
    for what, share, least in (
        ("of the mutants are killed", result.killed_share, asked.examples),
        ("of the conditions are shown", result.covered_share, asked.examples),
        ("of the conditions are shown by the portfolio", result.portfolio_share, asked.portfolio),
    ):
        if share < least:
            reasons.append(f"{share:.1f} % {what}, {least:g} % are asked for")
    return "; ".join(reasons)


def as_json(result: RulebookResult, *, asked: Asked) -> str:
    """The result as JSON."""
    data = asdict(result)
    for rule, told in zip(result.rules, data["rules"], strict=True):
        told["portfolio"] = [_seen(item) for item in rule.portfolio]
    data["killed_percent"] = round(result.killed_share, 2)
    data["covered_percent"] = round(result.covered_share, 2)
    if result.rows is not None:
        data["portfolio_percent"] = round(result.portfolio_share, 2)
    data["passes"] = result.passes(asked)
    return json.dumps(data, ensure_ascii=False, indent=2)


def _seen(item: Seen) -> dict[str, Any]:
    return {
        "path": item.path,
        "comparison": str(item.comparison),
        "holds": item.holds,
        "fails": item.fails,
        "decides_true": item.decides_true,
        "decides_false": item.decides_false,
    }
