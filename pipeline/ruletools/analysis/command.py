"""What `staffing rules check` does: the checks of the set, then the analysis, as text or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import ManyErrors, RulebookError
from pipeline.rulebook import loader
from pipeline.ruletools import whole_set
from pipeline.ruletools.analysis import words
from pipeline.ruletools.analysis.missing import require_solver

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.ruletools.analysis.findings import Severity
    from pipeline.ruletools.analysis.whole import Analysis
    from pipeline.run import Options

INVALID = RulebookError.exit_status


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to check.

    ``portfolio`` counts its initiatives, ``as_of`` leaves out rules not in force on that day, and
    ``fail_on`` is the least severity that makes the status 5.
    """

    folder: Path
    portfolio: Options | None = None
    as_of: date | None = None
    is_analysed: bool = True
    is_json: bool = False
    fail_on: Severity = "error"


def check(request: Request) -> tuple[str, int]:
    """Check a rulebook.

    Returns:
        What to print, and the exit status: 0, or 5 where something is as bad as ``fail_on``.

    Raises:
        RulebookError: The set has faults, and text was asked for.
        AnalysisMissing: z3 is not installed, and the analysis was asked for.
        InputError: The portfolio cannot be read.
    """
    try:
        result = whole_set.check(request.folder)
    except RulebookError as faults:
        if not request.is_json:
            raise
        return _json({"status": INVALID, "faults": _faults(faults)}), INVALID
    if not request.is_analysed:
        return _unanalysed(result, request), 0
    analysis = _analyse(request)
    status = INVALID if analysis.at_least(request.fail_on) else 0
    if request.is_json:
        data = {
            "status": status,
            "faults": [],
            "checked": words.checked_as_json(result),
            "findings": [words.as_json(each) for each in analysis.findings],
            "reach": words.reach_as_json(analysis.reach),
        }
        return _json(data), status
    return _text(result, analysis, status), status


def _analyse(request: Request) -> Analysis:
    require_solver(otherwise=", or use --no-analysis")
    from pipeline.ruletools.analysis import whole  # noqa: PLC0415 -- z3 may be missing

    ruleset = loader.load(request.folder, as_of=request.as_of)
    analysis = whole.analyse(ruleset, request.folder)
    if request.portfolio is None:
        return analysis
    from pipeline.ruletools.analysis import live  # noqa: PLC0415 -- slow to import

    table, ids = live.read(request.portfolio, ruleset)
    return whole.with_live(analysis, table, ids)


def _unanalysed(result: whole_set.CheckResult, request: Request) -> str:
    if request.is_json:
        return _json({"status": 0, "faults": [], "checked": words.checked_as_json(result)})
    return f"{_counts(result)}: all is well, as far as checked without the analysis"


def _text(result: whole_set.CheckResult, analysis: Analysis, status: int) -> str:
    found = [line for finding in analysis.findings for line in words.lines(finding)]
    reached = ", ".join(
        f"{each.points} for a {each.role.replace('_', ' ')}" for each in analysis.reach
    )
    verdict = (
        words.summary(analysis.findings)
        if status
        else f"all is well ({words.summary(analysis.findings)})"
    )
    if reached:
        found.append(f"Most points within reach: {reached}")
    return "\n".join([*found, f"{_counts(result)}: {verdict}"])


def _counts(result: whole_set.CheckResult) -> str:
    return f"{result.rules} rules, {result.phrase_lists} phrase lists, {result.examples} examples"


def _faults(faults: RulebookError) -> list[dict[str, Any]]:
    each = faults.errors if isinstance(faults, ManyErrors) else (faults,)
    return [words.fault_as_json(fault) for fault in each]


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
