"""Findings for the terminal and as JSON. Knows nothing of the solver."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipeline.errors import Location
from pipeline.ruletools.analysis.findings import SEVERITIES
from pipeline.ruletools.set_faults import at
from schemas.facts import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.errors import PipelineError
    from pipeline.facts.table import Fact
    from pipeline.ruletools.analysis.findings import Finding
    from pipeline.ruletools.analysis.reach import Reach
    from pipeline.ruletools.whole_set import CheckResult


def plain(fact: Fact) -> dict[str, Any]:
    """A fact in the order of the vocabulary, phrase lists sorted; for JSON."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name in VOCABULARY
        if (value := fact.get(name)) is not None and value != frozenset()
    }


def shown(fact: Fact) -> str:
    """A fact in a line; sums that are nothing are left out."""
    parts = [
        f"{name} {', '.join(value) if isinstance(value, list) else str(value).lower()}"
        for name, value in plain(fact).items()
        if value or VOCABULARY[name].family != "tally"
    ]
    return "; ".join(parts) or "nothing known"


def place(finding: Finding) -> Location:
    """The condition that a finding is about, with its line, or the folder."""
    file = Location(path=finding.place)
    return at(file, "when") if finding.place.suffix else file


def line(finding: Finding) -> str:
    """Place, code, severity, problem and cure."""
    head = f"{place(finding)}: [{finding.code}] {finding.severity}: "
    return f"{head}{finding.problem}. {finding.cure}"


def lines(finding: Finding) -> Iterator[str]:
    """A finding, an example of it, and the initiatives it touches."""
    yield line(finding)
    if finding.example is not None:
        yield f"    for example: {shown(finding.example)}"
    if finding.live is not None:
        such = f", such as {', '.join(finding.live.ids)}" if finding.live.ids else ""
        noun = "initiative" if finding.live.count == 1 else "initiatives"
        yield f"    in this portfolio: {finding.live.count} {noun}{such}"


def summary(findings: Sequence[Finding]) -> str:
    """How many of each severity."""
    counts = Counter(each.severity for each in findings)
    words = [
        f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}"
        for severity in SEVERITIES
        if counts[severity]
    ]
    return ", ".join(words) or "nothing found"


def as_json(finding: Finding) -> dict[str, Any]:
    """Every part of a finding by name; what it does not have is null."""
    live = finding.live
    return {
        "code": finding.code,
        "severity": finding.severity,
        "place": finding.place.as_posix(),
        "line": place(finding).line,
        "rules": list(finding.rules),
        "problem": finding.problem,
        "cure": finding.cure,
        "example": None if finding.example is None else plain(finding.example),
        "region": None if finding.region is None else str(finding.region),
        "initiatives": None if live is None else {"count": live.count, "first": list(live.ids)},
    }


def reach_as_json(reached: Sequence[Reach]) -> list[dict[str, Any]]:
    """The highest scores."""
    return [
        {
            "role": each.role,
            "points": each.points,
            "structure": each.structure,
            "text": each.text,
            "example": plain(each.example),
        }
        for each in reached
    ]


def fault_as_json(fault: PipelineError) -> dict[str, Any]:
    """One fault of a file or of the set."""
    return {
        "code": fault.code,
        "severity": "error",
        "place": fault.at.path.as_posix() if fault.at else "",
        "line": fault.at.line if fault.at else None,
        "problem": fault.problem,
        "cure": fault.hint,
    }


def checked_as_json(result: CheckResult) -> dict[str, int]:
    """How much was checked."""
    return {
        "rules": result.rules,
        "phrase_lists": result.phrase_lists,
        "examples": result.examples,
        "phrase_texts": result.texts,
    }
